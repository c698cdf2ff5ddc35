/* dW = delta^T a, a block of rows at a time, and db. */
#include <math.h>
#include <stdlib.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/round.h"

#define BLOCK_FLOATS (1 << 17) /* half a megabyte */

int32_t gf_cpu_weight_block(int32_t fan_in)
{
    const int32_t rows = BLOCK_FLOATS / fan_in / 16 * 16;
    return rows < 16 ? 16 : rows > 128 ? 128 : rows;
}

/* The factor that keeps the products of dW near 1 where float would over- or underflow; a real run
 * has none. */
static int weight_shift(const gf_cpu *self, int32_t l)
{
    const int shift =
        gf_exponent_of(self->layers[l].delta_max) + gf_exponent_of(self->layers[l - 1].a_max);
    return gf_cpu_is_exact(self) && abs(shift) > 40 ? shift : 0;
}

int64_t gf_cpu_weight_exponent(const gf_cpu *self, int32_t l)
{
    return self->layers[l].delta_exponent + self->layers[l - 1].a_exponent + weight_shift(self, l);
}

void gf_cpu_weight_rows(const gf_cpu *self, int32_t l, int32_t first, int32_t rows, float *scratch,
                        float *out)
{
    const gf_cpu_layer *at = &self->layers[l];
    const int shift = weight_shift(self, l);
    const float *delta = at->delta + first;
    int32_t stride = at->fan_out;
    if (shift != 0) { /* ldexp, not a factor: 2^-shift may lie outside of float */
        for (int32_t b = 0; b < self->plan.spec.batch; b++)
            for (int32_t r = 0; r < rows; r++)
                scratch[b * rows + r] =
                    ldexpf(delta[(size_t)b * (size_t)stride + (size_t)r], -shift);
        delta = scratch;
        stride = rows;
    }
    gf_cpu_multiply(self, &(gf_product){.a_transpose = GF_TRANSPOSED,
                                        .b_transpose = GF_PLAIN,
                                        .rows = rows,
                                        .columns = at->fan_in,
                                        .depth = self->plan.spec.batch,
                                        .alpha = 1.0f,
                                        .a = delta,
                                        .a_stride = stride,
                                        .b = self->layers[l - 1].a,
                                        .b_stride = at->fan_in,
                                        .c = out,
                                        .c_stride = at->fan_in});
    gf_round_row(self->plan.spec.precision, out, (size_t)rows * (size_t)at->fan_in);
}

void gf_cpu_weight_gradient(const gf_cpu *self, int32_t l, float *out)
{
    const gf_cpu_layer *at = &self->layers[l];
    const int32_t block = gf_cpu_weight_block(at->fan_in);
    for (int32_t row = 0; row < at->fan_out; row += block) {
        const int32_t left = at->fan_out - row;
        gf_cpu_weight_rows(self, l, row, left < block ? left : block, self->scratch,
                           out + (size_t)row * (size_t)at->fan_in);
    }
}

void gf_cpu_bias_gradient(const gf_cpu *self, int32_t l, float *out)
{
    const gf_cpu_layer *at = &self->layers[l];
    for (int32_t o = 0; o < at->fan_out; o++) {
        double sum = 0.0;
        for (int32_t b = 0; b < self->plan.spec.batch; b++)
            sum += (double)at->delta[(size_t)b * (size_t)at->fan_out + (size_t)o];
        out[o] = (float)sum;
    }
    gf_round_row(self->plan.spec.precision, out, (size_t)at->fan_out);
}
