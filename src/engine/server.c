/* Requests in, records out. One thread: between segments and while waiting for a device the pulse
 * sends a sign of life and looks whether the run is still wanted. */
#include "engine/server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "compute/compute.h"
#include "compute/rates.h"
#include "compute/verify.h"
#include "engine/protocol.h"
#include "model/precision.h"
#include "scenario/network_json.h"

/* How often the pulse really looks; it is called far more often. */
#define LOOK_MS 5.0
/* Floats per `tensor` message. */
#define TENSOR_CHUNK ((size_t)4 * 1024 * 1024)

typedef struct server {
    int out;
    gf_reader reader;
    gf_device devices[GF_DEVICES_MAX];
    int32_t device_count;
    gf_pulse pulse;
    gf_backend *backend; /* open on `device`, NULL: none */
    gf_device device;
    gf_plan plan; /* of the last finished run; depth 0: none */
    int64_t id;   /* of the request being served */
    int32_t rows;
    double last_said_ms, last_look_ms;
    gf_message waiting; /* read by the pulse, to be served next; head NULL: none */
    gf_error broken;    /* the connection failed inside the pulse */
} server;

static gf_status say(server *self, json_t *head, const void *payload, size_t bytes, gf_error *error)
{
    self->last_said_ms = gf_clock_ms();
    return gf_message_write(self->out, head, payload, bytes, error);
}

/* Look at the input without waiting; a whole message becomes the waiting one. */
static gf_status look(server *self, gf_error *error)
{
    struct pollfd input = {.fd = self->reader.fd, .events = POLLIN};
    bool found = false;
    if (self->waiting.head) return GF_OK;
    if (poll(&input, 1, 0) > 0) GF_TRY(gf_reader_fill(&self->reader, error));
    return gf_reader_next(&self->reader, &self->waiting, &found, error);
}

static bool wanted(server *self)
{
    if (self->reader.ended || self->broken.status != GF_OK) return false;
    if (!self->waiting.head) return true;
    return strcmp(self->waiting.type, "run") != 0 && strcmp(self->waiting.type, "cancel") != 0;
}

static bool beat(void *user)
{
    server *self = user;
    const double now = gf_clock_ms();
    if (now - self->last_look_ms < LOOK_MS) return true;
    self->last_look_ms = now;
    look(self, &self->broken);
    if (wanted(self) && now - self->last_said_ms > GF_ALIVE_MS)
        say(self, json_pack("{s:s}", "type", "alive"), NULL, 0, &self->broken);
    return wanted(self);
}

/* Any bytes as a JSON string: what is not UTF-8 (a driver's name, a sentence cut inside a letter)
 * becomes '?'. */
static json_t *text_to_json(const char *text)
{
    json_t *string = json_string(text);
    if (string) return string;
    char plain[sizeof((gf_error *)0)->text];
    size_t length = 0;
    for (; length < sizeof plain - 1 && text[length]; length++)
        plain[length] = (unsigned char)text[length] < 128 ? text[length] : '?';
    return json_stringn(plain, length);
}

static json_t *device_to_json(const gf_device *device)
{
    return json_pack("{s:s, s:o, s:o, s:s, s:s, s:i, s:I, s:I}", "id", device->id, "name",
                     text_to_json(device->name), "driver", text_to_json(device->driver), "kernels",
                     device->kernels, "kind", gf_device_kind_name(device->kind), "compute_units",
                     device->compute_units, "memory_bytes", (json_int_t)device->memory_bytes,
                     "allocation_bytes", (json_int_t)device->allocation_bytes);
}

static gf_status say_hello(server *self, gf_error *error)
{
    json_t *devices = json_array();
    for (int32_t i = 0; i < self->device_count; i++)
        json_array_append_new(devices, device_to_json(&self->devices[i]));
    json_t *hello = json_pack("{s:s, s:i, s:s, s:I, s:o}", "type", "hello", "protocol",
                              GF_PROTOCOL_VERSION, "version", GF_VERSION, "record_bytes",
                              (json_int_t)sizeof(gf_layer_record), "devices", devices);
    return say(self, hello, NULL, 0, error);
}

