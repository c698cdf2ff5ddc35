/* Is a device to be believed? Small networks with known answers, run on it and on the reference,
 * and the gradient compared with the slope of the loss. */
#ifndef GF_COMPUTE_VERIFY_H
#define GF_COMPUTE_VERIFY_H

#include "compute/backend.h"

typedef struct gf_verify_row {
    char name[64]; /* "gelu", "batch norm", "33 units" */
    char what[24]; /* "against reference", "slope of the loss", "same bits" */
    double error;  /* worst relative difference; infinite for a NaN in the wrong place */
    double tolerance;
    bool passed;
} gf_verify_row;

typedef struct gf_verify_sink {
    void (*row)(void *user, const gf_verify_row *row);
    void *user;
} gf_verify_sink;

/* Every check, a row each to `sink`; *failures counts those not passed. GF_DEVICE: the device could
 * not even run one. */
gf_status gf_verify_all(gf_backend *backend, const gf_device *device, const gf_verify_sink *sink,
                        int32_t *failures, gf_error *error);

/* The few checks that fit into the start of a run, some milliseconds. GF_DEVICE: the device
 * computes something wrong; the sentence says what. */
gf_status gf_verify_quick(gf_backend *backend, const gf_device *device, gf_error *error);

/* Does float32 go on below 2^-126 there? OpenCL lets a device take such numbers for zero. */
gf_status gf_verify_subnormals(gf_backend *backend, const gf_device *device, gf_subnormals *out,
                               gf_error *error);

#endif
