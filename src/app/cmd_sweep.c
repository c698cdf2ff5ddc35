/* `gradflow sweep`: many networks as a table, JSON or CSV, and as a heat map. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "base/interrupt.h"
#include "app/plot.h"
#include "app/report_sweep.h"
#include "ui/explorer.h"

/* Without a word from the user: the phase diagram of tanh. With Xavier weights the gain is sigma_w
 * of mean-field theory, and 1 its edge of chaos. */
#define USUAL_X     "depth=2..200:24"
#define USUAL_Y     "gain=0.5:2.5:21"
#define USUAL_WIDTH 128
#define USUAL_BATCH 16

typedef struct texts {
    char *x, *y, *output, *size;
    int theory, light;
} texts;

/* ---- The heat map -----------------------------------------------------------------------------
 */

static gf_heat_axis heat_axis(const gf_sweep_axis *axis)
{
    gf_heat_axis out = {.count = gf_sweep_axis_count(axis), .texts = axis->texts};
    snprintf(out.name, sizeof out.name, "%s", axis->field ? axis->field->name : "");
    for (char *c = out.name; *c; c++)
        if (*c == '_') *c = ' ';
    return out;
}

static gf_heat_cell heat_cell(const gf_sweep_cell *cell)
{
    return (gf_heat_cell){.decades = cell->log10_delta_ratio,
                          .verdict = cell->verdict,
                          .missing = cell->refused[0] != '\0',
                          .side = isnan(cell->chi)  ? 0
                                  : cell->chi > 1.0 ? 1
                                                    : -1};
}

static gf_status write_heat_map(const gf_sweep *sweep, gf_plot *plot, gf_error *error)
{
    gf_heat_map map = {
        .x = heat_axis(&sweep->x), .y = heat_axis(&sweep->y), .theory = sweep->theory};
    const int32_t count = map.x.count * map.y.count;
    char base[200];
    gf_heat_cell *cells = malloc((size_t)count * sizeof *cells);
    if (!cells) return gf_fail(error, GF_MEMORY, "no memory for a picture of %d networks", count);
    for (int32_t i = 0; i < count; i++)
        cells[i] = heat_cell(&sweep->cells[i]);
    map.cells = cells;
    gf_sweep_describe(sweep, base, sizeof base);
    snprintf(map.title, sizeof map.title, "Where the gradient survives: %s%s%s", map.y.name,
             map.y.name[0] ? " against " : "", map.x.name);
    snprintf(map.subtitle, sizeof map.subtitle, "%s, seed %llu; %d networks run on %s", base,
             (unsigned long long)sweep->options->scenario.spec.seed, count, sweep->device.name);
    const gf_status status = gf_plot_write(plot, gf_heat_map_draw, &map, error);
    free(cells);
    return status;
}

/* ---- The command ------------------------------------------------------------------------------
 */

static gf_status print_sweep(const gf_sweep *sweep, gf_error *error)
{
    switch (sweep->options->format) {
    case GF_FORMAT_TABLE: gf_sweep_table(sweep, stdout); break;
    case GF_FORMAT_JSON: return gf_sweep_json(sweep, stdout, error);
    case GF_FORMAT_CSV: gf_sweep_csv(sweep, stdout); break;
    }
    return GF_OK;
}

static gf_status open_plot(const texts *from, gf_plot **out, gf_error *error)
{
    gf_plot_desc desc = {.path = from->output, .size = {1920, 1080}, .light = from->light != 0};
    if (!from->output && (from->size || from->light))
        return gf_fail(error, GF_INVALID, "--%s is for a picture: -o FILE.png",
                       from->size ? "size" : "light");
    GF_TRY(gf_picture_size_parse("--size", from->size, &desc.size, error));
    return from->output ? gf_plot_open(&desc, out, error) : GF_OK;
}

static gf_status run_and_report(gf_sweep *sweep, const texts *from, gf_error *error)
{
    gf_plot *plot = NULL;
    gf_status status = open_plot(from, &plot, error);
    if (status == GF_OK) status = gf_sweep_run(sweep, error);
    if (status == GF_OK && plot) status = write_heat_map(sweep, plot, error);
    if (status == GF_OK) status = print_sweep(sweep, error);
    gf_plot_close(plot);
    return status;
}

static gf_status read_axes(const texts *from, gf_options *options, gf_sweep *out, gf_error *error)
{
    const gf_spec usual = gf_spec_default();
    gf_spec *spec = &options->scenario.spec;
    const bool none = !from->x && !from->y;
    if (none && gf_spec_same(spec, &usual)) {
        spec->activation = GF_ACTIVATION_TANH;
        spec->init = GF_INIT_XAVIER_NORMAL;
        spec->width = USUAL_WIDTH;
        spec->batch = USUAL_BATCH;
    }
    if (!from->x && from->y)
        return gf_fail(error, GF_INVALID, "--y is '%s'; it needs --x beside it", from->y);
    GF_TRY(gf_sweep_axis_parse("--x", none ? USUAL_X : from->x, &out->x, error));
    if (none || from->y)
        GF_TRY(gf_sweep_axis_parse("--y", none ? USUAL_Y : from->y, &out->y, error));
    if (out->x.field == out->y.field)
        return gf_fail(error, GF_INVALID, "--x and --y are both %s; allowed are two fields",
                       out->x.field->name);
    return GF_OK;
}

static gf_status sweep(const texts *from, gf_options *options, gf_error *error)
{
    gf_sweep self = {.options = options, .theory = from->theory != 0};
    gf_interrupt_begin();
    gf_status status = read_axes(from, options, &self, error);
    if (status == GF_OK) status = run_and_report(&self, from, error);
    gf_sweep_destroy(&self);
    return status;
}

static gf_status parse_and_sweep(int argc, const char **argv, gf_error *error)
{
    texts into = {0};
    const struct poptOption own[] = {
        {"x", 0, POPT_ARG_STRING, &into.x, 0,
         "a field and its values: gain=0.5:3:26 (equal steps), depth=2..1000:20 (equal factors), "
         "activation=tanh,relu",
         "FIELD=VALUES"},
        {"y", 0, POPT_ARG_STRING, &into.y, 0, "a second field", "FIELD=VALUES"},
        {"output", 'o', POPT_ARG_STRING, &into.output, 0, "draw a heat map", "FILE.png"},
        {"size", 0, POPT_ARG_STRING, &into.size, 0, "size of the heat map in pixels (1920x1080)",
         "WxH"},
        {"light", 0, POPT_ARG_NONE, &into.light, 0, "heat map on white, for bright rooms", NULL},
        {"theory", 0, POPT_ARG_NONE, &into.theory, 0,
         "the edge of chaos as mean-field theory predicts it", NULL},
        POPT_TABLEEND};
    gf_options options = {0};
    gf_status status = gf_options_parse(
        argc, argv, own, "[SCENARIO] [--x FIELD=VALUES [--y FIELD=VALUES]] [options]", &options,
        error);
    if (status == GF_OK) status = sweep(&into, &options, error);
    gf_options_destroy(&options);
    free(into.x);
    free(into.y);
    free(into.output);
    free(into.size);
    return status;
}

int gf_cmd_sweep(int argc, const char **argv)
{
    gf_error error = {0};
    return parse_and_sweep(argc, argv, &error) == GF_OK ? 0 : gf_app_report(&error);
}
