/* A backend that has run other networks before gives the bits of a fresh one: nothing is read that
 * this network did not write, not even in the padding of buffers that were larger, smaller or full
 * of NaN. */
#include <math.h>

#include "compute/opencl/state.h"
#include "outcome.h"

/* Sizes up and down around tiles (12 units, 32 samples) and around what makes a buffer be kept or
 * given back. */
static gf_spec network(int i)
{
    static const int32_t shapes[][5] = {/* depth, width, batch, input, output */
                                        {3, 33, 7, 0, 0},  {2, 3, 32, 0, 0},   {4, 19, 9, 7, 5},
                                        {4, 33, 2, 0, 0},  {5, 13, 33, 40, 1}, {1, 1, 1, 0, 0},
                                        {2, 70, 35, 3, 9}, {9, 12, 31, 0, 0},  {2, 100, 65, 0, 0},
                                        {30, 5, 3, 17, 0}, {3, 25, 40, 0, 0},  {2, 2, 2, 0, 0}};
    const int32_t *shape = shapes[i % 12];
    gf_spec spec = gf_spec_default();
    spec.depth = shape[0];
    spec.width = shape[1];
    spec.batch = shape[2];
    spec.input_width = shape[3];
    spec.output_width = shape[4];
    spec.activation = (gf_activation)(i % GF_ACTIVATION_COUNT);
    spec.init = (gf_init)(i * 5 % GF_INIT_COUNT);
    spec.skip = i % 2 ? GF_SKIP_RESIDUAL : GF_SKIP_NONE;
    spec.norm = (gf_norm)(i / 2 % GF_NORM_COUNT);
    if (spec.batch < 2) spec.norm = GF_NORM_NONE;
    spec.precision = (gf_precision)(i / 3 % GF_PRECISION_COUNT);
    return spec;
}

#define NETWORKS 36

/* Every word of a buffer becomes a NaN, or as an integer something enormous. */
static void poison(gf_opencl *self, const gf_buffer *buffer)
{
    const cl_uint bad = 0x7fc00000u;
    if (!buffer->memory) return;
    assert_int_equal(clEnqueueFillBuffer(self->queue.commands, buffer->memory, &bad, sizeof bad, 0,
                                         buffer->bytes / sizeof bad * sizeof bad, 0, NULL, NULL),
                     CL_SUCCESS);
}

static void poison_all(gf_opencl *self)
{
    const gf_cl_scratch *scratch = &self->scratch;
    const gf_buffer *const whole[] = {
        &self->network,   &self->table,      &self->state,     &self->input,     &self->target,
        &self->up,        &self->norm_sums,  &self->loss_sums, &scratch->chunks, &scratch->units,
        &scratch->counts, &scratch->squares, &self->parts};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        poison(self, whole[i]);
    for (int32_t i = 0; i < self->segment_count; i++) {
        const gf_cl_segment *at = &self->segments[i];
        const gf_buffer *const part[] = {&at->weight, &at->bias,  &at->z,
                                         &at->a,      &at->delta, &at->inverse};
        for (size_t j = 0; j < sizeof part / sizeof *part; j++)
            poison(self, part[j]);
    }
    assert_int_equal(clFinish(self->queue.commands), CL_SUCCESS);
}

static void compare(const char *device, const gf_spec *spec, int i, const outcome *fresh,
                    const outcome *used)
{
    const size_t layers = (size_t)spec->depth * sizeof *fresh->layers;
    const size_t cells = (size_t)spec->depth * OUTCOME_ROWS * sizeof *fresh->cells;
    if (memcmp(&fresh->loss, &used->loss, sizeof fresh->loss) == 0 &&
        memcmp(fresh->layers, used->layers, layers) == 0 &&
        memcmp(fresh->cells, used->cells, cells) == 0)
        return;
    fail_msg("%s, network %d (%d layers of %d, batch %d): a used backend gives another result than "
             "a fresh one",
             device, i, spec->depth, spec->width, spec->batch);
}

static int run_used_and_fresh(const gf_device *device)
{
    gf_backend *used = NULL;
    gf_error error = {0};
    if (gf_compute_open(device, NULL, &used, &error) != GF_OK)
        fail_msg("%s: %s", device->id, error.text);
    for (int i = 0; i < NETWORKS; i++) {
        gf_backend *fresh = NULL;
        const gf_spec spec = network(i);
        if (gf_compute_open(device, NULL, &fresh, &error) != GF_OK)
            fail_msg("%s: %s", device->id, error.text);
        outcome first = outcome_run(fresh, device, &spec, 0),
                second = outcome_run(used, device, &spec, 0);
        compare(device->id, &spec, i, &first, &second);
        poison_all((gf_opencl *)used);
        outcome_free(&first);
        outcome_free(&second);
        fresh->ops->close(fresh);
    }
    used->ops->close(used);
    return 1;
}

static void a_used_backend_gives_the_bits_of_a_fresh_one(void **state)
{
    (void)state;
    gf_device list[GF_TEST_DEVICES];
    int checked = 0;
    const int32_t count = gf_compute_list(list, GF_TEST_DEVICES, false);
    for (int32_t i = 0; i < count; i++)
        if (strncmp(list[i].id, "opencl:", 7) == 0) checked += run_used_and_fresh(&list[i]);
    if (checked == 0) {
        print_message("SKIPPED: there is no OpenCL device\n");
        skip();
    }
}

static void so_do_the_naive_kernels(void **state)
{
    setenv("GRADFLOW_KERNELS", "naive", 1);
    a_used_backend_gives_the_bits_of_a_fresh_one(state);
    unsetenv("GRADFLOW_KERNELS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_used_backend_gives_the_bits_of_a_fresh_one),
        cmocka_unit_test(so_do_the_naive_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
