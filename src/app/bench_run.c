/* Made-up records: magnitudes that fall with the depth, and a little noise from a counter. */
#include "app/bench_run.h"

#include <math.h>

#define LOG2_PER_LAYER (-0.2)
#define NOISE_OCTAVES  3.0

/* 0..1, from a mixed counter (the finalizer of SplitMix64). */
static double noise(uint64_t counter)
{
    uint64_t mixed = (counter + 1) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return (double)((mixed ^ mixed >> 31) >> 11) * 0x1p-53;
}

static void make_histograms(gf_layer_record *record, uint64_t counter)
{
    const double centre = 28.0 + 8.0 * noise(counter), width = 5.0 + 5.0 * noise(counter + 1);
    for (int bin = 0; bin < GF_HISTOGRAM_BINS; bin++) {
        record->activation.bins[bin] = (uint64_t)(1e5 * exp(-pow((bin - centre) / width, 2)));
        record->delta.bins[bin] =
            (uint64_t)(1e5 * exp(-pow((bin - 57 - noise(counter + 2)) / 2.5, 2)));
        record->weight_grad.bins[bin] = record->delta.bins[bin];
    }
    record->activation.low = -1.0;
    record->activation.high = 1.0;
}

static void make_layer(gf_run *run, int32_t layer)
{
    gf_layer_record *record = &run->layers[layer - 1];
    gf_cell *cells = run->cells + (size_t)(layer - 1) * (size_t)run->rows;
    const uint64_t counter = (uint64_t)layer << 20;
    const double log2_delta = LOG2_PER_LAYER * (run->spec.depth - layer) + noise(counter);
    const int64_t octave = (int64_t)floor(log2_delta);
    record->delta_rms = gf_scaled_make(exp2(log2_delta - (double)octave), octave);
    record->weight_grad_norm = gf_scaled_make(exp2(log2_delta - (double)octave), octave + 2);
    record->delta.top_octave = record->weight_grad.top_octave = octave + 4;
    record->a = (gf_moments){.std = 0.5 + 0.2 * noise(counter + 3), .min = -1.0, .max = 1.0};
    record->z = (gf_moments){.std = 1.0, .min = -4.0, .max = 4.0};
    make_histograms(record, counter + 4);
    for (int32_t row = 0; row < run->rows; row++) {
        const double apart = noise(counter + 16 + 2 * (uint64_t)row);
        cells[row].delta_log2 = (float)(log2_delta + NOISE_OCTAVES * (apart - 0.7));
        cells[row].activation = (float)(2.0 * noise(counter + 17 + 2 * (uint64_t)row) - 1.0);
    }
}

gf_status gf_bench_run_make(const gf_spec *spec, int32_t rows, gf_run *out, gf_error *error)
{
    gf_run run;
    GF_TRY(gf_run_create(spec, rows, &run, error));
    for (int32_t layer = 1; layer <= spec->depth; layer++)
        make_layer(&run, layer);
    run.first_ready = 1;
    run.complete = true;
    run.loss = gf_scaled_make(1.0, 0);
    *out = run;
    return GF_OK;
}
