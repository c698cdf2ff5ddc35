/* A run as one JSON object. A number JSON cannot hold (NaN, Inf, or beyond a double) is null with
 * its class beside it. */
#include <jansson.h>
#include <math.h>

#include "analysis/forecast.h"
#include "app/json_print.h"
#include "app/report.h"
#include "scenario/network_json.h"

static const char *class_of(double value)
{
    return isnan(value) ? "nan" : isinf(value) ? "inf" : "ok";
}

/* object[key] = value, or null and object[key_class] = "nan" or "inf". */
static void set_number(json_t *object, const char *key, double value)
{
    char class_key[64];
    json_object_set_new(object, key, isfinite(value) ? json_real(value) : json_null());
    if (isfinite(value)) return;
    snprintf(class_key, sizeof class_key, "%s_class", key);
    json_object_set_new(object, class_key, json_string(class_of(value)));
}

/* object[key] and object[log10_key]; of a true zero the logarithm is null with class "zero". */
static void set_scaled(json_t *object, const char *key, gf_scaled value)
{
    char log_key[64], class_key[80];
    snprintf(log_key, sizeof log_key, "log10_%s", key);
    set_number(object, key,
               isinf(gf_scaled_double(value)) && isfinite(value.mantissa)
                   ? INFINITY
                   : gf_scaled_double(value));
    const double log10_value = gf_scaled_log10(value);
    json_object_set_new(object, log_key,
                        isfinite(log10_value) ? json_real(log10_value) : json_null());
    if (isfinite(log10_value)) return;
    snprintf(class_key, sizeof class_key, "%s_class", log_key);
    json_object_set_new(object, class_key,
                        json_string(value.mantissa == 0.0 ? "zero" : class_of(value.mantissa)));
}

static json_t *moments_to_json(const gf_moments *moments)
{
    json_t *object = json_object();
    set_number(object, "mean", ldexp(moments->mean, (int)moments->exponent));
    set_number(object, "std", ldexp(moments->std, (int)moments->exponent));
    set_number(object, "min", ldexp(moments->min, (int)moments->exponent));
    set_number(object, "max", ldexp(moments->max, (int)moments->exponent));
    if (moments->exponent)
        json_object_set_new(object, "exponent", json_integer((json_int_t)moments->exponent));
    return object;
}

static json_t *bins_to_json(const uint64_t bins[GF_HISTOGRAM_BINS])
{
    json_t *array = json_array();
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++)
        json_array_append_new(array, json_integer((json_int_t)bins[i]));
    return array;
}

static json_t *octaves_to_json(const gf_octaves *octaves)
{
    return json_pack("{s:I, s:I, s:o}", "top_octave", (json_int_t)octaves->top_octave, "zeros",
                     (json_int_t)octaves->zeros, "bins", bins_to_json(octaves->bins));
}

static json_t *layer_to_json(const gf_report *report, int32_t layer)
{
    const gf_layer_record *record = &report->run->layers[layer - 1];
    json_t *object = json_pack("{s:i, s:s}", "index", layer, "word",
                               gf_layer_word(report->run, layer, &report->scenario->thresholds));
    set_scaled(object, "weight_grad_norm", record->weight_grad_norm);
    set_scaled(object, "bias_grad_norm", record->bias_grad_norm);
    set_scaled(object, "delta_rms", record->delta_rms);
    set_scaled(object, "delta_max", record->delta_max);
    json_object_set_new(object, "pre_activation", moments_to_json(&record->z));
    json_object_set_new(object, "activation", moments_to_json(&record->a));
    set_number(object, "saturated_share", record->saturated_share);
    set_number(object, "dead_share", record->dead_share);
    json_object_set_new(object, "nan_count", json_integer((json_int_t)record->nan_count));
    json_object_set_new(object, "inf_count", json_integer((json_int_t)record->inf_count));
    json_object_set_new(object, "underflow_share",
                        json_pack("{s:f, s:f, s:f}", "fp16", record->underflow_fp16, "bf16",
                                  record->underflow_bf16, "fp32", record->underflow_fp32));
    json_t *activation = json_object();
    set_number(activation, "low", record->activation.low);
    set_number(activation, "high", record->activation.high);
    json_object_set_new(activation, "bins", bins_to_json(record->activation.bins));
    json_object_set_new(object, "histograms",
                        json_pack("{s:o, s:o, s:o}", "activation", activation, "log2_delta",
                                  octaves_to_json(&record->delta), "log2_weight_grad",
                                  octaves_to_json(&record->weight_grad)));
    return object;
}

