/* Colour tables. Anchors of both maps have evenly spaced Oklab lightness. */
#include "view/palette.h"

#include <math.h>

static const gf_theme dark = {
    .background = 0x0c1117ff,
    .panel = 0x141b24ff,
    .panel_border = 0x232d39ff,
    .control = 0x1d2733ff,
    .text = 0xe8edf3ff,
    .text_dim = 0x8a96a5ff,
    .accent = 0xf0a43cff,
    .grid = 0x232d39ff,
    .unlit = 0x1d2633ff,
    .healthy_band = 0x15272cff,
    .theory = 0x98a4b2ff,
    .underflow = 0x3a8fd0ff,
    .vanishing = 0x78c0ffff,
    .healthy = 0x2bb891ff,
    .exploding = 0xff7043ff,
    .unstable = 0xf6ec8aff,
    .try_panel = 0x1c3a33ff,
    .try_text = 0x86d9b8ff,
    .stage = 0x0f151dff,
    .not_finite = 0x2ff3ffff,
    .zero = 0x465261ff,
    .second = 0xd2b4ffff,
    .forward = 0x6fd8c8ff,
};

static const gf_theme projector = {
    .background = 0xf4f5f7ff,
    .panel = 0xffffffff,
    .panel_border = 0xc9cfd8ff,
    .control = 0xe6eaf0ff,
    .text = 0x11161dff,
    .text_dim = 0x4d5866ff,
    .accent = 0xb85c00ff,
    .grid = 0xd9dee5ff,
    .unlit = 0xdfe3e9ff,
    .healthy_band = 0xd8efe6ff,
    .theory = 0x5a6674ff,
    .underflow = 0x1f7ac4ff,
    .vanishing = 0x1769aaff,
    .healthy = 0x2ba07dff,
    .exploding = 0xc23a00ff,
    .unstable = 0x2e2200ff,
    .try_panel = 0xd8efe6ff,
    .try_text = 0x0d5c45ff,
    .stage = 0xfbfcfdff,
    .not_finite = 0x0018f0ff,
    .zero = 0x8d97a3ff,
    .second = 0x4a1fa8ff,
    .forward = 0x00705fff,
    .light = true,
};

const gf_theme *gf_theme_dark(void)
{
    return &dark;
}
const gf_theme *gf_theme_projector(void)
{
    return &projector;
}

gf_color gf_theme_verdict(const gf_theme *theme, gf_verdict verdict)
{
    switch (verdict) {
    case GF_VANISHING: return theme->vanishing;
    case GF_EXPLODING: return theme->exploding;
    case GF_UNSTABLE: return theme->unstable;
    default: return theme->healthy;
    }
}

#define ANCHORS 13

static const gf_color rising[ANCHORS] = {0x111c32ff, 0x172855ff, 0x233278ff, 0x383c97ff, 0x5a43b0ff,
                                         0x8a46b6ff, 0xb94ca6ff, 0xdd5b8dff, 0xf7726dff, 0xfe9469ff,
                                         0xfeb670ff, 0xfdd674ff, 0xfbf1aeff};
static const gf_color falling[ANCHORS] = {
    0xe9e5cfff, 0xf4cd6bff, 0xffab55ff, 0xfe895aff, 0xf16c69ff, 0xd95689ff, 0xb649a3ff,
    0x8844b3ff, 0x5942afff, 0x383c97ff, 0x243379ff, 0x192a57ff, 0x131f35ff};

gf_color gf_palette_color(const gf_theme *theme, double position)
{
    if (isnan(position)) return theme->not_finite;
    const gf_color *anchors = theme->light ? falling : rising;
    const double place = fmin(fmax(position, 0.0), 1.0) * (ANCHORS - 1);
    const int below = place < ANCHORS - 1 ? (int)place : ANCHORS - 2;
    return gf_color_mix(anchors[below], anchors[below + 1], place - below);
}

/* From an activation of nothing outwards. Blue and green keep clear of the gradient's colours. */
#define SIDE_ANCHORS 4
static const gf_color negative[2][SIDE_ANCHORS] = {
    {0x161f30ff, 0x174a86ff, 0x2e6ed8ff, 0x86a8ffff},
    {0xe6ebf3ff, 0x9dc1ecff, 0x3f82d0ff, 0x0a3f86ff}};
static const gf_color positive[2][SIDE_ANCHORS] = {
    {0x1a2a2aff, 0x1f6b45ff, 0x4bb05aff, 0xd3f08aff},
    {0xe8efe6ff, 0xa5d9a0ff, 0x4a9a4cff, 0x1c5a14ff}};

gf_color gf_palette_activation(const gf_theme *theme, double position)
{
    if (isnan(position)) return theme->not_finite;
    const gf_color *anchors = (position < 0.0 ? negative : positive)[theme->light];
    const double place = fmin(fabs(position), 1.0) * (SIDE_ANCHORS - 1);
    const int below = place < SIDE_ANCHORS - 1 ? (int)place : SIDE_ANCHORS - 2;
    return gf_color_mix(anchors[below], anchors[below + 1], place - below);
}

#define SIGNED_ANCHORS 6
static const gf_color shrinking[SIGNED_ANCHORS] = {0xf6f2e2ff, 0xa9d0f2ff, 0x5f9fe0ff,
                                                   0x3668b4ff, 0x20417dff, 0x111f42ff};
static const gf_color growing[SIGNED_ANCHORS] = {0xf6f2e2ff, 0xfdc078ff, 0xf08a3cff,
                                                 0xc95a22ff, 0x8c3414ff, 0x4a1709ff};

gf_color gf_palette_signed(double position)
{
    const gf_color *anchors = position < 0.0 ? shrinking : growing;
    const double place = fmin(fabs(position), 1.0) * (SIGNED_ANCHORS - 1);
    const int below = place < SIGNED_ANCHORS - 1 ? (int)place : SIGNED_ANCHORS - 2;
    return gf_color_mix(anchors[below], anchors[below + 1], place - below);
}

static double channel(gf_color color, int shift)
{
    return (double)(color >> shift & 0xff);
}

gf_color gf_color_mix(gf_color from, gf_color to, double share)
{
    gf_color mixed = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const double value =
            channel(from, shift) + (channel(to, shift) - channel(from, shift)) * share;
        mixed |= (gf_color)(value + 0.5) << shift; /* lround() is a call: this runs per pixel */
    }
    return mixed;
}

gf_color gf_color_fade(gf_color color, double alpha)
{
    return (color & 0xffffff00) | (gf_color)lround(channel(color, 0) * alpha);
}

static double linear(double encoded)
{
    return encoded <= 0.04045 ? encoded / 12.92 : pow((encoded + 0.055) / 1.055, 2.4);
}

double gf_color_luminance(gf_color color)
{
    return 0.2126 * linear(channel(color, 24) / 255.0) +
           0.7152 * linear(channel(color, 16) / 255.0) + 0.0722 * linear(channel(color, 8) / 255.0);
}
