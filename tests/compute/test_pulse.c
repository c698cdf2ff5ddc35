/* A layer of seconds stays answerable: the pulse beats inside it, a cancel ends it soon, and the
 * next network is right. */
#include "support/test.h"

#include <stdlib.h>

#include "base/clock.h"
#include "compute/compute.h"

/* The window gives an engine up after 5 s of silence, which says itself that it is alive every 250
 * ms. Far below the one and, on a busy machine, above the other. */
#define GAP_MS 1500.0
/* The kernel in flight has to end first; a whole layer would take about 10 s. */
#define CANCEL_MS 3000.0
#define BEATS     40

typedef struct watch {
    double last_ms, gap_ms;
    int beats, allowed; /* 0: any number */
} watch;

static bool beat(void *user)
{
    watch *self = user;
    const double now = gf_clock_ms();
    if (self->last_ms > 0.0 && now - self->last_ms > self->gap_ms)
        self->gap_ms = now - self->last_ms;
    self->last_ms = now;
    return self->allowed == 0 || ++self->beats < self->allowed;
}

static gf_status run(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                     const gf_pulse *pulse, gf_scaled *loss)
{
    gf_plan plan;
    gf_times times;
    gf_error error = {0};
    const gf_sink sink = {0};
    if (gf_plan_create(spec, device, &plan, &error) != GF_OK) fail_msg("%s", error.text);
    const gf_status status = gf_compute_run(backend, &plan, 8, pulse, &sink, loss, &times, &error);
    if (status != GF_OK && status != GF_CANCELLED) fail_msg("%s", error.text);
    return status;
}

static void stays_answerable(const gf_device *listed)
{
    gf_device device = *listed;
    gf_spec wide = gf_spec_default(), small = gf_spec_default();
    watch seen = {0};
    const gf_pulse pulse = {beat, &seen};
    gf_backend *backend = NULL;
    gf_error error = {0};
    gf_scaled before, after, never;
    wide.depth = 2;
    wide.width = 24000; /* 2.3 GB of weights a layer, seconds to make */
    wide.batch = 2;
    device.memory_bytes = UINT64_C(3) << 30;
    assert_int_equal(gf_compute_open(&device, &pulse, &backend, &error), GF_OK);
    assert_int_equal(run(backend, &device, &small, &pulse, &before), GF_OK);

    seen.allowed = BEATS;
    seen.beats = 0;
    seen.gap_ms = 0.0;
    const double start = gf_clock_ms();
    assert_int_equal(run(backend, &device, &wide, &pulse, &never), GF_CANCELLED);
    const double took_ms = gf_clock_ms() - start;
    print_message("%s: called off after %.0f ms, longest silence %.0f ms\n", device.id, took_ms,
                  seen.gap_ms);
    assert_true(took_ms < CANCEL_MS);
    assert_true(seen.beats >= BEATS);
    assert_true(seen.gap_ms < GAP_MS);

    seen.allowed = 0;
    assert_int_equal(run(backend, &device, &small, &pulse, &after), GF_OK);
    assert_memory_equal(&before, &after, sizeof before);
    backend->ops->close(backend);
}

static void every_device_but_the_oracle(void **state)
{
    gf_device devices[GF_DEVICES_MAX];
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, false);
    (void)state;
    for (int32_t i = 0; i < count; i++)
        if (strcmp(devices[i].id, "reference") != 0) stays_answerable(&devices[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_device_but_the_oracle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
