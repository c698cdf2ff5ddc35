/* One line per layer, numbers with 17 digits. log10 columns hold what a double cannot. */
#include <inttypes.h>

#include "app/report.h"

static void print_theory(const gf_theory_layer *layer, FILE *stream)
{
    const gf_scaled norms[] = {layer->weight_grad_norm, layer->bias_grad_norm, layer->delta_rms};
    for (int i = 0; i < 3; i++)
        fprintf(stream, ",%.17g", gf_scaled_log10(norms[i]));
}

void gf_report_csv(const gf_report *report, FILE *stream)
{
    const gf_run *run = report->run;
    fputs("layer,weight_grad_norm,log10_weight_grad_norm,bias_grad_norm,log10_bias_grad_norm,delta_"
          "rms,"
          "log10_delta_rms,activation_mean,activation_std,activation_min,activation_max,saturated_"
          "share,dead_share,"
          "underflow_fp16,underflow_bf16,underflow_fp32,nan_count,inf_count,word",
          stream);
    const gf_theory *theory = report->theory && report->theory->applies ? report->theory : NULL;
    if (theory)
        fputs(",theory_log10_weight_grad_norm,theory_log10_bias_grad_norm,theory_log10_delta_rms",
              stream);
    fputc('\n', stream);
    for (int32_t layer = 1; layer <= run->spec.depth; layer++) {
        const gf_layer_record *record = &run->layers[layer - 1];
        const gf_scaled norms[] = {record->weight_grad_norm, record->bias_grad_norm,
                                   record->delta_rms};
        fprintf(stream, "%d", layer);
        for (int i = 0; i < 3; i++)
            fprintf(stream, ",%.17g,%.17g", gf_scaled_double(norms[i]), gf_scaled_log10(norms[i]));
        fprintf(stream, ",%.17g,%.17g,%.17g,%.17g", record->a.mean, record->a.std, record->a.min,
                record->a.max);
        fprintf(stream, ",%.17g,%.17g,%.17g,%.17g,%.17g", record->saturated_share,
                record->dead_share, record->underflow_fp16, record->underflow_bf16,
                record->underflow_fp32);
        fprintf(stream, ",%" PRIu64 ",%" PRIu64 ",%s", record->nan_count, record->inf_count,
                gf_layer_word(run, layer, &report->scenario->thresholds));
        if (theory) print_theory(&theory->layers[layer - 1], stream);
        fputc('\n', stream);
    }
}
