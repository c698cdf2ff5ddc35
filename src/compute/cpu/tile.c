/* How work on [batch][units] arrays is cut among threads, and the products on its pieces. */
#include <math.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "compute/cpu/layers.h"

bool gf_cpu_is_exact(const gf_cpu *self)
{
    return self->plan.spec.precision == GF_PRECISION_EXACT;
}

float gf_cpu_power(int64_t exponent)
{
    return ldexpf(1.0f, exponent > 127 ? 127 : exponent < -1000 ? -1000 : (int)exponent);
}

int gf_cpu_team(const gf_cpu *self, double operations)
{
    return operations < 2e6 ? 1 : self->threads;
}

/* More parts than threads, because other programs may hold one of them up; none below 64 wide,
 * because every part packs its operands again. */
int32_t gf_cpu_parts(const gf_cpu *self, int32_t units)
{
    const int32_t batch = self->plan.spec.batch, longer = units > batch ? units : batch;
    const int32_t most = (longer + 63) / 64, wanted = self->threads * 4;
    return wanted < most ? wanted : most;
}

/* Entries first..last-1 of `count` that are part `part` of `parts`, in steps of a vector. */
static void slice(int32_t count, int32_t part, int32_t parts, int32_t *first, int32_t *last)
{
    const int64_t steps = (count + 15) / 16;
    const int64_t from = steps * part / parts * 16, to = steps * (part + 1) / parts * 16;
    *first = from < count ? (int32_t)from : count;
    *last = to < count ? (int32_t)to : count;
}

gf_cpu_tile gf_cpu_tile_of(const gf_cpu *self, int32_t units, int32_t part, int32_t parts)
{
    const int32_t batch = self->plan.spec.batch;
    gf_cpu_tile made = {0, batch, 0, units};
    if (units >= batch)
        slice(units, part, parts, &made.unit_first, &made.unit_last);
    else
        slice(batch, part, parts, &made.batch_first, &made.batch_last);
    return made;
}

/* Flush-to-zero and denormals-are-zero of this thread. */
static unsigned flush_subnormals(void)
{
#if defined(__SSE__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u);
    return before;
#else
    return 0;
#endif
}

static void keep_subnormals(unsigned before)
{
#if defined(__SSE__)
    _mm_setcsr(before);
#else
    (void)before;
#endif
}

void gf_cpu_multiply(const gf_cpu *self, const gf_product *product)
{
    if (!gf_cpu_is_exact(self)) {
        gf_blas_multiply(&self->blas, product);
        return;
    }
    const unsigned before = flush_subnormals();
    gf_blas_multiply(&self->blas, product);
    keep_subnormals(before);
}
