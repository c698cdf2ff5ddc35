/* The table people know from the PyTorch listing, with a bar and a word per layer. Fits 80 columns.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/forecast.h"
#include "app/report.h"

#define BAR_WIDTH        16
#define BAR_WIDTH_THEORY 8 /* beside the prediction's column */
/* The bar spans at least so many decades, so that a healthy network does not look ragged. */
#define BAR_DECADES    4.0
#define REMEDIES_SHOWN 4
#define LOG2_10        3.32192809488736234787

typedef struct table {
    const gf_report *report;
    FILE *stream;
    bool color;
    const char *full; /* one cell of the bar */
    int bar_width;
    const gf_theory *theory; /* NULL: no column for it */
    double low, high;        /* log10 norms at the ends of the bar */
} table;

static bool speaks_utf8(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return strstr(value, "UTF-8") || strstr(value, "utf8");
    }
    return false;
}

static const char *color_of(const char *word)
{
    if (strcmp(word, "healthy") == 0) return "\x1b[32m";
    if (strcmp(word, "weak") == 0 || strcmp(word, "vanished") == 0 || strcmp(word, "zero") == 0)
        return "\x1b[34m";
    if (strcmp(word, "nan") == 0 || strcmp(word, "inf") == 0) return "\x1b[35m";
    return "\x1b[33m";
}

static void find_range(table *self)
{
    const gf_run *run = self->report->run;
    self->low = INFINITY;
    self->high = -INFINITY;
    for (int32_t i = 0; i < run->spec.depth; i++) {
        const double value = gf_scaled_log10(run->layers[i].weight_grad_norm);
        if (!isfinite(value)) continue;
        self->low = fmin(self->low, value);
        self->high = fmax(self->high, value);
    }
    if (!(self->high >= self->low)) self->low = self->high = 0.0;
    const double missing = BAR_DECADES - (self->high - self->low);
    if (missing > 0.0) self->low -= missing;
}

static void print_bar(const table *self, gf_scaled norm)
{
    const double place = (gf_scaled_log10(norm) - self->low) / (self->high - self->low);
    const int cells = isfinite(place) ? 1 + (int)(place * (self->bar_width - 1) + 0.5) : 0;
    for (int i = 0; i < cells; i++)
        fputs(self->full, self->stream);
}

static void print_layer(const table *self, int32_t layer)
{
    const gf_run *run = self->report->run;
    const gf_layer_record *record = &run->layers[layer - 1];
    const char *word = gf_layer_word(run, layer, &self->report->scenario->thresholds);
    char weight[40], bias[40];
    gf_scaled_format(record->weight_grad_norm, 3, weight);
    gf_scaled_format(record->bias_grad_norm, 3, bias);
    fprintf(self->stream, "%6d %12s", layer, weight);
    if (self->theory) {
        char predicted[40];
        gf_scaled_format(self->theory->layers[layer - 1].weight_grad_norm, 3, predicted);
        fprintf(self->stream, " %12s", predicted);
    }
    fprintf(self->stream, " %12s %6.1f%% %6.1f%%  %s%-9s%s", bias, 100.0 * record->saturated_share,
            100.0 * record->dead_share, self->color ? color_of(word) : "", word,
            self->color ? "\x1b[0m" : "");
    print_bar(self, record->weight_grad_norm);
    fputc('\n', self->stream);
}

/* All layers if they fit, else evenly thinned ones with both ends. */
static void print_rows(const table *self, void (*print)(const table *self, int32_t layer))
{
    const int32_t depth = self->report->run->spec.depth;
    const int32_t most = self->report->table_rows;
    const int32_t rows = most > 1 && most < depth ? most : depth;
    for (int32_t row = 0; row < rows; row++)
        print(self,
              rows == depth ? row + 1 : 1 + (int32_t)((int64_t)row * (depth - 1) / (rows - 1)));
    if (rows < depth)
        fprintf(self->stream, "(%d of %d layers; --rows 0 or --format csv gives all)\n", rows,
                depth);
}

static void print_head(const table *self)
{
    const gf_run *run = self->report->run;
    char text[120], loss[40];
    gf_spec_describe(&run->spec, text, sizeof text);
    gf_scaled_format(run->loss, 6, loss);
    if (self->report->scenario->title[0] && strcmp(self->report->scenario->title, text) != 0)
        fprintf(self->stream, "%s\n", self->report->scenario->title);
    fprintf(self->stream, "%s, batch %d, seed %llu\n", text, run->spec.batch,
            (unsigned long long)run->spec.seed);
    fprintf(self->stream, "on %s (%s)%s%s\n", run->device.name, run->device.id,
            run->fell_back[0] ? ", because " : "", run->fell_back);
    fprintf(self->stream, "loss %s, %.1f ms\n\n", loss, run->times.total_ms);
    fprintf(self->stream, "%6s %12s", "layer", "|dL/dW|");
    if (self->theory) fprintf(self->stream, " %12s", "theory");
    fprintf(self->stream, " %12s %7s %7s  %-9s%s\n", "|dL/db|", "satur.", "dead", "",
            self->theory ? "log" : "log scale");
}

static void print_rules(const table *self)
{
    const gf_diagnosis *diagnosis = self->report->diagnosis;
    for (int32_t i = 0; i < diagnosis->rule_count; i++) {
        const gf_fired_rule *rule = &diagnosis->rules[i];
        char value[40];
        gf_scaled_format(rule->value, 2, value);
        fprintf(self->stream, "rule      %s: %s, limit %g\n          (%s)\n", rule->rule, value,
                rule->threshold, rule->source);
    }
}

