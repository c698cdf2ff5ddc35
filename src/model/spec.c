/* The network spec: defaults, limits, sizes, and what its two tables say. */
#include "gradflow/spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const gf_activation_info activations[] = {
#define GF_ACTIVATION(id, function, ...) [GF_ACTIVATION_##id] = {#function, __VA_ARGS__},
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
};

static const gf_init_info inits[] = {
#define GF_INIT(id, ...) [GF_INIT_##id] = {__VA_ARGS__},
#include "gradflow/inits.inl"
#undef GF_INIT
};

const char *const gf_skip_names[GF_SKIP_COUNT] = {"none", "residual"};
const char *const gf_norm_names[GF_NORM_COUNT] = {"none", "batch", "layer"};
const char *const gf_output_names[GF_OUTPUT_COUNT] = {"activated", "linear"};
const char *const gf_precision_names[GF_PRECISION_COUNT] = {"exact", "fp32", "bf16", "fp16"};

gf_spec gf_spec_default(void)
{
    return (gf_spec){
        .depth = 10,
        .width = 64,
        .batch = 32,
        .activation = GF_ACTIVATION_SIGMOID,
        .init = GF_INIT_PYTORCH_DEFAULT,
        .sigma = 1.0,
        .gain = 1.0,
        .skip_scale = 1.0,
        .loss_scale = 1.0,
        .seed = 1,
    };
}

static gf_status check_count(const char *name, int32_t value, int32_t least, int32_t most,
                             gf_error *error)
{
    if (value < least || value > most)
        return gf_fail(error, GF_INVALID, "%s is %d; allowed are %d to %d", name, value, least,
                       most);
    return GF_OK;
}

static gf_status check_factor(const char *name, double value, gf_error *error)
{
    if (!(value >= 0.0 && value <= 1e6))
        return gf_fail(error, GF_INVALID, "%s is %g; allowed are 0 to 1e6", name, value);
    return GF_OK;
}

static gf_status check_override(const gf_spec *spec, int32_t i, gf_error *error)
{
    const gf_override *at = &spec->overrides[i];
    if (at->first < 1 || at->last < at->first || at->last > spec->depth)
        return gf_fail(error, GF_INVALID, "layers %d to %d are not in a network of %d layers",
                       at->first, at->last, spec->depth);
    return GF_OK;
}

/* What single fields cannot say: which belong together. */
static gf_status check_together(const gf_spec *spec, gf_error *error)
{
    if (spec->norm == GF_NORM_BATCH && spec->batch < 2)
        return gf_fail(error, GF_INVALID,
                       "batch is 1; norm batch needs at least 2 samples to normalise over");
    if (spec->precision == GF_PRECISION_EXACT && spec->loss_scale != 1.0)
        return gf_fail(error, GF_INVALID,
                       "loss_scale is %g; precision exact loses nothing and allows only 1",
                       spec->loss_scale);
    if (!(spec->loss_scale > 0.0))
        return gf_fail(error, GF_INVALID, "loss_scale is 0; it must be above 0");
    for (int32_t i = 0; i < spec->override_count; i++)
        GF_TRY(check_override(spec, i, error));
    return GF_OK;
}

gf_status gf_spec_validate(const gf_spec *spec, gf_error *error)
{
    GF_TRY(check_count("depth", spec->depth, 1, GF_DEPTH_MAX, error));
    GF_TRY(check_count("width", spec->width, 1, GF_WIDTH_MAX, error));
    GF_TRY(check_count("batch", spec->batch, 1, GF_BATCH_MAX, error));
    GF_TRY(check_count("input_width", spec->input_width, 0, GF_WIDTH_MAX, error));
    GF_TRY(check_count("output_width", spec->output_width, 0, GF_WIDTH_MAX, error));
    GF_TRY(check_factor("sigma", spec->sigma, error));
    GF_TRY(check_factor("gain", spec->gain, error));
    GF_TRY(check_factor("bias_std", spec->bias_std, error));
    GF_TRY(check_factor("skip_scale", spec->skip_scale, error));
    if (spec->activation < 0 || spec->activation >= GF_ACTIVATION_COUNT)
        return gf_fail(error, GF_INVALID, "activation number %d does not exist", spec->activation);
    if (spec->init < 0 || spec->init >= GF_INIT_COUNT)
        return gf_fail(error, GF_INVALID, "init number %d does not exist", spec->init);
    return check_together(spec, error);
}

void gf_spec_describe(const gf_spec *spec, char *text, size_t room)
{
    snprintf(text, room, "%s + %s, %d layer%s of %d", activations[spec->activation].label,
             inits[spec->init].label, spec->depth, spec->depth == 1 ? "" : "s", spec->width);
}

int32_t gf_spec_fan_out(const gf_spec *spec, int32_t layer)
{
    if (layer == 0 && spec->input_width) return spec->input_width;
    if (layer == spec->depth && spec->output_width) return spec->output_width;
    return spec->width;
}

