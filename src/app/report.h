/* A finished run as a table, as JSON (the shape of DESIGN: "run --format json"), as CSV. */
#ifndef GF_APP_REPORT_H
#define GF_APP_REPORT_H

#include <stdio.h>

#include "gradflow/ensemble.h"
#include "gradflow/remedy.h"
#include "gradflow/scenario.h"
#include "gradflow/theory.h"

typedef struct gf_report {
    const gf_scenario *scenario;
    const gf_run *run;
    const gf_diagnosis *diagnosis;
    const gf_remedies *remedies; /* done */
    const gf_ensemble *ensemble; /* NULL: one seed */
    const gf_theory *theory;     /* NULL: not asked for */
    int32_t table_rows;          /* at most so many layers in the table; 0: all */
} gf_report;

/* What a stream does not take shows in ferror(). */
void gf_report_table(const gf_report *report, FILE *stream);
gf_status gf_report_json(const gf_report *report, FILE *stream, gf_error *error);
void gf_report_csv(const gf_report *report, FILE *stream);

#endif
