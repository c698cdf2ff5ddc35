/* Names and words; the writing itself is done where the files belong. */
#include "app/keep.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/field.h"
#include "ui/explorer.h"

#define NAMES_MAX 9999

/* ---- The command line -------------------------------------------------------------------------
 */

static void append(char *text, size_t room, const char *more)
{
    const size_t used = strlen(text);
    snprintf(text + used, room - used, "%s", more);
}

static bool is_plain(const char *word)
{
    for (const char *c = word; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("_-+./=:,", *c)) return false;
    return word[0] != '\0';
}

/* In single quotes where the shell would see more than a word. */
static void append_word(char *text, size_t room, const char *word)
{
    append(text, room, " ");
    if (is_plain(word)) {
        append(text, room, word);
        return;
    }
    append(text, room, "'");
    for (const char *c = word; *c; c++)
        append(text, room, *c == '\'' ? "'\\''" : (char[]){*c, '\0'});
    append(text, room, "'");
}

/* The fewest digits that give the same number again. */
static void format_real(double value, char text[40])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 40, "%.*g", digits, value);
        if (strtod(text, NULL) == value) return;
    }
}

static void format_field(const gf_field *field, const gf_spec *spec, char text[40])
{
    switch (field->kind) {
    case GF_FIELD_INT32:
    case GF_FIELD_SEED:
        snprintf(text, 40, "%lld", (long long)gf_field_get_integer(field, spec));
        break;
    case GF_FIELD_REAL: format_real(gf_field_get_real(field, spec), text); break;
    default: snprintf(text, 40, "%s", gf_field_get_name(field, spec));
    }
}

static void append_field(const gf_field *field, const gf_spec *spec, const gf_spec *base,
                         char *text, size_t room)
{
    char value[40], usual[40], flag[40];
    format_field(field, spec, value);
    format_field(field, base, usual);
    if (strcmp(value, usual) == 0) return;
    snprintf(flag, sizeof flag, "--%s", field->name);
    for (char *c = flag; *c; c++)
        if (*c == '_') *c = '-';
    append_word(text, room, flag);
    append_word(text, room, value);
}

void gf_keep_command(const gf_scenario *scenario, const gf_spec *spec, char *text, size_t room)
{
    gf_spec base = gf_spec_default();
    snprintf(text, room, "gradflow run");
    if (spec->override_count > 0) {
        base = scenario->spec;
        append_word(text, room, scenario->name);
    }
    for (int32_t i = 0; i < gf_field_count; i++)
        append_field(&gf_fields[i], spec, &base, text, room);
    gf_spec rest = *spec;
    rest.override_count = base.override_count;
    memcpy(rest.overrides, base.overrides, sizeof rest.overrides);
    if (!gf_spec_same(&rest, spec))
        append(text, room, "  # without the layers of their own: Ctrl+S saves them in a file");
}

/* ---- Names and words --------------------------------------------------------------------------
 */

void gf_keep_picture_name(const gf_scenario *scenario, const gf_spec *spec, char *text, size_t room)
{
    const char *name = scenario->name[0] ? scenario->name : "network";
    const unsigned long long seed = (unsigned long long)spec->seed;
    snprintf(text, room, "gradflow-%s-seed%llu.png", name, seed);
    for (int i = 2; access(text, F_OK) == 0 && i < NAMES_MAX; i++)
        snprintf(text, room, "gradflow-%s-seed%llu-%d.png", name, seed, i);
}

gf_scenario gf_keep_scenario(const gf_scenario *scenario, const gf_spec *spec, bool edited)
{
    gf_scenario kept = *scenario;
    if (!edited && scenario->label[0]) return kept;
    kept.spec = *spec;
    kept.expect = (gf_expect){0};
    kept.step_count = 0;
    kept.line[0] = '\0';
    gf_spec_describe(spec, kept.title, sizeof kept.title);
    snprintf(kept.label, sizeof kept.label, "%.11s %d × %d",
             gf_activation_get(spec->activation)->label, spec->depth, spec->width);
    return kept;
}
