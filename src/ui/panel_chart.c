/* Over the chart: what it shows of every layer. */
#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define WIDTH      176.0f
#define HEIGHT     28.0f
#define FROM_RIGHT 232.0f /* room of the words that the view writes there */
#define LEAST      860.0f /* narrower charts have no room beside their title; the M key is left */

void gf_panel_chart(gf_explorer *explorer, gf_ui *ui, gf_rect chart)
{
    const float scale = gf_ui_scale(ui);
    const char *labels[GF_MEASURE_COUNT];
    if (chart.width < LEAST * scale) return;
    for (int32_t i = 0; i < GF_MEASURE_COUNT; i++)
        labels[i] = gf_measure_get((gf_measure)i)->label;
    const gf_rect box = {chart.x + chart.width - (FROM_RIGHT + WIDTH) * scale, chart.y + 12 * scale,
                         WIDTH * scale, HEIGHT * scale};
    int32_t current = (int32_t)explorer->measure;
    if (gf_ui_combo(ui, "##measure", box, labels, NULL, GF_MEASURE_COUNT, &current))
        explorer->measure = (gf_measure)current;
    gf_widget_list_arrow(ui, box);
}
