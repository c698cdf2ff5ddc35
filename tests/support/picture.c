#include "support/picture.h"

#include <stdlib.h>

#include "support/test.h"
#include "view/capture.h"
#include "view/palette.h"

static void make_layer(gf_run *run, int32_t layer, double log2_strength)
{
    gf_layer_record *record = &run->layers[layer - 1];
    const int64_t octave = (int64_t)floor(log2_strength);
    record->delta_rms = gf_scaled_make(exp2(log2_strength - (double)octave), octave);
    record->weight_grad_norm = record->delta_rms;
    record->delta.top_octave = octave + 2;
    for (int bin = 0; bin < GF_HISTOGRAM_BINS; bin++) {
        record->delta.bins[bin] = (uint64_t)(1000.0 * exp(-pow((bin - 59) / 2.5, 2)));
        record->activation.bins[bin] = (uint64_t)(1000.0 * exp(-pow((bin - 30) / 9.0, 2)));
    }
    for (int32_t row = 0; row < run->rows; row++)
        run->cells[(size_t)(layer - 1) * (size_t)run->rows + (size_t)row] =
            (gf_cell){(float)log2_strength, row % 2 ? 0.5f : -0.5f};
}

void gf_test_made_run(int32_t depth, int32_t width, double top, double octaves, gf_run *out)
{
    gf_error error = {0};
    gf_spec spec = gf_spec_default();
    spec.depth = depth;
    spec.width = width;
    const int32_t rows = width < GF_ROWS_MAX ? width : GF_ROWS_MAX;
    if (gf_run_create(&spec, rows, out, &error) != GF_OK) fail_msg("%s", error.text);
    for (int32_t layer = 1; layer <= depth; layer++)
        make_layer(out, layer, top - (depth - layer) * octaves);
    out->first_ready = 1;
    out->complete = true;
    out->loss = gf_scaled_make(0.5, 0);
}

gf_scene gf_test_scene(const gf_run *run, double front)
{
    return (gf_scene){.run = run,
                      .theme = gf_theme_dark(),
                      .scale = 1.0f,
                      .front = (float)front,
                      .show_histograms = true};
}

gf_rect gf_test_half(bool upper, int32_t width, int32_t height)
{
    const float half = (float)(height / 2);
    return (gf_rect){0.0f, upper ? 0.0f : half, (float)width, half};
}

static uint32_t *read_back(gf_context *context)
{
    gf_error error = {0};
    unsigned char *bytes = NULL;
    int32_t width = 0, height = 0;
    if (gf_capture_pixels(context, &bytes, &width, &height, &error) != GF_OK)
        fail_msg("%s", error.text);
    const size_t columns = (size_t)width, rows = (size_t)height;
    uint32_t *pixels = malloc(columns * rows * sizeof *pixels);
    assert_non_null(pixels);
    for (size_t i = 0; i < columns * rows; i++) {
        const unsigned char *from = bytes + 3 * ((rows - 1 - i / columns) * columns + i % columns);
        pixels[i] = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
    }
    free(bytes);
    return pixels;
}

static void draw_frame(gf_view *view, const gf_scene *scene, int32_t width, int32_t height,
                       gf_label_list *labels)
{
    labels->count = 0;
    gf_view_begin(view, width, height, scene->theme);
    gf_view_stage(view, scene, gf_test_half(true, width, height), labels);
    gf_view_chart(view, scene, gf_test_half(false, width, height), labels);
    gf_view_end(view);
}

uint32_t *gf_test_draw_last(const gf_scene *scenes, int32_t count, int32_t width, int32_t height,
                            gf_label_list *labels)
{
    static gf_label_list own; /* too large for a stack */
    gf_error error = {0};
    gf_context *context = NULL;
    gf_view *view = NULL;
    if (gf_context_open_offscreen(width, height, &context, &error) != GF_OK) {
        print_message("%s\n", error.text);
        skip();
    }
    if (gf_view_create(&view, &error) != GF_OK) fail_msg("%s", error.text);
    for (int32_t i = 0; i < count; i++) {
        gf_context_begin(context);
        draw_frame(view, &scenes[i], width, height, labels ? labels : &own);
        if (i < count - 1) gf_context_end(context);
    }
    uint32_t *pixels = read_back(context);
    gf_context_end(context);
    gf_view_destroy(view);
    gf_context_destroy(context);
    return pixels;
}

uint32_t *gf_test_draw(const gf_scene *scene, int32_t width, int32_t height, gf_label_list *labels)
{
    return gf_test_draw_last(scene, 1, width, height, labels);
}
