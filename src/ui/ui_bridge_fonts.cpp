/* Fonts, built for exactly the pixel sizes that were asked for, so that text is sharp at every
 * scale: a size that is missing is drawn from the nearest one and is there a frame later. */
#include "ui/ui_bridge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <imgui_freetype.h>
#include <backends/imgui_impl_opengl3.h>

#ifndef GF_FONT_FOLDER
#define GF_FONT_FOLDER "/usr/share/fonts/truetype/dejavu"
#endif

static const double REBUILD_SECONDS =
    0.25; /* while a window is being resized, sizes change with every frame */

/* Latin, Greek, and the signs the panels and the view use. */
static const ImWchar GLYPHS[] = {0x0020, 0x00FF, 0x0391, 0x03C9, 0x1D40, 0x1D40, 0x2010, 0x2026,
                                 0x2030, 0x2033, 0x2070, 0x209C, 0x2190, 0x2194, 0x2202, 0x2202,
                                 0x2207, 0x2207, 0x2211, 0x2212, 0x221A, 0x221A, 0x221E, 0x221E,
                                 0x2248, 0x2248, 0x2260, 0x2265, 0x25A0, 0x25A0, 0x25B2, 0x25B6,
                                 0x25BC, 0x25C0, 0x25CB, 0x25CF, 0x25FC, 0x25FC, 0};

static ImFont *build_font(gf_ui *ui, ImFontAtlas *atlas, int pixels, bool bold)
{
    ImFontConfig config;
    config.SizePixels = (float)pixels;
    if (!ui->has_files) return atlas->AddFontDefault(&config);
    return atlas->AddFontFromFileTTF(bold ? GF_FONT_FOLDER "/DejaVuSans-Bold.ttf"
                                          : GF_FONT_FOLDER "/DejaVuSans.ttf",
                                     (float)pixels, &config, GLYPHS);
}

/* Between frames only: no draw data may point into the old atlas. */
static void build_atlas(gf_ui *ui)
{
    ImFontAtlas *atlas = ImGui::GetIO().Fonts;
    atlas->Clear();
    int kept = 0;
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].wanted) ui->fonts[kept++] = ui->fonts[i];
    ui->font_count = kept;
    for (int i = 0; i < kept; i++)
        ui->fonts[i].font = build_font(ui, atlas, ui->fonts[i].pixels, ui->fonts[i].bold);
    if (kept == 0) build_font(ui, atlas, 16, false);
    atlas->Build();
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    ui->font_missing = false;
    ui->since_build = 0;
    ui->builds++;
}

void bridge_refresh_fonts(gf_ui *ui)
{
    ui->since_build += ui->frame.seconds;
    const bool eager = ui->builds < 3 || ui->since_build >= REBUILD_SECONDS || ui->window == NULL;
    if (ui->builds == 0 || (ui->font_missing && eager)) build_atlas(ui);
    for (int i = 0; i < ui->font_count; i++)
        ui->fonts[i].wanted = false;
}

static sized_font *find_font(gf_ui *ui, int pixels, bool bold)
{
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].pixels == pixels && ui->fonts[i].bold == bold) return &ui->fonts[i];
    if (ui->font_count == FONTS_MAX) return NULL;
    sized_font *added = &ui->fonts[ui->font_count++];
    *added = {pixels, bold, true, NULL};
    return added;
}

/* The font of this size, or the nearest one that is built. */
ImFont *bridge_font(gf_ui *ui, float size, bool bold)
{
    const int pixels = (int)lroundf(fminf(fmaxf(size, 6), 160));
    sized_font *exact = find_font(ui, pixels, bold);
    if (exact) exact->wanted = true;
    if (exact && exact->font) return exact->font;
    ui->font_missing = true;
    ImFont *best = NULL;
    int best_distance = 0;
    for (int i = 0; i < ui->font_count; i++) {
        const int distance =
            abs(ui->fonts[i].pixels - pixels) + (ui->fonts[i].bold == bold ? 0 : 100);
        if (!ui->fonts[i].font || (best && distance >= best_distance)) continue;
        best = ui->fonts[i].font;
        best_distance = distance;
    }
    return best ? best : ImGui::GetIO().Fonts->Fonts[0];
}

void bridge_note_fonts(gf_ui *ui)
{
    ui->has_files = access(GF_FONT_FOLDER "/DejaVuSans.ttf", R_OK) == 0 &&
                    access(GF_FONT_FOLDER "/DejaVuSans-Bold.ttf", R_OK) == 0;
    if (ui->has_files) return;
    snprintf(
        ui->font_notice, sizeof ui->font_notice,
        "the fonts DejaVuSans.ttf and DejaVuSans-Bold.ttf are not in %s: install fonts-dejavu-core",
        GF_FONT_FOLDER);
}
