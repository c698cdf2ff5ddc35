/* Safetensors: 8 bytes of header length, a JSON header, the tensors without gaps. */
#include "app/export.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/json_memory.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "engine/tensor.h"
#include "scenario/network_json.h"

/* The tensors of one layer, then the two that belong to none. */
static const struct {
    const char *prefix, *suffix;
    gf_tensor tensor;
    bool matrix; /* [out][in]; otherwise [out], or [batch][out] with `sampled` */
    bool sampled;
    bool by_module; /* numbered as in nn.Sequential: 0, 2, 4, ... */
} kinds[] = {
    {"layers.", ".weight", GF_TENSOR_WEIGHT, true, false, true},
    {"layers.", ".bias", GF_TENSOR_BIAS, false, false, true},
    {"grad.layers.", ".weight", GF_TENSOR_WEIGHT_GRAD, true, false, true},
    {"grad.layers.", ".bias", GF_TENSOR_BIAS_GRAD, false, false, true},
    {"activation.", "", GF_TENSOR_A, false, true, false},
    {"delta.", "", GF_TENSOR_DELTA, false, true, false},
};
#define KIND_COUNT ((int32_t)(sizeof kinds / sizeof kinds[0]))

typedef struct tensor {
    char name[48];
    int32_t layer;
    gf_tensor tensor;
    int32_t shape[2], rank;
} tensor;

/* The tensors in the order of the file: `index` 0..count-1, the last two being input and target. */
static tensor tensor_at(const gf_spec *spec, int64_t index)
{
    const int64_t of_layers = (int64_t)spec->depth * KIND_COUNT;
    tensor result = {.layer = 1, .rank = 2, .shape = {spec->batch, 0}};
    if (index >= of_layers) {
        const bool input = index == of_layers;
        snprintf(result.name, sizeof result.name, input ? "input" : "target");
        result.tensor = input ? GF_TENSOR_INPUT : GF_TENSOR_TARGET;
        result.shape[1] = gf_spec_fan_out(spec, input ? 0 : spec->depth);
        return result;
    }
    const int32_t layer = (int32_t)(index / KIND_COUNT) + 1, kind = (int32_t)(index % KIND_COUNT);
    const int32_t out = gf_spec_fan_out(spec, layer);
    snprintf(result.name, sizeof result.name, "%s%d%s", kinds[kind].prefix,
             kinds[kind].by_module ? 2 * (layer - 1) : layer, kinds[kind].suffix);
    result.layer = layer;
    result.tensor = kinds[kind].tensor;
    if (kinds[kind].sampled) {
        result.shape[1] = out;
    } else {
        result.shape[0] = out;
        result.shape[1] = kinds[kind].matrix ? gf_spec_fan_in(spec, layer) : 1;
        result.rank = kinds[kind].matrix ? 2 : 1;
    }
    return result;
}

static int64_t tensor_total(const gf_spec *spec)
{
    return (int64_t)spec->depth * KIND_COUNT + 2;
}

static size_t tensor_count(const tensor *at)
{
    return (size_t)at->shape[0] * (size_t)at->shape[1];
}

static json_t *metadata(const gf_spec *spec)
{
    json_t *network = gf_network_to_json(spec);
    char *text = json_dumps(network, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_t *object = json_pack("{s:s, s:s}", "format", "pt", "network", text);
    free(text);
    json_decref(network);
    return object;
}

static char *make_header(const gf_spec *spec, int64_t count)
{
    json_t *header = json_object();
    json_object_set_new(header, "__metadata__", metadata(spec));
    json_int_t offset = 0;
    for (int64_t i = 0; i < count; i++) {
        const tensor at = tensor_at(spec, i);
        const json_int_t end = offset + (json_int_t)(tensor_count(&at) * sizeof(float));
        json_t *shape = at.rank == 1 ? json_pack("[i]", at.shape[0])
                                     : json_pack("[i, i]", at.shape[0], at.shape[1]);
        json_object_set_new(header, at.name,
                            json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                                      "data_offsets", offset, end));
        offset = end;
    }
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

/* Spaces behind the header bring the first tensor to a multiple of 8. */
static void write_header(const char *text, FILE *stream)
{
    const uint64_t length = strlen(text), padded = (length + 7) / 8 * 8;
    unsigned char size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (unsigned char)(padded >> (8 * i));
    fwrite(size, 1, sizeof size, stream);
    fwrite(text, 1, length, stream);
    for (uint64_t i = length; i < padded; i++)
        fputc(' ', stream);
}

static gf_status write_tensor(gf_engine *engine, const tensor *at, FILE *stream, gf_error *error)
{
    const size_t count = tensor_count(at);
    int64_t exponent = 0;
    float *values = malloc(count * sizeof *values);
    if (!values) return gf_fail(error, GF_MEMORY, "no memory to export %s", at->name);
    gf_status status =
        gf_engine_read_tensor(engine, at->layer, at->tensor, values, count, &exponent, error);
    const int shift = exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : (int)exponent;
    for (size_t i = 0; status == GF_OK && shift && i < count; i++)
        values[i] = ldexpf(values[i], shift);
    if (status == GF_OK && fwrite(values, sizeof *values, count, stream) != count)
        status = gf_fail(error, GF_IO, "%s cannot be written: %s", at->name, strerror(errno));
    free(values);
    return status;
}

static gf_status write_all(gf_engine *engine, const gf_spec *spec, const char *header, FILE *stream,
                           gf_error *error)
{
    const int64_t count = tensor_total(spec);
    write_header(header, stream);
    for (int64_t i = 0; i < count; i++) {
        const tensor at = tensor_at(spec, i);
        GF_TRY(gf_interrupt_check(error));
        GF_TRY(write_tensor(engine, &at, stream, error));
    }
    return GF_OK;
}

gf_status gf_export_safetensors(gf_engine *engine, const gf_run *run, const char *path,
                                gf_error *error)
{
    gf_file_writer writer = {0};
    char *header = make_header(&run->spec, tensor_total(&run->spec));
    if (!header) return gf_fail(error, GF_MEMORY, "no memory for the names of the tensors");
    gf_json_memory_or_null();
    gf_status status = gf_file_begin(path, &writer, error);
    if (status == GF_OK) status = write_all(engine, &run->spec, header, writer.stream, error);
    if (status == GF_OK) status = gf_file_commit(&writer, error);
    gf_file_abandon(&writer);
    gf_json_memory_or_end();
    free(header);
    return status;
}
