/* kernels/precision.cl on every OpenCL device: every half and every bfloat there is, what lies
 * between them and just beside, against model/precision.c. */
#include <math.h>

#include "base/bits.h"
#include "compute/opencl/error.h"
#include "compute/opencl/state.h"
#include "model/precision.h"
#include "outcome.h"

static const char round_each[] =
    "\n__kernel void round_each(__global const float *from, int precision, __global float *one,\n"
    "                         __global float16 *sixteen)\n"
    "{\n"
    "    const uint at = (uint)get_global_id(0);\n"
    "    sixteen[at] = gf_round_16(precision, ((__global const float16 *)from)[at]);\n"
    "    for (uint i = 16 * at; i < 16 * at + 16; i++)\n"
    "        one[i] = gf_round_1(precision, from[i]);\n"
    "}\n";

static double half_of(uint32_t bits)
{
    const int exponent = (int)(bits >> 10), fraction = (int)(bits & 1023);
    return exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, exponent - 25);
}

/* Number `i` of the type, from 0 up to where infinity would be. */
static double number_of(gf_precision precision, uint32_t i)
{
    return precision == GF_PRECISION_FP16 ? half_of(i) : (double)gf_float_of(i << 16);
}

#define EACH                                                                                       \
    8 /* values for each number: itself, halfway to the next, a float below and above that; and    \
         their negatives */

/* A whole number of vectors; the caller frees *out. */
static size_t make_values(gf_precision precision, float **out)
{
    const uint32_t numbers = precision == GF_PRECISION_FP16 ? 0x7c00 : 0x7f80;
    const size_t count = ((size_t)numbers * EACH + 3 + 15) / 16 * 16;
    float *values = calloc(count, sizeof *values);
    assert_non_null(values);
    for (uint32_t i = 0; i < numbers; i++) {
        const double next = i + 1 < numbers || precision == GF_PRECISION_FP16
                                ? number_of(precision, i + 1)
                                : 0x1p128;
        const float between = (float)((number_of(precision, i) + next) / 2.0);
        const float four[] = {(float)number_of(precision, i), between,
                              nextafterf(between, -INFINITY), nextafterf(between, INFINITY)};
        for (int j = 0; j < EACH; j++)
            values[i * EACH + (uint32_t)j] = j % 2 ? -four[j / 2] : four[j / 2];
    }
    values[count - 1] = NAN;
    values[count - 2] = INFINITY;
    values[count - 3] = -INFINITY;
    *out = values;
    return count;
}

static void compare(gf_precision precision, const char *device, const char *form, const float *from,
                    const float *got, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float want = (float)gf_precision_round(precision, (double)from[i]);
        if (isnan(want) ? !isnan(got[i]) : gf_bits_of(got[i]) != gf_bits_of(want))
            fail_msg("%s, %s: %s of %a is %a, not %a", device, form, gf_precision_names[precision],
                     (double)from[i], (double)got[i], (double)want);
    }
}

static cl_kernel build(gf_opencl *self, cl_program *program)
{
    char *text = NULL;
    gf_error error = {0};
    assert_int_equal(gf_program_text(GF_FAMILY_CPU, self->tuning, &text, &error), GF_OK);
    cl_int code = CL_SUCCESS;
    const char *parts[] = {text, round_each};
    *program = clCreateProgramWithSource(self->queue.context, 2, parts, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    assert_int_equal(clBuildProgram(*program, 1, &self->device.device, "-cl-std=CL1.2", NULL, NULL),
                     CL_SUCCESS);
    free(text);
    cl_kernel kernel = clCreateKernel(*program, "round_each", &code);
    assert_int_equal(code, CL_SUCCESS);
    return kernel;
}

static void run_and_compare(gf_opencl *self, const char *device, cl_kernel kernel,
                            gf_precision precision)
{
    gf_buffer from = {0}, one = {0}, sixteen = {0};
    gf_error error = {0};
    float *values = NULL;
    const size_t count = make_values(precision, &values), bytes = count * sizeof *values;
    float *got = malloc(bytes);
    assert_non_null(got);
    assert_int_equal(gf_buffer_provide(&self->queue, &from, bytes, &error), GF_OK);
    assert_int_equal(gf_buffer_provide(&self->queue, &one, bytes, &error), GF_OK);
    assert_int_equal(gf_buffer_provide(&self->queue, &sixteen, bytes, &error), GF_OK);
    assert_int_equal(gf_queue_send(&self->queue, &from, values, bytes, &error), GF_OK);
    const cl_int which = (cl_int)precision;
    const gf_argument arguments[] = {GF_ARG(from.memory), GF_ARG(which), GF_ARG(one.memory),
                                     GF_ARG(sixteen.memory)};
    const gf_launch launch = {kernel, "round_each", {count / 16, 1}, 1, arguments, 4};
    assert_int_equal(gf_queue_launch(&self->queue, &launch, &error), GF_OK);
    assert_int_equal(gf_queue_read(&self->queue, &one, 0, got, bytes, &error), GF_OK);
    compare(precision, device, "scalar", values, got, count);
    assert_int_equal(gf_queue_read(&self->queue, &sixteen, 0, got, bytes, &error), GF_OK);
    compare(precision, device, "vector", values, got, count);
    gf_buffer_release(&from);
    gf_buffer_release(&one);
    gf_buffer_release(&sixteen);
    free(values);
    free(got);
}

static void every_number_and_what_is_between_them(void **state)
{
    (void)state;
    devices all = devices_open();
    int checked = 0;
    for (int32_t i = 0; i < all.count; i++) {
        if (strncmp(all.device[i].id, "opencl:", 7) != 0) continue;
        gf_opencl *self = (gf_opencl *)all.backend[i];
        cl_program program;
        cl_kernel kernel = build(self, &program);
        run_and_compare(self, all.device[i].id, kernel, GF_PRECISION_FP16);
        run_and_compare(self, all.device[i].id, kernel, GF_PRECISION_BF16);
        clReleaseKernel(kernel);
        clReleaseProgram(program);
        checked++;
    }
    devices_close(&all);
    if (checked == 0) {
        print_message("SKIPPED: there is no OpenCL device\n");
        skip();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_number_and_what_is_between_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
