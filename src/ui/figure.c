/* Two lines from margin to margin. */
#include "ui/figure.h"

#include "ui/metrics.h"

void gf_figure_words(gf_ui *ui, gf_rect all, const char *title, const char *subtitle)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), left = GF_FIGURE_MARGIN * scale;
    const float width = all.width - 2 * left;
    const gf_text_style head = {GF_TEXT_TITLE, theme->text, GF_ALIGN_LEFT, true};
    const gf_text_style line = {GF_TEXT_BODY, theme->text_dim, GF_ALIGN_LEFT, false};
    gf_ui_text_fit(ui, left, 40 * scale, width, head, title);
    gf_ui_text_fit(ui, left, 76 * scale, width, line, subtitle);
}
