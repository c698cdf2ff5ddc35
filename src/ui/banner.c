/* Sentences above the stage when something cannot be done, or went wrong and was dealt with. What
 * was dealt with goes by itself after a while and stays reachable through a sign in the head line.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define SHOWN_SECONDS 15.0
#define TEXT          17.0f
#define PAD_ACROSS    18.0f
#define PAD_DOWN      8.0f
#define CROSS         40.0f
#define RETRY_ACROSS  200.0f
#define RETRY_DOWN    36.0f

static bool is_refused(const gf_explorer *explorer)
{
    return explorer->now.refusal && explorer->now.refusal[0];
}

static const char *sentence_of(const gf_explorer *explorer, const gf_ui *ui)
{
    const char *notice = explorer->now.notice;
    if (is_refused(explorer)) return explorer->now.refusal;
    return notice && notice[0] ? notice : gf_ui_font_notice(ui);
}

void gf_banner_update(gf_explorer *explorer, const gf_ui *ui)
{
    const char *sentence = sentence_of(explorer, ui);
    if (strncmp(sentence, explorer->banner, sizeof explorer->banner - 1) != 0) {
        snprintf(explorer->banner, sizeof explorer->banner, "%s", sentence);
        explorer->banner_seconds = 0;
        explorer->banner_away = false;
    }
    explorer->banner_seconds += explorer->now.seconds;
    if (!is_refused(explorer) && explorer->banner_seconds > SHOWN_SECONDS)
        explorer->banner_away = true;
}

static gf_text_style words(gf_ui *ui)
{
    gf_text_style style = gf_style_body(ui);
    style.size = TEXT;
    return style;
}

/* What is right of the sentence. */
static float aside(const gf_explorer *explorer)
{
    return CROSS + (explorer->now.may_retry ? RETRY_ACROSS : 0);
}

float gf_banner_height(const gf_explorer *explorer, gf_ui *ui, float width)
{
    const float scale = gf_ui_scale(ui), room = width - (2 * PAD_ACROSS + aside(explorer)) * scale;
    if (!explorer->banner[0] || explorer->banner_away || room < 60 * scale) return 0;
    const float least = explorer->now.may_retry ? RETRY_DOWN * scale : 0;
    const float text = gf_ui_text_height(ui, room, words(ui), explorer->banner);
    return fmaxf(text, least) + 2 * PAD_DOWN * scale;
}

static void draw_cross(gf_ui *ui, float x, float y, gf_color color)
{
    const float scale = gf_ui_scale(ui), arm = 5 * scale;
    gf_ui_line(ui, x - arm, y - arm, x + arm, y + arm, 2 * scale, color);
    gf_ui_line(ui, x - arm, y + arm, x + arm, y - arm, 2 * scale, color);
}

/* A device that hung in front of a hall is asked again when the lecturer wants it, never before. */
static void draw_retry(gf_explorer *explorer, gf_ui *ui, gf_rect *rest)
{
    const float scale = gf_ui_scale(ui), width = RETRY_ACROSS * scale, height = RETRY_DOWN * scale;
    const gf_rect button = {rest->x + rest->width - width, rest->y + (rest->height - height) / 2,
                            width, height};
    rest->width -= width;
    if (gf_widget_button(ui, "##device.again", button, "Try the device again"))
        explorer->requests.retry_device = true;
    gf_ui_hint(ui, button,
               "Goes back to the device that was asked for and computes all of it "
               "there. If that fails once more, the next one takes over as before.");
}

void gf_banner_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_rect box = explorer->layout.banner;
    if (box.height <= 0) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), cross = CROSS * scale;
    gf_rect rest = {box.x, box.y, box.width - cross, box.height};
    gf_ui_fill(ui, box, 8 * scale, theme->control);
    gf_ui_outline(ui, box, 8 * scale, fmaxf(1, 1.5f * scale), theme->exploding);
    if (explorer->now.may_retry) draw_retry(explorer, ui, &rest);
    const gf_rect corner = {box.x + box.width - cross, box.y, cross, box.height};
    const gf_hit words_hit = gf_ui_hit(ui, "##banner.words", rest);
    const gf_hit hit = gf_widget_press(ui, "##banner", corner);
    rest.width += cross;
    gf_rect text = gf_rect_inset(rest, PAD_ACROSS * scale, PAD_DOWN * scale);
    text.width -= cross;
    const float used = gf_ui_text_height(ui, text.width, words(ui), explorer->banner);
    gf_rect_take_top(&text, fmaxf(text.height - used, 0) / 2);
    gf_ui_text_wrapped(ui, text, words(ui), explorer->banner);
    draw_cross(ui, corner.x + cross / 2, corner.y + corner.height / 2,
               hit.hovered || words_hit.hovered ? theme->text : theme->text_dim);
    if (hit.clicked || words_hit.clicked) explorer->banner_away = true;
}

void gf_banner_draw_sign(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    const float scale = gf_ui_scale(ui);
    if (!explorer->banner[0] || !explorer->banner_away) return;
    const gf_hit hit = gf_widget_press(ui, "##notice", place);
    const gf_theme *theme = gf_ui_theme(ui);
    gf_text_style style = {
        .size = 19, .color = theme->exploding, .align = GF_ALIGN_CENTRE, .bold = true};
    gf_ui_fill(ui, place, 6 * scale, hit.hovered ? theme->panel_border : theme->control);
    gf_ui_text(ui, place.x + place.width / 2, place.y + place.height / 2, style, "!");
    gf_ui_hint(ui, place, explorer->banner);
    if (!hit.clicked) return;
    explorer->banner_away = false;
    explorer->banner_seconds = 0;
}
