/* Fonts, built for exactly the pixel sizes that were asked for, so that text is sharp at every
 * scale.
 *
 * A size takes about two milliseconds. The first picture gets all of its sizes at once; after it
 * one is built a frame, so that no frame waits for letters, and until then the nearest size stands
 * in. Each is built by itself and then put into the sheet, because Dear ImGui could only build all
 * of them again. */
#include "ui/ui_bridge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <glad/gl.h>
#include <imgui_freetype.h>
#include <backends/imgui_impl_opengl3.h>

#ifndef GF_FONT_FOLDER
#define GF_FONT_FOLDER "/usr/share/fonts/truetype/dejavu"
#endif

static const int FIRST_PICTURES = 3; /* sizes of words that are fitted come a frame later */
static const int SHEET_WIDTH = 1024, SHEET_LEAST = 512, SHEET_MOST = 8192;

/* Latin, Greek, and the signs the panels and the view use. */
static const ImWchar GLYPHS[] = {0x0020, 0x00FF, 0x0391, 0x03C9, 0x1D40, 0x1D40, 0x2010, 0x2026,
                                 0x2030, 0x2033, 0x2070, 0x209C, 0x2190, 0x2194, 0x2202, 0x2202,
                                 0x2207, 0x2207, 0x2211, 0x2212, 0x221A, 0x221A, 0x221E, 0x221E,
                                 0x2248, 0x2248, 0x2260, 0x2265, 0x25A0, 0x25A0, 0x25B2, 0x25B6,
                                 0x25BC, 0x25C0, 0x25CB, 0x25CF, 0x25FC, 0x25FC, 0};

/* ---- One size -------------------------------------------------------------------------------- */

static int width_for(int pixels)
{
    return pixels <= 18 ? 256 : pixels <= 36 ? 512 : pixels <= 72 ? 1024 : 2048;
}

static void build_size(const gf_ui *ui, sized_font *font)
{
    ImFontConfig config;
    ImFontAtlas *atlas = IM_NEW(ImFontAtlas)();
    config.SizePixels = (float)font->pixels;
    atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    atlas->Flags = ImFontAtlasFlags_NoPowerOfTwoHeight | ImFontAtlasFlags_NoMouseCursors |
                   ImFontAtlasFlags_NoBakedLines;
    atlas->TexDesiredWidth = width_for(font->pixels);
    if (!ui->has_files)
        atlas->AddFontDefault(&config);
    else
        atlas->AddFontFromFileTTF(font->bold ? GF_FONT_FOLDER "/DejaVuSans-Bold.ttf"
                                             : GF_FONT_FOLDER "/DejaVuSans.ttf",
                                  config.SizePixels, &config, GLYPHS);
    atlas->Build();
    font->atlas = atlas;
}

static void drop_size(sized_font *font)
{
    if (font->atlas) IM_DELETE(font->atlas);
    *font = {};
}

/* ---- The sheet ------------------------------------------------------------------------------- */

/* From the size's own texture to the sheet's, and back before the sheet is made anew. */
static void move_glyphs(ImFont *font, ImVec2 scale, ImVec2 offset)
{
    for (ImFontGlyph &glyph : font->Glyphs) {
        glyph.U0 = glyph.U0 * scale.x + offset.x;
        glyph.U1 = glyph.U1 * scale.x + offset.x;
        glyph.V0 = glyph.V0 * scale.y + offset.y;
        glyph.V1 = glyph.V1 * scale.y + offset.y;
    }
}

static void take_out(sized_font *font)
{
    if (!font->font) return;
    const ImFontAtlas *from = ImGui::GetIO().Fonts, *own = font->atlas;
    const ImVec2 scale((float)from->TexWidth / (float)own->TexWidth,
                       (float)from->TexHeight / (float)own->TexHeight);
    move_glyphs(
        font->font, scale,
        ImVec2((float)-font->x / (float)own->TexWidth, (float)-font->y / (float)own->TexHeight));
    font->font = NULL;
}

static void upload(const sized_font *font)
{
    unsigned char *pixels;
    int width, height;
    font->atlas->GetTexDataAsRGBA32(&pixels, &width, &height);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, (GLuint)(intptr_t)ImGui::GetIO().Fonts->TexID);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glTexSubImage2D(GL_TEXTURE_2D, 0, font->x, font->y, width, height, GL_RGBA, GL_UNSIGNED_BYTE,
                    pixels);
    IM_FREE(font->atlas->TexPixelsRGBA32); /* four times the size of what they are made from */
    font->atlas->TexPixelsRGBA32 = NULL;
}

