/* A network as JSON: in scenario files, in the protocol, in results. The keys are those of
 * model/field.h. */
#ifndef GF_SCENARIO_NETWORK_JSON_H
#define GF_SCENARIO_NETWORK_JSON_H

#include <jansson.h>

#include "gradflow/spec.h"

/* Set the fields that `object` names, leave the others. GF_INVALID names the key; *bad_key is the
 * key it is about. */
gf_status gf_network_from_json(const json_t *object, gf_spec *spec, const char **bad_key,
                               gf_error *error);
/* Every field. A new reference, NULL if memory is out. */
json_t *gf_network_to_json(const gf_spec *spec);

#endif