static gf_status say_plan(void *user, const gf_plan *plan, gf_error *error)
{
    server *self = user;
    json_t *head =
        json_pack("{s:s, s:I, s:s, s:i, s:i, s:I, s:f, s:s, s:b, s:b}", "type", "plan", "id",
                  (json_int_t)self->id, "device", self->device.id, "segments", plan->segment_count,
                  "layers_per_segment", plan->layers_per_segment, "plan_bytes",
                  (json_int_t)plan->total_bytes, "predicted_seconds", plan->predicted_seconds,
                  "kernels", gf_backend_kernels(self->backend, plan), "generated", plan->generated,
                  "recomputed", plan->recomputed);
    return say(self, head, NULL, 0, error);
}

static gf_status say_layers(void *user, int32_t first, int32_t count,
                            const gf_layer_record *records, const gf_cell *cells, gf_error *error)
{
    server *self = user;
    const size_t record_bytes = (size_t)count * sizeof *records;
    const size_t cell_bytes = (size_t)count * (size_t)self->rows * sizeof *cells;
    char *payload = malloc(record_bytes + cell_bytes);
    if (!payload) return gf_fail(error, GF_MEMORY, "no memory to send %d layers", count);
    memcpy(payload, records, record_bytes);
    memcpy(payload + record_bytes, cells, cell_bytes);
    json_t *head = json_pack("{s:s, s:I, s:i, s:i}", "type", "layers", "id", (json_int_t)self->id,
                             "first", first, "count", count);
    const gf_status status = say(self, head, payload, record_bytes + cell_bytes, error);
    free(payload);
    return status;
}

/* GRADFLOW_SELF_TEST=off is for checkers that run kernels a thousand times slower. */
static bool checks_are_wanted(void)
{
    const char *wish = getenv("GRADFLOW_SELF_TEST");
    return !(wish && strcmp(wish, "off") == 0);
}

/* A device of somebody else's driver has to earn belief. */
static bool needs_self_test(const gf_device *device)
{
    return device->kind != GF_DEVICE_HOST && checks_are_wanted();
}

static void drop_backend(server *self)
{
    if (self->backend) self->backend->ops->close(self->backend);
    self->backend = NULL;
    self->plan = (gf_plan){0};
}

static gf_status open_device(server *self, const char *name, gf_error *error)
{
    gf_device device;
    GF_TRY(
        gf_compute_find(self->devices, self->device_count, name[0] ? name : NULL, &device, error));
    if (self->backend && strcmp(device.id, self->device.id) == 0) return GF_OK;
    drop_backend(self);
    /* Opening compiles, which nobody can interrupt. */
    GF_TRY(say(self, json_pack("{s:s, s:b}", "type", "alive", "slow", 1), NULL, 0, error));
    GF_TRY(gf_compute_open(&device, &self->pulse, &self->backend, error));
    GF_TRY(say(self, json_pack("{s:s}", "type", "alive"), NULL, 0, error));
    if (needs_self_test(&device)) {
        const gf_status status = gf_verify_quick(self->backend, &device, error);
        if (status != GF_OK && !self->backend->lost) drop_backend(self);
        /* Whatever it was, a device that cannot do this is not to be asked for more. */
        if (status != GF_OK) return status == GF_CANCELLED ? GF_CANCELLED : GF_DEVICE;
    }
    self->device = device;
    return GF_OK;
}

/* A device is asked about subnormal numbers when a network needs them for the first time. */
static gf_status check_precision(server *self, const gf_spec *spec, gf_error *error)
{
    gf_device *device = &self->device;
    if (!gf_precision_needs_subnormals(spec->precision) || !needs_self_test(device)) return GF_OK;
    if (device->subnormals == GF_SUBNORMALS_UNKNOWN) {
        self->plan = (gf_plan){0};
        GF_TRY(gf_verify_subnormals(self->backend, device, &device->subnormals, error));
    }
    if (device->subnormals == GF_SUBNORMALS_KEPT) return GF_OK;
    return gf_fail(error, GF_UNSUITED,
                   "device %s takes subnormal numbers for zero, which %s needs (exact and fp16 do "
                   "not)",
                   device->id, gf_precision_names[spec->precision]);
}