int32_t gf_spec_fan_in(const gf_spec *spec, int32_t layer)
{
    return gf_spec_fan_out(spec, layer - 1);
}

uint64_t gf_spec_parameter_count(const gf_spec *spec)
{
    /* All layers between the first and the last are alike. */
    const int32_t depth = spec->depth;
    uint64_t count = 0;
    const int32_t ends[2] = {1, depth};
    for (int32_t i = 0; i < (depth > 1 ? 2 : 1); i++) {
        const uint64_t out = (uint64_t)gf_spec_fan_out(spec, ends[i]);
        count += out * (uint64_t)gf_spec_fan_in(spec, ends[i]) + out;
    }
    const uint64_t width = (uint64_t)spec->width;
    if (depth > 2) count += (uint64_t)(depth - 2) * (width * width + width);
    return count;
}

gf_activation gf_spec_activation(const gf_spec *spec, int32_t layer)
{
    gf_activation activation = spec->activation;
    for (int32_t i = 0; i < spec->override_count; i++) {
        const gf_override *at = &spec->overrides[i];
        if (layer >= at->first && layer <= at->last && at->activation < GF_ACTIVATION_COUNT)
            activation = at->activation;
    }
    return layer == spec->depth && spec->output == GF_OUTPUT_LINEAR ? GF_ACTIVATION_LINEAR
                                                                    : activation;
}

gf_init gf_spec_init(const gf_spec *spec, int32_t layer)
{
    gf_init init = spec->init;
    for (int32_t i = 0; i < spec->override_count; i++) {
        const gf_override *at = &spec->overrides[i];
        if (layer >= at->first && layer <= at->last && at->init < GF_INIT_COUNT) init = at->init;
    }
    return init;
}

bool gf_spec_has_skip(const gf_spec *spec, int32_t layer)
{
    return spec->skip == GF_SKIP_RESIDUAL &&
           gf_spec_fan_in(spec, layer) == gf_spec_fan_out(spec, layer);
}

double gf_spec_weight_std(const gf_spec *spec, int32_t layer)
{
    const double fan_in = gf_spec_fan_in(spec, layer), fan_out = gf_spec_fan_out(spec, layer);
    double variance = 0.0;
    switch (gf_spec_init(spec, layer)) {
    case GF_INIT_XAVIER_NORMAL: /* Glorot and Bengio 2010 */
    case GF_INIT_XAVIER_UNIFORM: variance = 2.0 / (fan_in + fan_out); break;
    case GF_INIT_HE_NORMAL: /* He et al. 2015 */
    case GF_INIT_HE_UNIFORM: variance = 2.0 / fan_in; break;
    case GF_INIT_LECUN_NORMAL: /* LeCun et al. 1998 */
    case GF_INIT_LECUN_UNIFORM: variance = 1.0 / fan_in; break;
    case GF_INIT_ORTHOGONAL: variance = 1.0 / fmax(fan_in, fan_out); break; /* Saxe et al. 2013 */
    case GF_INIT_NORMAL:
    case GF_INIT_UNIFORM: variance = spec->sigma * spec->sigma; break;
    case GF_INIT_PYTORCH_DEFAULT:
        variance = 1.0 / (3.0 * fan_in);
        break; /* U(-1/sqrt(fan_in), +) */
    case GF_INIT_ZEROS:
    case GF_INIT_COUNT: break;
    }
    return spec->gain * sqrt(variance);
}

bool gf_spec_has_bias(const gf_spec *spec)
{
    bool has = spec->bias_std > 0.0 || spec->init == GF_INIT_PYTORCH_DEFAULT;
    for (int32_t i = 0; i < spec->override_count; i++)
        has = has || spec->overrides[i].init == GF_INIT_PYTORCH_DEFAULT;
    return has;
}

const gf_activation_info *gf_activation_get(gf_activation activation)
{
    return &activations[activation];
}

const gf_init_info *gf_init_get(gf_init init)
{
    return &inits[init];
}

gf_status gf_activation_find(const char *name, gf_activation *out, gf_error *error)
{
    char known[256] = "";
    for (int i = 0; i < GF_ACTIVATION_COUNT; i++) {
        if (strcmp(activations[i].name, name) == 0) {
            *out = (gf_activation)i;
            return GF_OK;
        }
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", activations[i].name);
    }
    return gf_fail(error, GF_INVALID, "activation '%s' is not known; there are %s", name, known);
}

gf_status gf_init_find(const char *name, gf_init *out, gf_error *error)
{
    char known[256] = "";
    for (int i = 0; i < GF_INIT_COUNT; i++) {
        if (strcmp(inits[i].name, name) == 0) {
            *out = (gf_init)i;
            return GF_OK;
        }
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", inits[i].name);
    }
    return gf_fail(error, GF_INVALID, "init '%s' is not known; there are %s", name, known);
}
