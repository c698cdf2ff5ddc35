/* One pass of a network on a device, inside the test's own process, with all its records kept. */
#ifndef GF_TESTS_SUPPORT_PASS_H
#define GF_TESTS_SUPPORT_PASS_H

#include "compute/compute.h"

/* Runs `spec` on an open backend in segments of `layers_per_segment` (0: as planned). `out` is
 * destroyed by the caller. */
gf_status gf_test_pass(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                       int32_t layers_per_segment, gf_run *out, gf_error *error);

#define GF_TEST_DEVICES_MAX 16

/* Opens every device in turn, calls `check` with it, closes it. An unavailable or failing device
 * fails the test. */
void gf_test_each_device(void (*check)(gf_backend *backend, const gf_device *device));

#endif
