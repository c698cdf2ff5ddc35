/* Places are tried in order. Curves are looked at in so many spots only: words are wide, and a
 * curve of ten thousand layers is as long every frame. */
#include "view/chart_room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SPOTS       48
#define GLYPH_WIDTH 0.56f /* of the font's height */
#define CLEARANCE   3.0f  /* design pixels */

gf_range gf_chart_heights(const gf_chart_drawing *chart, const gf_summary *summary, float left,
                          float right)
{
    gf_range range = gf_range_none();
    const double from = fmax(floor(gf_chart_layer(&chart->layout, left)), summary->first_ready);
    const double to = fmin(ceil(gf_chart_layer(&chart->layout, right)), summary->spec.depth);
    const double step = fmax((to - from) / SPOTS, 1.0);
    for (double layer = from; layer <= to; layer += step) {
        const double value = gf_chart_value(chart, summary, (int32_t)layer);
        if (isfinite(value)) range = gf_range_widen(range, gf_chart_y(&chart->layout, value));
    }
    return range;
}

static bool is_clear_of(const gf_chart_drawing *chart, const gf_summary *summary, gf_rect box)
{
    if (!summary) return true;
    const gf_range heights = gf_chart_heights(chart, summary, box.x, box.x + box.width);
    return gf_range_is_empty(heights) || heights.high < box.y || heights.low > box.y + box.height;
}

static bool is_clear_of_theory(const gf_chart_drawing *chart, gf_rect box)
{
    const double *theory = chart->scene->theory;
    const double last = chart->layout.depth;
    if (!theory) return true;
    const double from = fmax(floor(gf_chart_layer(&chart->layout, box.x)), 1.0);
    const double to = fmin(ceil(gf_chart_layer(&chart->layout, box.x + box.width)), last);
    gf_range range = gf_range_none();
    for (double layer = from; layer <= to; layer += fmax((to - from) / SPOTS, 1.0)) {
        const double value = theory[(int32_t)layer - 1];
        if (isfinite(value)) range = gf_range_widen(range, gf_chart_y(&chart->layout, value));
    }
    return gf_range_is_empty(range) || range.high < box.y || range.low > box.y + box.height;
}

static bool overlap(gf_rect one, gf_rect other)
{
    return one.x < other.x + other.width && other.x < one.x + one.width &&
           one.y < other.y + other.height && other.y < one.y + one.height;
}

/* Over a curve, perhaps, but legible. */
static bool is_free_of_words(const gf_chart_drawing *chart, gf_rect box)
{
    const gf_rect plot = chart->layout.plot;
    if (box.x < plot.x || box.x + box.width > plot.x + plot.width || box.y < plot.y ||
        box.y + box.height > plot.y + plot.height)
        return false;
    for (int32_t i = 0; i < chart->taken_count; i++)
        if (overlap(box, chart->taken[i])) return false;
    return true;
}

static bool is_free(const gf_chart_drawing *chart, gf_rect box)
{
    return is_free_of_words(chart, box) && is_clear_of(chart, chart->summary, box) &&
           is_clear_of(chart, chart->other, box) && is_clear_of_theory(chart, box) &&
           !gf_chart_has_limit_in(chart, box);
}

/* Letters, not bytes: continuation bytes of UTF-8 have no width. */
static float width_of(const gf_words *words)
{
    int32_t letters = 0;
    for (const char *at = words->text; *at; at++)
        letters += ((unsigned char)*at & 0xc0) != 0x80;
    return (float)letters * GLYPH_WIDTH * words->size * (words->bold ? 1.1f : 1.0f);
}

static gf_rect box_of(const gf_chart_drawing *chart, const gf_words *words, gf_words_place place)
{
    const float clear = gf_chart_pixels(chart, CLEARANCE), width = width_of(words);
    const float back = place.align == GF_ALIGN_LEFT    ? 0.0f
                       : place.align == GF_ALIGN_RIGHT ? width
                                                       : 0.5f * width;
    return (gf_rect){place.x - back - clear, place.y - 0.5f * words->size - clear,
                     width + 2.0f * clear, words->size + 2.0f * clear};
}

void gf_chart_take(gf_chart_drawing *chart, gf_rect place)
{
    if (chart->taken_count < GF_CHART_WORDS_MAX) chart->taken[chart->taken_count++] = place;
}

/* -1: over other words wherever they stand. */
static int32_t choose(const gf_chart_drawing *chart, const gf_words *words,
                      const gf_words_place *places, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        if (is_free(chart, box_of(chart, words, places[i]))) return i;
    for (int32_t i = 0; i < count; i++)
        if (is_free_of_words(chart, box_of(chart, words, places[i]))) return i;
    return -1;
}

void gf_chart_place_words(gf_chart_drawing *chart, const gf_words *words,
                          const gf_words_place *places, int32_t count)
{
    int32_t chosen = choose(chart, words, places, count);
    if (chosen < 0 && words->may_miss) return;
    if (chosen < 0) chosen = 0;
    const gf_rect plot = chart->layout.plot;
    const float edge = 0.6f * words->size;
    const float y = fminf(fmaxf(places[chosen].y, plot.y + edge), plot.y + plot.height - edge);
    const gf_rect box = box_of(chart, words, places[chosen]);
    const float right = fminf(plot.x + plot.width - box.x - box.width, 0.0f);
    const float inside = fmaxf(plot.x - box.x, right); /* where no place is free, at least there */
    gf_label label = {.x = places[chosen].x + inside,
                      .y = y,
                      .size = words->size,
                      .color = words->color,
                      .align = places[chosen].align,
                      .bold = words->bold};
    snprintf(label.text, sizeof label.text, "%s", words->text);
    gf_label_add(chart->labels, label);
    gf_chart_take(chart, (gf_rect){box.x + inside, box.y, box.width, box.height});
}
