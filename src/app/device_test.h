/* Does a device work? It is asked for a small pass, before which the engine tests it. */
#ifndef GF_APP_DEVICE_TEST_H
#define GF_APP_DEVICE_TEST_H

#include "gradflow/records.h"

typedef struct gf_device_test {
    bool works;
    double total_ms;  /* from starting the engine to the result */
    char notice[512]; /* what went wrong, also where it works in spite of it; empty: nothing */
} gf_device_test;

/* In an engine of its own (`command` as in gf_engine_desc): what happens to it must not happen to
 * the next device. */
void gf_device_test_run(const char *command, const gf_device *device, gf_device_test *out);

#endif
