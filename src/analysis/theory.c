/* The prediction as callers see it: forward, backward, limit, and where the theory ends. */
#include "gradflow/theory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/theory_layers.h"

/* depth / width above which single networks scatter visibly about the infinite width (Hanin and
 * Nica 2019). */
#define NOTICEABLE_ASPECT 0.1

static void fill_layer(const gf_theory_state *at, gf_theory_layer *out)
{
    const gf_wide none = {0};
    out->z_std = gf_wide_scaled(at->z.one.m > 0.0 ? gf_wide_root(at->z.one) : none);
    out->a_rms = gf_wide_scaled(at->a.one.m > 0.0 ? gf_wide_root(at->a.one) : none);
    out->correlation =
        at->z.one.m > 0.0 ? gf_wide_double(gf_wide_divide(at->z.two, at->z.one)) : 0.0;
    out->chi = at->kind.weight_variance * at->kind.fan_in * at->kernel.slope2;
}

static void warn(const gf_spec *spec, gf_theory *out)
{
    const double aspect = (double)spec->depth / spec->width;
    if (spec->precision != GF_PRECISION_EXACT)
        snprintf(out->caution, sizeof out->caution,
                 "The prediction is for exact numbers, the run rounds to %s.",
                 gf_precision_names[spec->precision]);
    else if (aspect > NOTICEABLE_ASPECT)
        snprintf(out->caution, sizeof out->caution,
                 "%d layers of %d neurons are far from infinitely wide: single networks scatter, "
                 "and typical ones lie "
                 "below the prediction, the more the deeper they are.",
                 spec->depth, spec->width);
}

gf_status gf_theory_predict(const gf_spec *spec, gf_theory *out, gf_error *error)
{
    GF_TRY(gf_spec_validate(spec, error));
    gf_theory theory = {.depth = spec->depth};
    if (spec->norm == GF_NORM_BATCH) {
        snprintf(theory.reason, sizeof theory.reason,
                 "No prediction: batch normalisation couples the samples of a batch, which the "
                 "maps of single samples "
                 "and pairs do not describe (Yang et al. 2019).");
        *out = theory;
        return GF_OK;
    }
    const size_t depth = (size_t)spec->depth;
    gf_theory_state *states = calloc(depth + 1, sizeof *states);
    theory.layers = calloc(depth, sizeof *theory.layers);
    if (!states || !theory.layers) {
        free(states);
        free(theory.layers);
        return gf_fail(error, GF_MEMORY, "no memory for the theory of %d layers", spec->depth);
    }
    gf_theory_forward(spec, states);
    for (size_t i = 0; i < depth; i++)
        fill_layer(&states[i + 1], &theory.layers[i]);
    gf_theory_backward(spec, states, theory.layers);
    gf_theory_limit(spec, &states[(depth + 1) / 2], &theory);
    theory.loss = gf_wide_scaled(gf_wide_plus(states[depth].a.one, gf_wide_of(1.0)));
    theory.applies = true;
    warn(spec, &theory);
    free(states);
    *out = theory;
    return GF_OK;
}

void gf_theory_destroy(gf_theory *theory)
{
    free(theory->layers);
    *theory = (gf_theory){0};
}
