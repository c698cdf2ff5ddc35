/* The options that commands share: a scenario, changes to its network, a device, a format. */
#ifndef GF_APP_OPTIONS_H
#define GF_APP_OPTIONS_H

#include <popt.h>

#include "gradflow/scenario.h"

typedef enum gf_format { GF_FORMAT_TABLE, GF_FORMAT_JSON, GF_FORMAT_CSV } gf_format;

/* What came from the command line, resolved. Strings live as long as the struct. */
typedef struct gf_options {
    gf_scenario scenario; /* the named one (or the default), with the options applied */
    bool has_scenario;    /* one was named */
    char *device;         /* --device, NULL: automatic */
    char *engine;         /* --engine COMMAND, NULL: this program */
    gf_format format;
    char *export_path; /* --export */
} gf_options;

/* Parse argv with the shared options and the command's own (`own` is a popt table, may be NULL; its
 * variables, zero before, are filled; texts are the caller's to free). --help prints usage and
 * returns GF_CANCELLED with an empty sentence. GF_INVALID names flag, value and what is allowed. */
gf_status gf_options_parse(int argc, const char **argv, const struct poptOption *own,
                           const char *usage, gf_options *out, gf_error *error);

/* Groups of the shared options. */
enum {
    GF_OPTION_NETWORK = 1, /* a scenario and the network's fields */
    GF_OPTION_DEVICE = 2,
    GF_OPTION_ENGINE = 4,
    GF_OPTION_KERNELS = 8,
    GF_OPTION_FORMAT = 16,
    GF_OPTION_EXPORT = 32,
    GF_OPTION_ALL = 63
};
/* The same for a command that takes only `some` of them. */
gf_status gf_options_parse_some(unsigned some, int argc, const char **argv,
                                const struct poptOption *own, const char *usage, gf_options *out,
                                gf_error *error);
void gf_options_destroy(gf_options *options);

/* "gradflow: <sentence>" on stderr; the exit code for it (0 for the GF_CANCELLED of --help). */
int gf_app_report(const gf_error *error);

#endif
