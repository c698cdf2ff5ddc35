/* The arithmetic that all backends share. */
#include "compute/backend.h"

#include <math.h>

gf_status gf_pulse_beat(const gf_pulse *pulse, gf_error *error)
{
    if (!pulse || !pulse->beat || pulse->beat(pulse->user)) return GF_OK;
    return gf_fail(error, GF_CANCELLED, "the run was cancelled");
}

const char *gf_backend_kernels(const gf_backend *backend, const gf_plan *plan)
{
    return backend->ops->kernels ? backend->ops->kernels(backend, plan) : "";
}

int32_t gf_rescale(double max_abs, int64_t exponent, bool has_bias)
{
    if (!isfinite(max_abs)) return 0;
    if (!(max_abs > 0.0)) return (int32_t)-exponent;
    int shift = 0;
    frexp(max_abs, &shift);
    if (shift > -40 && shift <= 40) return 0;
    if (has_bias && exponent + shift < 0) return (int32_t)-exponent;
    return shift;
}
