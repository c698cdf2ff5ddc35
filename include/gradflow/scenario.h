/* Scenario files: a network with a title, one sentence, and what to expect of it. JSON, checked
 * strictly. */
#ifndef GRADFLOW_SCENARIO_H
#define GRADFLOW_SCENARIO_H

#include <stddef.h>

#include "gradflow/diagnosis.h"

/* What the author says must come out; the tests check it. */
typedef struct gf_expect {
    bool has_verdict;
    gf_verdict verdict;
    bool has_viable, viable;
    bool has_ratio;
    double log10_ratio_low, log10_ratio_high; /* of the weight gradient, first/last layer */
    bool has_delta_ratio;
    double log10_delta_low, log10_delta_high; /* of rms delta, first/last layer */
    bool has_dead;
    double dead_low, dead_high; /* mean dead share */
} gf_expect;

/* One step of a lecture: a network and what to say about it. */
typedef struct gf_step {
    char title[96]; /* head line while the step is shown */
    char text[400]; /* what to look at */
    gf_spec spec;   /* the network of the step before (the scenario's for the first) with the step's
                       changes */
    gf_expect expect;
} gf_step;
#define GF_STEPS_MAX 16

/* A second network to be seen beside the scenario's. */
typedef struct gf_compare {
    bool present;
    char label[40]; /* two words over its stage; empty: the network's own */
    gf_spec spec;   /* the scenario's network with the changes of the file */
    gf_expect expect;
} gf_compare;

typedef struct gf_scenario {
    char name[64];  /* file name without folder and ".json" */
    char title[96]; /* a full sentence for the head of the stage */
    char label[40]; /* two words for the list */
    char line[200]; /* one line of explanation */
    gf_spec spec;
    gf_thresholds thresholds;
    gf_expect expect;
    gf_compare compare;
    int32_t step_count; /* 0: the scenario is a single picture */
    gf_step steps[GF_STEPS_MAX];
} gf_scenario;

/* Read from a path, or from the built-in scenarios by name: their file name without ".json". A name
 * with '/' or ending in ".json" is a path. GF_INVALID: the sentence names file, line, column, key
 * and what is allowed. GF_IO: the file cannot be read. */
gf_status gf_scenario_load(const char *name, gf_scenario *out, gf_error *error);
/* Parse `bytes` of JSON text; `file` is only for the sentences. */
gf_status gf_scenario_parse(const char *file, const char *text, size_t bytes, gf_scenario *out,
                            gf_error *error);

/* Write it as a file that gf_scenario_load() reads; `expect` is left out: nobody has checked it.
 * GF_IO names the file. */
gf_status gf_scenario_save(const char *path, const gf_scenario *scenario, gf_error *error);

/* The built-in scenarios in the order of the list. */
int32_t gf_scenario_count(void);
gf_status gf_scenario_builtin(int32_t index, gf_scenario *out, gf_error *error);

#endif
