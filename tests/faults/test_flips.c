/* Row 9 of the faults: what is read from a device is wrong in one bit. The self-test runs here, in
 * this process, on a device that lets everything pass and keeps what it says about the networks:
 * records, cells and losses. So it is known of every flip whether it changed any of them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/compute.h"
#include "compute/verify.h"
#include "faults/lab.h"
#include "support/test.h"

/* Words tried of every read; of a short one some twice. */
#define WORDS_USUAL 24
#define WORDS_ALL   600

static fault_control *control;

typedef struct witness {
    gf_backend base;
    gf_backend *device;
    char *said;
    size_t bytes, room;
} witness;

static void note(witness *self, const void *what, size_t bytes)
{
    if (self->bytes + bytes > self->room) {
        self->room = 2 * (self->bytes + bytes);
        self->said = realloc(self->said, self->room);
        assert_non_null(self->said);
    }
    memcpy(self->said + self->bytes, what, bytes);
    self->bytes += bytes;
}

static gf_backend *device_of(gf_backend *backend)
{
    return ((witness *)backend)->device;
}

static gf_status witness_prepare(gf_backend *backend, const gf_plan *plan, gf_error *error)
{
    gf_backend *device = device_of(backend);
    return device->ops->prepare(device, plan, error);
}

static gf_status witness_forward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_backend *device = device_of(backend);
    return device->ops->forward(device, first, count, error);
}

static gf_status witness_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    gf_backend *device = device_of(backend);
    GF_TRY(device->ops->loss(device, out, error));
    note((witness *)backend, out, sizeof *out);
    return GF_OK;
}

static gf_status witness_backward(gf_backend *backend, int32_t first, int32_t count,
                                  gf_error *error)
{
    gf_backend *device = device_of(backend);
    return device->ops->backward(device, first, count, error);
}

static gf_status witness_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                                 gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    gf_backend *device = device_of(backend);
    GF_TRY(device->ops->records(device, first, count, rows, records, cells, error));
    note((witness *)backend, records, (size_t)count * sizeof *records);
    note((witness *)backend, cells, (size_t)(count * rows) * sizeof *cells);
    return GF_OK;
}

static const gf_backend_ops witness_ops = {
    .name = "witness",
    .prepare = witness_prepare,
    .forward = witness_forward,
    .loss = witness_loss,
    .backward = witness_backward,
    .records = witness_records,
};

/* The self-test with the nth read wrong (0: none) in one word; true: it rejects the device. */
static bool rejects(witness *self, const gf_device *device, int64_t n, uint32_t word)
{
    lab at = {.control = control};
    gf_error error = {0};
    self->bytes = 0;
    lab_arm(&at, "clEnqueueReadBuffer", n, 0, FAULT_FLIP, 0);
    control->word = (int32_t)((word * 2654435761u) >> 1); /* spread over the read */
    const gf_status status = gf_verify_quick(&self->base, device, &error);
    assert_int_equal(control->injected, n > 0);
    if (status != GF_OK) assert_says(error.text, "wrong: off by");
    return status != GF_OK;
}

/* It stops at the first network that is wrong. */
static bool says_the_same(const witness *self, const witness *truth)
{
    const size_t bytes = self->bytes < truth->bytes ? self->bytes : truth->bytes;
    return memcmp(self->said, truth->said, bytes) == 0;
}

static void a_device_is_rejected_when_a_record_is_wrong_and_only_then(void **state)
{
    (void)state;
    gf_device devices[GF_DEVICES_MAX], device;
    gf_error error = {0};
    witness truth = {.base.ops = &witness_ops}, lied = truth;
    const uint32_t words = lab_step(0) == 1 ? WORDS_ALL : WORDS_USUAL;
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, false);
    assert_int_equal(gf_compute_find(devices, count, "opencl", &device, &error), GF_OK);
    assert_int_equal(gf_compute_open(&device, NULL, &truth.device, &error), GF_OK);
    lied.device = truth.device;
    assert_false(rejects(&truth, &device, 0, 0));
    const int64_t reads = control->calls;
    int64_t changed = 0;
    for (int64_t n = 1; n <= reads; n++)
        for (uint32_t word = 0; word < words; word++) {
            const bool rejected = rejects(&lied, &device, n, word);
            const bool same = says_the_same(&lied, &truth);
            if (rejected == same)
                fail_msg("read %lld, word %d: %s", (long long)n, control->word,
                         same ? "rejected without a reason" : "a wrong record is believed");
            changed += !same;
        }
    printf("%lld of %lld flipped bits changed a record, and were caught\n", (long long)changed,
           (long long)reads * words);
    /* 5 of 7 flips do: the rest is padding, and states of which only an exponent is used. */
    assert_true(2 * changed > reads * words);
    truth.device->ops->close(truth.device);
    free(truth.said);
    free(lied.said);
}

static void a_device_that_lies_is_left(void **state)
{
    (void)state;
    char device[32];
    lab at = lab_start(control, NULL, 0);
    lab_wait_ready(&at);
    lab_arm(&at, "clEnqueueReadBuffer", 1, LAB_FOR_EVER, FAULT_FLIP, 0);
    lab_run(&at, device);
    assert_string_equal(device, "cpu");
    assert_says(gf_engine_notice(at.engine), "wrong");
    lab_end(&at);
}

int main(void)
{
    control = lab_open_control();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_is_rejected_when_a_record_is_wrong_and_only_then),
        cmocka_unit_test(a_device_that_lies_is_left),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(getenv("GF_FAULT_CONTROL"));
    return failed;
}
