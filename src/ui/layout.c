/* The centre comes first: side panels have fixed widths and go when too little is left for it. */
#include "ui/layout.h"

#include <math.h>

#include "ui/metrics.h"

#define LEFT_WIDTH      288.0f
#define RIGHT_WIDTH     306.0f
#define CENTRE_WIDTH    480.0f /* design pixels below which a side panel goes */
#define PLAYBACK_HEIGHT 234.0f
#define SCENARIO_HEIGHT 150.0f /* at least: the title and two cards */
#define PLAYBACK_SHARE  0.55f  /* of the panel, at most */
#define STAGE_SHARE     0.622f
#define CAPTION_SHARE   0.4f /* of the centre, at most */
#define SMALLEST_SCALE  0.58f

float gf_layout_scale(int32_t width, int32_t height)
{
    /* A window much taller than wide is measured by its width. */
    return fmaxf(SMALLEST_SCALE, fminf((float)height / 1080.0f, (float)width / 1600.0f));
}

static void place_centre(gf_layout *layout, float left, float right, float bottom)
{
    const float gap = roundf(GF_GAP * 0.9f * layout->scale);
    if (layout->banner.height > CAPTION_SHARE * (bottom - layout->head.height))
        layout->banner.height = 0;
    const float banner = layout->banner.height > 0 ? layout->banner.height + gap : 0;
    /* In a very small window the picture comes before the words. */
    if (layout->caption.height > CAPTION_SHARE * (bottom - layout->head.height - banner))
        layout->caption.height = 0;
    const float caption = layout->caption.height > 0 ? layout->caption.height + gap : 0;
    const float top = layout->head.height + banner + caption;
    const float height = fmaxf(bottom - top - gap, 2);
    const float width = fmaxf(right - left, 1);
    const float stage = roundf(height * STAGE_SHARE);
    layout->banner = (gf_rect){left, layout->head.height, width, layout->banner.height};
    layout->caption = (gf_rect){left, layout->head.height + banner, width, layout->caption.height};
    layout->stage = (gf_rect){left, top, width, stage};
    layout->centre = layout->stage;
    layout->chart = (gf_rect){left, top + stage + gap, width, height - stage};
}

/* Playback keeps its height at the bottom, the controls get what they need, the list the rest: it
 * can scroll. */
static void place_sections(gf_layout *layout, const gf_layout_desc *desc)
{
    const float scale = layout->scale;
    const gf_rect panel = layout->left;
    const float inset = roundf(GF_PADDING * 0.5f * scale);
    const float x = panel.x + inset, width = panel.width - 2 * inset;
    const float inside = panel.height - 2 * inset;
    const float playback = fminf(PLAYBACK_HEIGHT * scale, inside * PLAYBACK_SHARE);
    const float rest = inside - playback;
    const float list = (desc->scenarios_folded ? GF_HEADING + 8 : SCENARIO_HEIGHT) * scale;
    const float network = fminf(desc->network_height * scale, fmaxf(rest - list, rest / 2));
    const float scenarios = desc->scenarios_folded ? fminf(list, rest - network) : rest - network;
    layout->scenarios =
        (gf_rect){x, panel.y + inset, width, fmaxf(scenarios - roundf(8 * scale), 1)};
    layout->network = (gf_rect){x, panel.y + inset + scenarios, width, network};
    layout->playback = (gf_rect){x, panel.y + inset + rest, width, playback};
}

gf_layout gf_layout_make(const gf_layout_desc *desc)
{
    gf_layout layout = {.scale = desc->scale};
    const float scale = layout.scale, width = (float)desc->width;
    const float margin = roundf(GF_MARGIN * scale), gap = roundf(GF_GAP * scale);
    const float left_width = roundf(LEFT_WIDTH * scale), right_width = roundf(RIGHT_WIDTH * scale);
    const float room = width - 2 * margin - CENTRE_WIDTH * scale;
    layout.has_left = !desc->hide_panels && room > left_width + gap;
    layout.has_right = !desc->hide_panels && room > left_width + right_width + 2 * gap;
    const float top = roundf(GF_HEAD_HEIGHT * scale), bottom = (float)desc->height - margin;
    const float panel_height = fmaxf(bottom - top, 1);
    layout.head = (gf_rect){margin, 0, width - 2 * margin, top};
    layout.left = (gf_rect){margin, top, left_width, panel_height};
    layout.right = (gf_rect){width - margin - right_width, top, right_width, panel_height};
    layout.banner.height = roundf(desc->banner_height);
    layout.caption.height = roundf(desc->caption_height);
    place_sections(&layout, desc);
    place_centre(&layout, layout.has_left ? margin + left_width + gap : margin,
                 layout.has_right ? layout.right.x - gap : width - margin, bottom);
    return layout;
}