/* `text` in lines of at most `width` bytes, the later ones indented like the first began. */
static void print_wrapped(FILE *stream, const char *name, const char *text, int width)
{
    fprintf(stream, "%-10s", name);
    int column = 0;
    while (*text) {
        const int length = (int)strcspn(text, " ");
        if (column > 0 && column + 1 + length > width) {
            fprintf(stream, "\n%-10s", "");
            column = 0;
        }
        fprintf(stream, "%s%.*s", column > 0 ? " " : "", length, text);
        column += length + (column > 0);
        text += length + (text[length] == ' ');
    }
    fputc('\n', stream);
}

static void print_forecast(const table *self)
{
    const gf_forecast forecast = gf_forecast_make(self->report->run, GF_PRECISION_FP32);
    char text[160];
    if (gf_forecast_describe(&forecast, text, sizeof text))
        print_wrapped(self->stream, "fp32", text, 68);
}

/* The fixed point of the hidden layers and the gain that would make it critical, or why there is
 * none. */
static void print_theory(const table *self)
{
    const gf_theory *theory = self->report->theory;
    if (theory->has_fixed_point)
        fprintf(self->stream,
                "theory    q* %.3g, chi %.3g, xi_c %.3g layers (sigma_w %.3g, sigma_b %.3g)\n",
                theory->q_star, theory->chi_star, theory->depth_scale, theory->sigma_w,
                theory->sigma_b);
    if (theory->has_critical_gain)
        fprintf(self->stream, "critical  at gain %.6g\n", theory->critical_gain);
    if (theory->reason[0]) print_wrapped(self->stream, "theory", theory->reason, 68);
    if (theory->caution[0]) print_wrapped(self->stream, "caution", theory->caution, 68);
}

/* How fast the gradient changes with depth, and how deep the network may be at that pace. */
static void print_pace(const table *self)
{
    const gf_diagnosis *diagnosis = self->report->diagnosis;
    const gf_thresholds *limits = &self->report->scenario->thresholds;
    if (!isfinite(diagnosis->limit_depth) || !(diagnosis->e_folding_depth > 0.0)) return;
    const double limit =
        diagnosis->per_layer_factor < 1.0 ? limits->vanishing_ratio : limits->exploding_ratio;
    fprintf(self->stream, "pace      a factor e in %.3g layers; passes %g at depth %.0f\n",
            diagnosis->e_folding_depth, limit, ceil(diagnosis->limit_depth));
}

static void print_diagnosis(const table *self)
{
    const gf_diagnosis *diagnosis = self->report->diagnosis;
    char first[40], last[40], ratio[40], delta_ratio[40];
    gf_scaled_format(diagnosis->first, 3, first);
    gf_scaled_format(diagnosis->last, 3, last);
    gf_scaled_format(diagnosis->ratio, 2, ratio);
    gf_scaled_format(diagnosis->delta_ratio, 2, delta_ratio);
    fprintf(self->stream, "\nfirst     %s\nlast      %s\nratio     %s\n", first, last, ratio);
    fprintf(self->stream, "delta     %s first/last, x%.3g per layer\n", delta_ratio,
            diagnosis->per_layer_factor);
    print_pace(self);
    fprintf(self->stream, "verdict   %s, %s\n", gf_verdict_name(diagnosis->verdict),
            diagnosis->viable ? "can train" : "cannot train");
    print_rules(self);
    print_wrapped(self->stream, "why", diagnosis->why, 68);
    print_forecast(self);
    if (self->report->theory) print_theory(self);
}

static void print_remedies(const table *self)
{
    const gf_remedies *remedies = self->report->remedies;
    for (int32_t i = 0; i < remedies->count && i < REMEDIES_SHOWN; i++)
        fprintf(self->stream, "%-10s%-28s x%.3g per layer\n", i ? "" : "try",
                remedies->items[i].label, remedies->items[i].per_layer_factor);
}

/* A log10 as a number of the kind the table has. */
static void format_log10(double log10_value, char text[40])
{
    if (!isfinite(log10_value)) {
        gf_scaled_format((gf_scaled){log10_value < 0.0 ? 0.0 : log10_value, 0}, 2, text);
        return;
    }
    const double log2_value = log10_value * LOG2_10, whole = floor(log2_value);
    gf_scaled_format(gf_scaled_make(exp2(log2_value - whole), (int64_t)whole), 2, text);
}

static void print_band(const table *self, int32_t layer)
{
    char text[3][40];
    fprintf(self->stream, "%6d", layer);
    for (int quantity = 0; quantity < GF_QUANTITY_COUNT; quantity++) {
        const gf_band band = gf_ensemble_band(self->report->ensemble, (gf_quantity)quantity, layer);
        format_log10(band.low, text[0]);
        format_log10(band.median, text[1]);
        format_log10(band.high, text[2]);
        fprintf(self->stream, "%s%11s%11s%11s", quantity ? " " : "", text[0], text[1], text[2]);
    }
    fputc('\n', self->stream);
}

static void print_ensemble(const table *self)
{
    fprintf(self->stream, "\n%d seeds\n%6s %s", self->report->ensemble->count, "layer",
            "   |dL/dW| 5%    median      95%     delta 5%    median      95%\n");
    print_rows(self, print_band);
}

void gf_report_table(const gf_report *report, FILE *stream)
{
    table self = {.report = report, .stream = stream, .full = speaks_utf8() ? "\u2588" : "#"};
    const char *no_color = getenv("NO_COLOR");
    self.theory = report->theory && report->theory->applies ? report->theory : NULL;
    self.bar_width = self.theory ? BAR_WIDTH_THEORY : BAR_WIDTH;
    self.color = isatty(fileno(stream)) && !(no_color && *no_color);
    find_range(&self);
    print_head(&self);
    print_rows(&self, print_layer);
    if (report->ensemble) print_ensemble(&self);
    print_diagnosis(&self);
    print_remedies(&self);
}