/* The next place of this size in rows; false: the sheet is full. */
static bool find_place(font_sheet *sheet, int width, int height, int *x, int *y)
{
    if (sheet->x + width > sheet->width) {
        sheet->y += sheet->row_height + 1;
        sheet->x = sheet->row_height = 0;
    }
    if (width > sheet->width || sheet->y + height > sheet->height) return false;
    *x = sheet->left + sheet->x;
    *y = sheet->top + sheet->y;
    sheet->x += width + 1;
    if (height > sheet->row_height) sheet->row_height = height;
    return true;
}

static bool put_in(gf_ui *ui, sized_font *font)
{
    ImFontAtlas *to = ImGui::GetIO().Fonts, *own = font->atlas;
    if (!find_place(&ui->sheet, own->TexWidth, own->TexHeight, &font->x, &font->y)) return false;
    const ImVec2 unit(1.0f / (float)to->TexWidth, 1.0f / (float)to->TexHeight);
    font->font = own->Fonts[0];
    font->font->ContainerAtlas = to; /* whose texture the draw lists are to use */
    move_glyphs(font->font, ImVec2((float)own->TexWidth * unit.x, (float)own->TexHeight * unit.y),
                ImVec2((float)font->x * unit.x, (float)font->y * unit.y));
    upload(font);
    return true;
}

/* Twice the room of what is there. Between frames only: no draw data may point into the old one. */
static void make_sheet(gf_ui *ui)
{
    ImFontAtlas *atlas = ImGui::GetIO().Fonts;
    font_sheet trial = {0, 0, SHEET_WIDTH, 1 << 30, 0, 0, 0};
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].atlas && ui->fonts[i].atlas->TexWidth * 2 > trial.width)
            trial.width = ui->fonts[i].atlas->TexWidth * 2;
    for (int i = 0, x, y; i < ui->font_count; i++) {
        take_out(&ui->fonts[i]);
        if (ui->fonts[i].atlas)
            find_place(&trial, ui->fonts[i].atlas->TexWidth, ui->fonts[i].atlas->TexHeight, &x, &y);
    }
    int height = 2 * (trial.y + trial.row_height);
    height = height < SHEET_LEAST ? SHEET_LEAST : height < SHEET_MOST ? height : SHEET_MOST;
    atlas->Clear();
    atlas->Flags = ImFontAtlasFlags_NoPowerOfTwoHeight;
    atlas->TexDesiredWidth = trial.width;
    atlas->AddFontDefault();
    const int room = atlas->AddCustomRectRegular(trial.width - 1, height);
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    const ImFontAtlasCustomRect *place = atlas->GetCustomRectByIndex(room);
    ui->sheet = {place->X, place->Y, place->Width, place->Height, 0, 0, 0};
    atlas->ClearTexData();
}

static void drop_unwanted(gf_ui *ui, bool all)
{
    int kept = 0;
    for (int i = 0; i < ui->font_count; i++) {
        sized_font font = ui->fonts[i];
        if (font.wanted || (font.atlas && !all))
            ui->fonts[kept++] = font;
        else
            drop_size(&font);
    }
    ui->font_count = kept;
}

/* Everything that is built and wanted, in a sheet with room for more. */
static void renew_sheet(gf_ui *ui)
{
    drop_unwanted(ui, true);
    make_sheet(ui);
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].atlas) put_in(ui, &ui->fonts[i]);
}

/* ---- Between frames -------------------------------------------------------------------------- */

static void build_missing(gf_ui *ui, int most)
{
    bool full = ui->sheet.width == 0;
    for (int i = 0; i < ui->font_count && most > 0; i++) {
        sized_font *font = &ui->fonts[i];
        if (font->font || !font->wanted) continue;
        if (!font->atlas) build_size(ui, font);
        if (!full) full = !put_in(ui, font);
        most--;
    }
    if (full) renew_sheet(ui);
}

void bridge_refresh_fonts(gf_ui *ui)
{
    const bool eager = ui->pictures < FIRST_PICTURES || ui->window == NULL;
    if (ui->pictures < FIRST_PICTURES) ui->pictures++;
    drop_unwanted(ui, ui->font_count == FONTS_MAX);
    if (ui->font_missing || ui->sheet.width == 0) build_missing(ui, eager ? FONTS_MAX : 1);
    ui->font_missing = false;
    for (int i = 0; i < ui->font_count; i++)
        ui->fonts[i].wanted = false;
}

void bridge_destroy_fonts(gf_ui *ui)
{
    for (int i = 0; i < ui->font_count; i++)
        drop_size(&ui->fonts[i]);
    ui->font_count = 0;
}

/* ---- While drawing --------------------------------------------------------------------------- */

static sized_font *find_font(gf_ui *ui, int pixels, bool bold)
{
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].pixels == pixels && ui->fonts[i].bold == bold) return &ui->fonts[i];
    if (ui->font_count == FONTS_MAX) return NULL;
    sized_font *added = &ui->fonts[ui->font_count++];
    *added = {pixels, bold, true, NULL, NULL, 0, 0};
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
