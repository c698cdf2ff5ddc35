/* How fast a device is, for the planner: a guess, or what small parts of the network at hand took.
 */
#ifndef GF_COMPUTE_RATES_H
#define GF_COMPUTE_RATES_H

#include "compute/backend.h"

/* device->rates, with a guess for what is not known. */
gf_rates gf_rates_of(const gf_device *device);

/* Is it worth measuring before this plan is run? The first time, which takes milliseconds, unless
 * the network is tiny; later when it is another one and takes long. */
bool gf_rates_are_due(const gf_device *device, const gf_plan *plan);

/* Times a few layers like those of `plan` on an open backend, in about a tenth of what all of them
 * take or in a few milliseconds, into device->rates. The backend's network is lost. What cannot be
 * measured stays as it was, and is not due again for this network. */
gf_status gf_rates_measure(gf_backend *backend, const gf_plan *plan, gf_device *device,
                           gf_error *error);

/* Backends keep the memory of a plan they have run for the next one, unless something of it was
 * made again. */
void gf_rates_note_memory(gf_device *device, const gf_plan *plan);

#endif
