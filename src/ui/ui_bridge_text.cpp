/* Text at a place: measured, cut, wrapped. */
#include "ui/ui_bridge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

ImDrawList *bridge_list(gf_ui *ui)
{
    return ui->overlay ? ImGui::GetForegroundDrawList() : ImGui::GetWindowDrawList();
}

float bridge_pixels(const gf_ui *ui, gf_text_style style)
{
    return roundf(style.size *
                  ui->frame.scale); /* as it is built: a scaled glyph is a blurred one */
}

static ImVec2 measure(gf_ui *ui, float pixels, bool bold, const char *text, const char *end)
{
    return bridge_font(ui, pixels, bold)->CalcTextSizeA(pixels, 1e9f, 0, text, end);
}

/* On whole pixels: a glyph between two of them is a blurred one. */
static void put_text(gf_ui *ui, float x, float y, float pixels, const gf_text_style *style,
                     const char *text, const char *end)
{
    const ImVec2 size = measure(ui, pixels, style->bold, text, end);
    if (style->align == GF_ALIGN_CENTRE) x -= size.x / 2;
    if (style->align == GF_ALIGN_RIGHT) x -= size.x;
    const ImVec2 place(roundf(x), roundf(y - size.y / 2));
    bridge_list(ui)->AddText(bridge_font(ui, pixels, style->bold), pixels, place,
                             bridge_color(style->color), text, end);
}

void gf_ui_text(gf_ui *ui, float x, float y, gf_text_style style, const char *text)
{
    put_text(ui, x, y, bridge_pixels(ui, style), &style, text, NULL);
}

float gf_ui_text_width(gf_ui *ui, gf_text_style style, const char *text)
{
    return measure(ui, bridge_pixels(ui, style), style.bold, text, NULL).x;
}

/* The longest beginning of `text` that leaves room for an ellipsis; never inside a UTF-8 sequence.
 */
static size_t bytes_that_fit(gf_ui *ui, float pixels, bool bold, float width, const char *text)
{
    const float room = width - measure(ui, pixels, bold, "…", NULL).x;
    size_t fit = 0;
    for (size_t i = 1; i <= strlen(text); i++) {
        if ((text[i] & 0xC0) == 0x80) continue;
        if (measure(ui, pixels, bold, text, text + i).x > room) break;
        fit = i;
    }
    return fit;
}

void gf_ui_text_fit(gf_ui *ui, float x, float y, float width, gf_text_style style, const char *text)
{
    const float full = bridge_pixels(ui, style);
    const float natural = measure(ui, full, style.bold, text, NULL).x;
    const float shrink = natural > width ? fmaxf(0.75f, width / natural) : 1;
    const float pixels = shrink < 1 ? floorf(full * shrink) : full;
    if (measure(ui, pixels, style.bold, text, NULL).x <= width + 1) {
        put_text(ui, x, y, pixels, &style, text, NULL);
        return;
    }
    char cut[512];
    const size_t fit = bytes_that_fit(ui, pixels, style.bold, width, text);
    snprintf(cut, sizeof cut, "%.*s…", (int)(fit < 500 ? fit : 500), text);
    put_text(ui, x, y, pixels, &style, cut, NULL);
}

/* Where a line that starts at `text` ends: at the last space that fits. Dear ImGui's own wrapping
 * breaks behind a point, and so in the middle of 0.25. A single word that is too long sticks out.
 */
static const char *line_end(gf_ui *ui, float pixels, bool bold, float width, const char *text)
{
    const char *fit = NULL;
    for (const char *at = text;; at++) {
        if (*at && *at != ' ' && *at != '\n') continue;
        if (at[0] == ' ' && at[1] == '%') continue; /* a number keeps its unit */
        if (fit && measure(ui, pixels, bold, text, at).x > width) return fit;
        fit = at;
        if (*at != ' ') return fit;
    }
}

float gf_ui_text_height(gf_ui *ui, float width, gf_text_style style, const char *text)
{
    const float pixels = bridge_pixels(ui, style);
    int lines = 0;
    for (; *text; lines++) {
        const char *end = line_end(ui, pixels, style.bold, width, text);
        text = *end ? end + 1 : end;
    }
    return (float)lines * roundf(pixels * 1.5f);
}

float gf_ui_text_wrapped(gf_ui *ui, gf_rect rect, gf_text_style style, const char *text)
{
    const float pixels = bridge_pixels(ui, style);
    const float line_height = roundf(pixels * 1.5f);
    float y = 0;
    style.align = GF_ALIGN_LEFT;
    while (*text && y + line_height <= rect.height + 1) {
        const char *end = line_end(ui, pixels, style.bold, rect.width, text);
        put_text(ui, rect.x, rect.y + y + line_height / 2, pixels, &style, text, end);
        y += line_height;
        text = *end ? end + 1 : end;
    }
    return y;
}

void gf_ui_labels(gf_ui *ui, const gf_label_list *labels)
{
    for (int32_t i = 0; i < labels->count; i++) {
        const gf_label *label = &labels->labels[i];
        const gf_text_style style = {0, label->color, label->align, label->bold};
        put_text(ui, label->x, label->y, roundf(label->size), &style, label->text, NULL);
    }
}