/* Whether checks are wanted, timing is: to a checker it would be as slow. What has not the memory
 * to be timed is guessed. */
static gf_status make_plan(server *self, const gf_spec *spec, gf_plan *out, gf_error *error)
{
    GF_TRY(gf_plan_create(spec, &self->device, out, error));
    if (!checks_are_wanted() || !gf_rates_are_due(&self->device, out)) return GF_OK;
    self->plan = (gf_plan){0};
    const gf_status status = gf_rates_measure(self->backend, out, &self->device, error);
    if (status != GF_OK && status != GF_MEMORY) return status;
    return gf_plan_create(spec, &self->device, out, error);
}

static gf_status serve_run(server *self, const json_t *request, gf_error *error)
{
    const char *device, *bad_key;
    json_t *network;
    gf_spec spec = gf_spec_default();
    if (json_unpack((json_t *)request, "{s:s, s:i, s:o}", "device", &device, "rows", &self->rows,
                    "network", &network) != 0)
        return gf_fail(error, GF_PROTOCOL, "a run needs device, rows and network");
    if (self->rows < 1 || self->rows > GF_ROWS_MAX)
        return gf_fail(error, GF_INVALID, "rows is %d; allowed are 1 to %d", self->rows,
                       GF_ROWS_MAX);
    GF_TRY(gf_network_from_json(network, &spec, &bad_key, error));
    GF_TRY(open_device(self, device, error));
    gf_plan plan;
    gf_done done;
    const gf_sink sink = {say_plan, say_layers, self};
    GF_TRY(check_precision(self, &spec, error));
    GF_TRY(make_plan(self, &spec, &plan, error));
    self->plan = (gf_plan){0};
    GF_TRY(gf_compute_run(self->backend, &plan, self->rows, &self->pulse, &sink, &done.loss,
                          &done.times, error));
    self->plan = plan;
    gf_rates_note_memory(&self->device, &plan);
    json_t *head = json_pack("{s:s, s:I}", "type", "done", "id", (json_int_t)self->id);
    return say(self, head, &done, sizeof done, error);
}

/* Floats of a tensor of the last run; 0 if there is no such tensor. */
static size_t tensor_size(const gf_spec *spec, int32_t layer, gf_tensor tensor)
{
    const size_t batch = (size_t)spec->batch;
    const size_t out = (size_t)gf_spec_fan_out(spec, layer);
    switch (tensor) {
    case GF_TENSOR_WEIGHT:
    case GF_TENSOR_WEIGHT_GRAD: return out * (size_t)gf_spec_fan_in(spec, layer);
    case GF_TENSOR_BIAS:
    case GF_TENSOR_BIAS_GRAD: return out;
    case GF_TENSOR_Z:
    case GF_TENSOR_A:
    case GF_TENSOR_DELTA: return batch * out;
    case GF_TENSOR_INPUT: return batch * (size_t)gf_spec_fan_out(spec, 0);
    case GF_TENSOR_TARGET: return batch * (size_t)gf_spec_fan_out(spec, spec->depth);
    }
    return 0;
}

static gf_status say_tensor(server *self, const float *values, size_t total, int64_t exponent,
                            gf_error *error)
{
    for (size_t offset = 0; offset < total; offset += TENSOR_CHUNK) {
        const size_t count = total - offset < TENSOR_CHUNK ? total - offset : TENSOR_CHUNK;
        json_t *head = json_pack("{s:s, s:I, s:I, s:I, s:I}", "type", "tensor", "id",
                                 (json_int_t)self->id, "exponent", (json_int_t)exponent, "offset",
                                 (json_int_t)offset, "total", (json_int_t)total);
        GF_TRY(say(self, head, values + offset, count * sizeof *values, error));
    }
    return GF_OK;
}

