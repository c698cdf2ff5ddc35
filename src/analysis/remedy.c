/* Candidates, their reduced copies, and the ranking. */
#include "gradflow/remedy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Small enough for a few milliseconds each, large enough for the factor per layer to be the large
 * network's. */
#define DEPTH_MAX 32
#define WIDTH_MAX 128
#define BATCH_MAX 32

/* The initialisation that keeps the variance for an activation, as gf_init_info.suits says. */
static gf_init suited_init(gf_activation activation)
{
    switch (activation) {
    case GF_ACTIVATION_SIGMOID:
    case GF_ACTIVATION_TANH:
    case GF_ACTIVATION_SOFTSIGN:
    case GF_ACTIVATION_HARD_TANH:
    case GF_ACTIVATION_LINEAR: return GF_INIT_XAVIER_NORMAL;
    case GF_ACTIVATION_SELU: return GF_INIT_LECUN_NORMAL;
    default: return GF_INIT_HE_NORMAL;
    }
}

static bool same(const gf_spec *one, const gf_spec *other)
{
    return one->activation == other->activation && one->init == other->init &&
           one->gain == other->gain && one->skip == other->skip && one->norm == other->norm &&
           one->override_count == other->override_count;
}

static void propose(gf_remedies *remedies, const gf_spec *from, gf_spec changed, const char *label)
{
    if (remedies->count == GF_REMEDIES_MAX || same(from, &changed)) return;
    for (int32_t i = 0; i < remedies->count; i++)
        if (same(&remedies->items[i].spec, &changed)) return;
    gf_remedy *item = &remedies->items[remedies->count++];
    *item = (gf_remedy){.spec = changed};
    snprintf(item->label, sizeof item->label, "%s", label);
}

/* Another activation with the weights that suit it, everywhere in the network. */
static void propose_pair(gf_remedies *remedies, const gf_spec *spec, gf_activation activation,
                         gf_init init)
{
    gf_spec changed = *spec;
    char label[56];
    changed.activation = activation;
    changed.init = init;
    changed.gain = 1.0;
    changed.override_count = 0;
    snprintf(label, sizeof label, "%s + %s", gf_activation_get(activation)->label,
             gf_init_get(init)->label);
    propose(remedies, spec, changed, label);
}

/* What one step back multiplies by, divided out of the weights. */
static void propose_gain(gf_remedies *remedies, const gf_spec *spec, double factor)
{
    gf_spec changed = *spec;
    char label[56];
    if (!(factor > 1e-3 && factor < 1e3)) return;
    snprintf(label, sizeof label, "Gain %.3g", spec->gain / factor);
    changed.gain = strtod(label + 5, NULL); /* what the label says is what is tried */
    propose(remedies, spec, changed, label);
}

static void propose_structure(gf_remedies *remedies, const gf_spec *spec)
{
    gf_spec skip = *spec, batch = *spec, layer = *spec;
    skip.skip = GF_SKIP_RESIDUAL;
    propose(remedies, spec, skip, "Skip connections");
    batch.norm = GF_NORM_BATCH;
    if (spec->batch > 1) propose(remedies, spec, batch, "Batch norm");
    layer.norm = GF_NORM_LAYER;
    propose(remedies, spec, layer, "Layer norm");
}

void gf_remedies_begin(gf_remedies *remedies, const gf_spec *spec, const gf_diagnosis *diagnosis)
{
    *remedies = (gf_remedies){0};
    if (diagnosis->viable || spec->depth < 2) return;
    propose_pair(remedies, spec, spec->activation, suited_init(spec->activation));
    propose_pair(remedies, spec, GF_ACTIVATION_RELU, GF_INIT_HE_NORMAL);
    propose_pair(remedies, spec, GF_ACTIVATION_TANH, GF_INIT_XAVIER_NORMAL);
    propose_pair(remedies, spec, GF_ACTIVATION_SELU, GF_INIT_LECUN_NORMAL);
    propose_pair(remedies, spec, spec->activation, GF_INIT_ORTHOGONAL);
    propose_gain(remedies, spec, diagnosis->per_layer_factor);
    propose_structure(remedies, spec);
}

static int32_t at_most(int32_t value, int32_t most)
{
    return value < most ? value : most;
}

bool gf_remedies_next(const gf_remedies *remedies, gf_spec *out)
{
    if (gf_remedies_are_done(remedies)) return false;
    gf_spec small = remedies->items[remedies->tried].spec;
    small.depth = at_most(small.depth, DEPTH_MAX);
    small.width = at_most(small.width, WIDTH_MAX);
    small.batch = at_most(small.batch, BATCH_MAX);
    small.input_width = at_most(small.input_width, WIDTH_MAX);
    small.output_width = at_most(small.output_width, WIDTH_MAX);
    for (int32_t i = 0; i < small.override_count; i++) {
        small.overrides[i].first = at_most(small.overrides[i].first, small.depth);
        small.overrides[i].last = at_most(small.overrides[i].last, small.depth);
    }
    *out = small;
    return true;
}

static bool is_better(const gf_remedy *one, const gf_remedy *other)
{
    return fabs(log(one->per_layer_factor)) < fabs(log(other->per_layer_factor));
}

/* Keep what was measured and found viable, best first. */
static void rank(gf_remedies *remedies)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < remedies->count; i++) {
        if (!remedies->items[i].measured || !remedies->items[i].viable) continue;
        const gf_remedy item = remedies->items[i];
        int32_t at = kept++;
        for (; at > 0 && is_better(&item, &remedies->items[at - 1]); at--)
            remedies->items[at] = remedies->items[at - 1];
        remedies->items[at] = item;
    }
    remedies->count = remedies->tried = kept;
}

void gf_remedies_take(gf_remedies *remedies, const gf_run *run)
{
    if (gf_remedies_are_done(remedies)) return;
    gf_remedy *item = &remedies->items[remedies->tried++];
    if (run) {
        const gf_thresholds thresholds = gf_thresholds_default();
        gf_diagnosis diagnosis;
        gf_diagnose(run, &thresholds, &diagnosis);
        item->measured = true;
        item->per_layer_factor = diagnosis.per_layer_factor;
        item->verdict = diagnosis.verdict;
        item->viable = diagnosis.viable;
    }
    if (remedies->tried == remedies->count) rank(remedies);
}

bool gf_remedies_are_done(const gf_remedies *remedies)
{
    return remedies->tried >= remedies->count;
}