static json_t *rules_to_json(const gf_diagnosis *diagnosis)
{
    json_t *array = json_array();
    for (int32_t i = 0; i < diagnosis->rule_count; i++) {
        const gf_fired_rule *rule = &diagnosis->rules[i];
        json_t *object = json_pack("{s:s, s:f, s:s}", "rule", rule->rule, "threshold",
                                   rule->threshold, "source", rule->source);
        set_scaled(object, "value", rule->value);
        if (rule->layer) json_object_set_new(object, "layer", json_integer(rule->layer));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *diagnosis_to_json(const gf_diagnosis *diagnosis)
{
    json_t *object = json_pack("{s:s, s:b}", "verdict", gf_verdict_name(diagnosis->verdict),
                               "viable", (int)diagnosis->viable);
    set_scaled(object, "first", diagnosis->first);
    set_scaled(object, "last", diagnosis->last);
    set_scaled(object, "ratio", diagnosis->ratio);
    set_scaled(object, "delta_ratio", diagnosis->delta_ratio);
    set_number(object, "per_layer_factor", diagnosis->per_layer_factor);
    set_number(object, "e_folding_depth", diagnosis->e_folding_depth);
    set_number(object, "limit_depth", diagnosis->limit_depth);
    set_number(object, "dead_share", diagnosis->dead_share);
    set_number(object, "saturated_share", diagnosis->saturated_share);
    set_scaled(object, "activation_spread", diagnosis->activation_spread);
    json_object_set_new(object, "rules", rules_to_json(diagnosis));
    json_object_set_new(object, "why", json_string(diagnosis->why));
    return object;
}

static json_t *remedies_to_json(const gf_remedies *remedies)
{
    json_t *array = json_array();
    for (int32_t i = 0; i < remedies->count; i++) {
        const gf_remedy *remedy = &remedies->items[i];
        json_array_append_new(array, json_pack("{s:s, s:f, s:s, s:o}", "label", remedy->label,
                                               "per_layer_factor", remedy->per_layer_factor,
                                               "verdict", gf_verdict_name(remedy->verdict),
                                               "network", gf_network_to_json(&remedy->spec)));
    }
    return array;
}

static json_t *band_to_json(gf_band band)
{
    json_t *object = json_object();
    set_number(object, "log10_p5", band.low);
    set_number(object, "log10_median", band.median);
    set_number(object, "log10_p95", band.high);
    return object;
}

static json_t *ensemble_to_json(const gf_ensemble *ensemble)
{
    json_t *layers = json_array();
    for (int32_t layer = 1; layer <= ensemble->depth; layer++)
        json_array_append_new(
            layers,
            json_pack("{s:o, s:o}", "weight_grad_norm",
                      band_to_json(gf_ensemble_band(ensemble, GF_WEIGHT_GRAD, layer)), "delta_rms",
                      band_to_json(gf_ensemble_band(ensemble, GF_DELTA, layer))));
    return json_pack("{s:i, s:o}", "seeds", ensemble->count, "layers", layers);
}

static json_t *theory_layer_to_json(const gf_theory_layer *layer)
{
    json_t *object = json_object();
    set_scaled(object, "pre_activation_std", layer->z_std);
    set_scaled(object, "activation_rms", layer->a_rms);
    set_number(object, "correlation", layer->correlation);
    set_number(object, "chi", layer->chi);
    set_scaled(object, "delta_rms", layer->delta_rms);
    set_scaled(object, "weight_grad_norm", layer->weight_grad_norm);
    set_scaled(object, "bias_grad_norm", layer->bias_grad_norm);
    return object;
}

/* What does not exist (a fixed point, a gain) has no key, and "reason" says why. */
static json_t *theory_to_json(const gf_theory *theory)
{
    json_t *object = json_pack("{s:b, s:s, s:s}", "applies", (int)theory->applies, "reason",
                               theory->reason, "caution", theory->caution);
    if (!theory->applies) return object;
    set_number(object, "sigma_w", theory->sigma_w);
    set_number(object, "sigma_b", theory->sigma_b);
    set_scaled(object, "loss", theory->loss);
    if (theory->has_fixed_point) {
        set_number(object, "q_star", theory->q_star);
        set_number(object, "chi_star", theory->chi_star);
        set_number(object, "xi_c", theory->depth_scale);
    }
    if (theory->has_critical_gain) set_number(object, "critical_gain", theory->critical_gain);
    json_t *layers = json_array();
    for (int32_t i = 0; i < theory->depth; i++)
        json_array_append_new(layers, theory_layer_to_json(&theory->layers[i]));
    json_object_set_new(object, "layers", layers);
    return object;
}

static json_t *layer_or_null(int32_t layer)
{
    return layer ? json_integer(layer) : json_null();
}

/* root["plain_fp32"] and so on: layers, null where nothing happens. Absent when the run itself
 * rounded. */
static void set_forecast(json_t *root, const gf_run *run, gf_precision precision)
{
    const gf_forecast forecast = gf_forecast_make(run, precision);
    char key[32];
    if (!forecast.applies) return;
    snprintf(key, sizeof key, "plain_%s", gf_precision_names[precision]);
    json_object_set_new(root, key,
                        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "pre_activation_inf",
                                  layer_or_null(forecast.z_inf), "activation_inf",
                                  layer_or_null(forecast.a_inf), "activation_zero",
                                  layer_or_null(forecast.a_zero), "delta_inf",
                                  layer_or_null(forecast.delta_inf), "delta_subnormal",
                                  layer_or_null(forecast.delta_subnormal), "delta_zero",
                                  layer_or_null(forecast.delta_zero), "weight_grad_zero",
                                  layer_or_null(forecast.weight_grad_zero)));
}

static json_t *report_to_json(const gf_report *report)
{
    const gf_run *run = report->run;
    json_t *root = json_object();
    json_object_set_new(root, "title", json_string(report->scenario->title));
    json_object_set_new(root, "network", gf_network_to_json(&run->spec));
    json_object_set_new(root, "device",
                        json_pack("{s:s, s:s, s:s, s:s, s:s?}", "id", run->device.id, "name",
                                  run->device.name, "kind", gf_device_kind_name(run->device.kind),
                                  "driver", run->device.driver, "fell_back_from",
                                  run->fell_back[0] ? run->fell_back : NULL));
    set_scaled(root, "loss", run->loss);
    json_object_set_new(root, "time_ms",
                        json_pack("{s:f, s:f, s:f, s:f}", "forward", run->times.forward_ms,
                                  "backward", run->times.backward_ms, "statistics",
                                  run->times.statistics_ms, "total", run->times.total_ms));
    json_object_set_new(root, "plan",
                        json_pack("{s:s, s:s, s:s?, s:i, s:I, s:f}", "weights",
                                  run->plan.generated ? "generated" : "stored", "activations",
                                  run->plan.recomputed ? "recomputed" : "stored", "kernels",
                                  run->plan.kernels[0] ? run->plan.kernels : NULL, "segments",
                                  run->plan.segment_count, "bytes", (json_int_t)run->plan.bytes,
                                  "predicted_seconds", run->plan.predicted_seconds));
    json_t *layers = json_array();
    for (int32_t layer = 1; layer <= run->spec.depth; layer++)
        json_array_append_new(layers, layer_to_json(report, layer));
    json_object_set_new(root, "layers", layers);
    for (int precision = GF_PRECISION_FP32; precision < GF_PRECISION_COUNT; precision++)
        set_forecast(root, run, (gf_precision)precision);
    if (report->theory) json_object_set_new(root, "theory", theory_to_json(report->theory));
    if (report->ensemble) json_object_set_new(root, "ensemble", ensemble_to_json(report->ensemble));
    json_t *diagnosis = diagnosis_to_json(report->diagnosis);
    json_object_set_new(diagnosis, "remedies", remedies_to_json(report->remedies));
    json_object_set_new(root, "diagnosis", diagnosis);
    return root;
}

gf_status gf_report_json(const gf_report *report, FILE *stream, gf_error *error)
{
    json_t *root = report_to_json(report);
    const gf_status status = gf_json_print(root, 17, stream, error);
    json_decref(root);
    return status;
}
