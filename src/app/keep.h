/* What a user keeps of a session: a picture, a scenario file, a command line. */
#ifndef GF_APP_KEEP_H
#define GF_APP_KEEP_H

#include <stddef.h>

#include "gradflow/scenario.h"

/* "gradflow run --depth 24 ..." with the fields that differ from the default, quoted for a shell.
 * Layers of their own have no option: such a network is told from its scenario. */
void gf_keep_command(const gf_scenario *scenario, const gf_spec *spec, char *text, size_t room);

/* A name that no file has: "gradflow-deep-sigmoid-seed1.png", "...-seed1-2.png", ... in the current
 * folder. */
void gf_keep_picture_name(const gf_scenario *scenario, const gf_spec *spec, char *text,
                          size_t room);

/* The network on screen as a scenario: the author's words where it is the author's, else what it
 * is. `label`: two words for the list when it is not. */
gf_scenario gf_keep_scenario(const gf_scenario *scenario, const gf_spec *spec, bool edited);

#endif