static gf_status serve_inspect(server *self, const json_t *request, gf_error *error)
{
    int layer, tensor;
    if (json_unpack((json_t *)request, "{s:i, s:i}", "layer", &layer, "tensor", &tensor) != 0)
        return gf_fail(error, GF_PROTOCOL, "an inspect needs layer and tensor");
    if (self->plan.spec.depth == 0)
        return gf_fail(error, GF_INVALID, "there is no finished run to inspect");
    if (layer < 1 || layer > self->plan.spec.depth || tensor < 0 || tensor > GF_TENSOR_TARGET)
        return gf_fail(error, GF_INVALID, "layer %d, tensor %d is not in a network of %d layers",
                       layer, tensor, self->plan.spec.depth);
    const size_t total = tensor_size(&self->plan.spec, layer, (gf_tensor)tensor);
    float *values = malloc(total * sizeof *values);
    if (!values) return gf_fail(error, GF_MEMORY, "no memory for a tensor of %zu numbers", total);
    int64_t exponent = 0;
    gf_status status =
        self->backend->ops->read(self->backend, layer, (gf_tensor)tensor, values, &exponent, error);
    if (status == GF_OK) status = say_tensor(self, values, total, exponent, error);
    free(values);
    return status;
}

/* An answer in any case; fails only if the connection does or the request makes no sense. */
static gf_status serve(server *self, const gf_message *request, gf_error *error)
{
    const json_t *id = json_object_get(request->head, "id");
    self->id = json_is_integer(id) ? (int64_t)json_integer_value(id) : 0;
    gf_error why = {0};
    gf_status status;
    if (strcmp(request->type, "run") == 0)
        status = serve_run(self, request->head, &why);
    else if (strcmp(request->type, "inspect") == 0)
        status = serve_inspect(self, request->head, &why);
    else if (strcmp(request->type, "cancel") == 0)
        return GF_OK; /* what it meant is already over */
    else
        return gf_fail(error, GF_PROTOCOL, "message '%s' is not known", request->type);
    if (self->broken.status != GF_OK)
        return gf_fail(error, self->broken.status, "%s", self->broken.text);
    if (status == GF_OK || self->reader.ended) return GF_OK;
    if (status == GF_CANCELLED)
        return say(self, json_pack("{s:s, s:I}", "type", "cancelled", "id", (json_int_t)self->id),
                   NULL, 0, error);
    const bool lost = self->backend && self->backend->lost;
    json_t *head =
        json_pack("{s:s, s:I, s:s, s:o, s:b}", "type", "error", "id", (json_int_t)self->id, "code",
                  gf_status_name(status), "text", text_to_json(why.text), "lost", lost);
    GF_TRY(say(self, head, NULL, 0, error));
    return lost ? gf_fail(error, status, "%s", why.text) : GF_OK;
}

/* The waiting message, or the next one that comes; *out.head stays NULL when the other side has
 * closed. */
static gf_status next_request(server *self, gf_message *out, gf_error *error)
{
    while (!self->waiting.head && !self->reader.ended) {
        struct pollfd input = {.fd = self->reader.fd, .events = POLLIN};
        bool found = false;
        GF_TRY(gf_reader_next(&self->reader, &self->waiting, &found, error));
        if (found) break;
        if (poll(&input, 1, -1) < 0 && errno != EINTR)
            return gf_fail(error, GF_IO, "the connection cannot be polled: %s", strerror(errno));
        GF_TRY(gf_reader_fill(&self->reader, error));
    }
    *out = self->waiting;
    self->waiting = (gf_message){0};
    return GF_OK;
}

static gf_status serve_all(server *self, gf_error *error)
{
    GF_TRY(say_hello(self, error));
    for (;;) {
        gf_message request = {0};
        GF_TRY(next_request(self, &request, error));
        if (!request.head) return GF_OK;
        const gf_status status = serve(self, &request, error);
        gf_message_clear(&request);
        if (status != GF_OK) return status;
    }
}

gf_status gf_server_serve(int in, int out, bool without_opencl, gf_error *error)
{
    server *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the engine");
    self->out = out;
    self->reader.fd = in;
    self->pulse = (gf_pulse){beat, self};
    self->device_count = gf_compute_list(self->devices, GF_DEVICES_MAX, without_opencl);
    const gf_status status = serve_all(self, error);
    drop_backend(self);
    gf_message_clear(&self->waiting);
    gf_reader_destroy(&self->reader);
    free(self);
    return status;
}
