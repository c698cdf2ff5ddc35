/* How fast a device is, for the planner: a guess, or what two small networks took. */
#ifndef GF_COMPUTE_RATES_H
#define GF_COMPUTE_RATES_H

#include "compute/backend.h"

/* device->rates, with a guess for what is not known. */
gf_rates gf_rates_of(const gf_device *device);

/* Times small networks on an open backend, some tens of milliseconds, into device->rates. */
gf_status gf_rates_measure(gf_backend *backend, gf_device *device, gf_error *error);

#endif
