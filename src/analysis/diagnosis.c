/* The rules, in order of gravity, and the sentence that says why. */
#include "gradflow/diagnosis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A layer is called weak or strong well before it is called vanished or exploded: 100x
 * (torchmortem's warning). */
#define NOTICEABLE_RATIO 100.0

const char *gf_verdict_name(gf_verdict verdict)
{
    static const char *const names[] = {"healthy", "vanishing", "exploding", "unstable"};
    return names[verdict];
}

gf_thresholds gf_thresholds_default(void)
{
    return (gf_thresholds){
        .vanishing_ratio = 1e-3,
        .exploding_ratio = 70.0,
        .dead_share = 0.5,
        .saturated_share = 0.5,
        .activation_spread = 10.0,
        .absolute_gradient = 1e-7,
    };
}

static const gf_scaled *weight_grad(const gf_run *run, int32_t layer)
{
    return &run->layers[layer - 1].weight_grad_norm;
}

static const gf_scaled *delta_rms(const gf_run *run, int32_t layer)
{
    return &run->layers[layer - 1].delta_rms;
}

static void fire(gf_diagnosis *out, gf_fired_rule rule)
{
    if (out->rule_count < GF_RULES_MAX) out->rules[out->rule_count++] = rule;
}

/* The layer nearest the output whose gradients are not all finite, because that is where backward
 * met it; 0: none. */
static int32_t last_non_finite(const gf_run *run)
{
    for (int32_t layer = run->spec.depth; layer >= 1; layer--)
        if (run->layers[layer - 1].nan_count + run->layers[layer - 1].inf_count > 0) return layer;
    return 0;
}

static gf_verdict judge_ratio(const char *rule, gf_scaled ratio, const gf_thresholds *thresholds,
                              gf_diagnosis *out)
{
    const double log10_ratio = gf_scaled_log10(ratio);
    if (log10_ratio < log10(thresholds->vanishing_ratio)) {
        fire(out, (gf_fired_rule){rule, "AutoTrainer, ICSE 2021: below 1e-3", ratio,
                                  thresholds->vanishing_ratio, 0});
        return GF_VANISHING;
    }
    if (log10_ratio > log10(thresholds->exploding_ratio)) {
        fire(out, (gf_fired_rule){rule, "AutoTrainer, ICSE 2021: above 70", ratio,
                                  thresholds->exploding_ratio, 0});
        return GF_EXPLODING;
    }
    return GF_HEALTHY;
}

/* No gradient at all: nothing comes back, whatever the ratio of two zeros would be. */
static gf_verdict judge_zero(gf_diagnosis *out)
{
    fire(out, (gf_fired_rule){"gradient of the first layer", "exactly zero", out->first, 0.0, 1});
    return GF_VANISHING;
}

static gf_verdict judge(const gf_run *run, const gf_thresholds *thresholds, gf_diagnosis *out)
{
    const int32_t broken = last_non_finite(run);
    if (!broken && out->first.mantissa == 0.0) return judge_zero(out);
    if (!broken) {
        const gf_verdict chain =
            judge_ratio("delta, first/last layer", out->delta_ratio, thresholds, out);
        const gf_verdict weights =
            judge_ratio("weight gradient, first/last layer", out->ratio, thresholds, out);
        return chain != GF_HEALTHY ? chain : weights;
    }
    const gf_layer_record *record = &run->layers[broken - 1];
    const double count = (double)(record->nan_count + record->inf_count);
    fire(out, (gf_fired_rule){"NaN or Inf entries", "SageMaker Debugger ExplodingTensor: any",
                              gf_scaled_make(count, 0), 0.0, broken});
    return GF_UNSTABLE;
}

static bool judge_share(const char *rule, const char *source, double value, double threshold,
                        gf_diagnosis *out)
{
    if (!(value > threshold)) return false;
    fire(out, (gf_fired_rule){rule, source, gf_scaled_make(value, 0), threshold, 0});
    return true;
}

/* Signal that shrinks or grows from layer to layer, before any gradient comes back. Constant layers
 * have no std. */
static void judge_spread(const gf_run *run, const gf_thresholds *thresholds, gf_diagnosis *out)
{
    double low = INFINITY, high = -INFINITY;
    gf_scaled smallest = {0}, largest = {0};
    for (int32_t i = 0; i < run->spec.depth; i++) {
        const gf_moments *a = &run->layers[i].a;
        const gf_scaled std = gf_scaled_make(a->std, a->exponent);
        const double size = gf_scaled_log10(std);
        if (!isfinite(size)) continue;
        if (size < low) low = size, smallest = std;
        if (size > high) high = size, largest = std;
    }
    if (!(high >= low)) return;
    out->activation_spread = gf_scaled_divide(largest, smallest);
    if (high - low > log10(thresholds->activation_spread))
        fire(out, (gf_fired_rule){"activation std, largest/smallest layer",
                                  "SageMaker Debugger, PoorWeightInit: above 10",
                                  out->activation_spread, thresholds->activation_spread, 0});
}

/* The one test that is not scale-free: it moves with batch, width and target, and so decides
 * nothing. The rms of the entries is no smaller than the mean of their magnitudes that the source
 * means. Exact zeros have their own rule. */
static void judge_absolute(const gf_run *run, const gf_thresholds *thresholds, gf_diagnosis *out)
{
    double least = INFINITY;
    gf_fired_rule rule = {"absolute: rms entry of dL/dW",
                          "SageMaker Debugger, mean |gradient| below 1e-7",
                          {0, 0},
                          thresholds->absolute_gradient,
                          0};
    for (int32_t layer = 1; layer <= run->spec.depth; layer++) {
        const double entries =
            (double)gf_spec_fan_in(&run->spec, layer) * gf_spec_fan_out(&run->spec, layer);
        const gf_scaled rms =
            gf_scaled_divide(*weight_grad(run, layer), gf_scaled_make(sqrt(entries), 0));
        const double size = gf_scaled_log10(rms);
        if (!isfinite(size) || size >= least) continue;
        least = size;
        rule.value = rms;
        rule.layer = layer;
    }
    if (least < log10(thresholds->absolute_gradient)) fire(out, rule);
}

/* 1 / |ln factor|, and the depth at which factor^(depth - 1) passes the threshold on its side of 1.
 */
static void extrapolate(const gf_thresholds *thresholds, gf_diagnosis *out)
{
    const double rate = log(out->per_layer_factor);
    const double limit =
        log(rate < 0.0 ? thresholds->vanishing_ratio : thresholds->exploding_ratio);
    out->e_folding_depth = rate == 0.0 ? INFINITY : 1.0 / fabs(rate);
    out->limit_depth = rate == 0.0 ? INFINITY : 1.0 + limit / rate;
}

/* As people write it: 0.29 and 36, 3e-05 only where that is shorter. */
static void format_ratio(gf_scaled ratio, char text[40])
{
    const double log10_ratio = gf_scaled_log10(ratio);
    if (log10_ratio > -3 && log10_ratio < 2)
        snprintf(text, 40, "%.2g", pow(10.0, log10_ratio));
    else
        gf_scaled_format(ratio, 0, text);
}

static void explain(const gf_run *run, gf_diagnosis *out)
{
    const gf_activation_info *f = gf_activation_get(run->spec.activation);
    const gf_init_info *init = gf_init_get(run->spec.init);
    const int32_t steps = run->spec.depth - 1;
    char ratio[40];
    format_ratio(out->delta_ratio, ratio);
    int used = 0;
    switch (out->verdict) {
    case GF_VANISHING:
        if (out->first.mantissa == 0.0) {
            used = snprintf(out->why, sizeof out->why,
                            "No gradient at all reaches layer 1: it is exactly zero.");
            break;
        }
        used = snprintf(out->why, sizeof out->why,
                        "%s' lies in %s. Each step back multiplies the gradient by %.2g: %d steps "
                        "leave %s of it.",
                        f->label, f->derivative_range, out->per_layer_factor, steps, ratio);
        break;
    case GF_EXPLODING:
        used = snprintf(out->why, sizeof out->why,
                        "Weights of standard deviation %.2g add more than %s' takes away. Each "
                        "step back multiplies "
                        "the gradient by %.3g: after %d steps it is %s times as large.",
                        gf_spec_weight_std(&run->spec, run->spec.depth), f->label,
                        out->per_layer_factor, steps, ratio);
        break;
    case GF_UNSTABLE:
        used = snprintf(out->why, sizeof out->why,
                        "NaN or Inf reached layer %d: from there on no number means anything.",
                        out->rules[0].layer);
        break;
    case GF_HEALTHY:
    case GF_VERDICT_COUNT:
        used = snprintf(out->why, sizeof out->why,
                        "%s with %s keeps the gradient at %.3g times per step: after %d steps "
                        "it is %s times what it was.",
                        f->label, init->label, out->per_layer_factor, steps, ratio);
        break;
    }
    if (out->dead_share > 0.1 && used > 0 && used < (int)sizeof out->why)
        snprintf(out->why + used, sizeof out->why - (size_t)used, " %.0f %% of all units are dead.",
                 100.0 * out->dead_share);
}

/* Nothing of nothing is nothing: a dead network has ratio 0, not NaN. */
static gf_scaled divide(gf_scaled first, gf_scaled last)
{
    return first.mantissa == 0.0 ? first : gf_scaled_divide(first, last);
}

void gf_diagnose(const gf_run *run, const gf_thresholds *thresholds, gf_diagnosis *out)
{
    const int32_t depth = run->spec.depth;
    *out = (gf_diagnosis){.first = *weight_grad(run, 1), .last = *weight_grad(run, depth)};
    out->ratio = divide(out->first, out->last);
    out->delta_ratio = divide(*delta_rms(run, 1), *delta_rms(run, depth));
    const double log10_ratio = gf_scaled_log10(out->delta_ratio);
    out->per_layer_factor = depth > 1 ? pow(10.0, log10_ratio / (depth - 1)) : 1.0;
    for (int32_t layer = 0; layer < depth; layer++) {
        out->dead_share += run->layers[layer].dead_share / depth;
        out->saturated_share += run->layers[layer].saturated_share / depth;
    }
    out->verdict = judge(run, thresholds, out);
    const bool dead = judge_share("dead units", "SageMaker Debugger, torchmortem: above 50 %",
                                  out->dead_share, thresholds->dead_share, out);
    const bool saturated =
        judge_share("saturated activations", "SageMaker Debugger, DeepDiagnosis: above 50 %",
                    out->saturated_share, thresholds->saturated_share, out);
    judge_spread(run, thresholds, out);
    judge_absolute(run, thresholds, out);
    extrapolate(thresholds, out);
    out->viable = out->verdict == GF_HEALTHY && !dead && !saturated;
    explain(run, out);
}

const char *gf_layer_word(const gf_run *run, int32_t layer, const gf_thresholds *thresholds)
{
    const gf_scaled norm = *delta_rms(run, layer);
    if (isnan(norm.mantissa)) return "nan";
    if (isinf(norm.mantissa)) return "inf";
    if (norm.mantissa == 0.0) return "zero";
    const double log10_ratio =
        gf_scaled_log10(gf_scaled_divide(norm, *delta_rms(run, run->spec.depth)));
    if (log10_ratio < log10(thresholds->vanishing_ratio)) return "vanished";
    if (log10_ratio > log10(thresholds->exploding_ratio)) return "exploded";
    if (log10_ratio < -log10(NOTICEABLE_RATIO)) return "weak";
    if (log10_ratio > log10(NOTICEABLE_RATIO) / 2.0) return "strong";
    return "healthy";
}
