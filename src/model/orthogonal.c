/* QR by LAPACK, or by hand: A = Q R with Householder reflections, Q formed from them. Matrices here
 * are column-major, tall [rows][columns] in double. */
#include "model/orthogonal.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>

#include "model/init.h"

typedef void (*geqrf)(const int *m, const int *n, double *a, const int *lda, double *tau,
                      double *work, const int *lwork, int *info);
typedef void (*orgqr)(const int *m, const int *n, const int *k, double *a, const int *lda,
                      const double *tau, double *work, const int *lwork, int *info);

/* Reflection H = I - tau v v^T that brings x[0..count-1] to (beta, 0, ..., 0); v[0] = 1, the rest
 * over x[1..]. */
static double reflect(double *x, int count)
{
    double rest = 0.0;
    for (int i = 1; i < count; i++)
        rest += x[i] * x[i];
    if (rest == 0.0) return 0.0;
    const double beta = -copysign(sqrt(x[0] * x[0] + rest), x[0]);
    const double tau = (beta - x[0]) / beta, scale = 1.0 / (x[0] - beta);
    for (int i = 1; i < count; i++)
        x[i] *= scale;
    x[0] = beta;
    return tau;
}

/* y -= tau v (v^T y), v[0] taken as 1. */
static void apply(const double *v, double tau, double *y, int count)
{
    double dot = y[0];
    for (int i = 1; i < count; i++)
        dot += v[i] * y[i];
    y[0] -= tau * dot;
    for (int i = 1; i < count; i++)
        y[i] -= tau * dot * v[i];
}

static void factor_by_hand(double *a, int rows, int columns, double *tau)
{
    for (int j = 0; j < columns; j++) {
        double *v = a + (size_t)j * (size_t)rows + j;
        tau[j] = reflect(v, rows - j);
        for (int k = j + 1; k < columns; k++)
            apply(v, tau[j], a + (size_t)k * (size_t)rows + j, rows - j);
    }
}

/* H_1 .. H_n applied to the unit vectors, last column first, so that the reflections in `a` are
 * used before replaced. */
static void form_by_hand(double *a, int rows, int columns, const double *tau)
{
    for (int j = columns - 1; j >= 0; j--) {
        double *v = a + (size_t)j * (size_t)rows + j;
        for (int k = j + 1; k < columns; k++)
            apply(v, tau[j], a + (size_t)k * (size_t)rows + j, rows - j);
        for (int i = 1; i < rows - j; i++)
            v[i] *= -tau[j];
        v[0] = 1.0 - tau[j];
        for (int i = 0; i < j; i++)
            a[(size_t)j * (size_t)rows + (size_t)i] = 0.0;
    }
}

typedef struct lapack {
    geqrf factor;
    orgqr form;
} lapack;

/* Whoever loads OpenBLAS first chooses its core type; compute/cpu has done so by the time a network
 * is prepared. */
static lapack find_lapack(void)
{
    lapack found = {0};
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("liblapack.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) return found;
    *(void **)&found.factor = dlsym(library, "dgeqrf_");
    *(void **)&found.form = dlsym(library, "dorgqr_");
    return found; /* the library stays loaded: threads of its own may run */
}

bool gf_orthogonal_decompose(double *a, int rows, int columns, bool by_hand, double *signs)
{
    const lapack own = by_hand ? (lapack){0} : find_lapack();
    const int room = 64 * columns;
    double *tau = malloc((size_t)columns * sizeof *tau),
           *work = malloc((size_t)room * sizeof *work);
    int info = -1;
    bool done = false;
    if (tau && work) {
        if (own.factor && own.form)
            own.factor(&rows, &columns, a, &rows, tau, work, &room, &info);
        else
            factor_by_hand(a, rows, columns, tau);
        for (int j = 0; j < columns; j++)
            signs[j] = a[(size_t)j * (size_t)rows + (size_t)j] < 0.0 ? -1.0 : 1.0;
        if (own.factor && own.form)
            own.form(&rows, &columns, &columns, a, &rows, tau, work, &room, &info);
        else
            form_by_hand(a, rows, columns, tau);
        done = true;
    }
    free(tau);
    free(work);
    return done;
}

/* Normal values of the weight's own stream, [out][in] as column-major [rows][columns] of the tall
 * matrix. */
static bool fill_normal(const gf_spec *spec, int32_t layer, double *a, bool wide)
{
    const int32_t out = gf_spec_fan_out(spec, layer), in = gf_spec_fan_in(spec, layer);
    const gf_fill fill = {GF_STREAM_WEIGHT, GF_NORMAL, 1.0f};
    float *row = malloc((size_t)in * sizeof *row);
    for (int32_t o = 0; row && o < out; o++) {
        gf_fill_row(&fill, spec->seed, layer, o, in, row);
        for (int32_t i = 0; i < in; i++)
            a[wide ? (size_t)o * (size_t)in + (size_t)i : (size_t)i * (size_t)out + (size_t)o] =
                row[i];
    }
    const bool filled = row != NULL;
    free(row);
    return filled;
}

gf_status gf_orthogonal_make(const gf_spec *spec, int32_t layer, float *out, gf_error *error)
{
    const int32_t fan_out = gf_spec_fan_out(spec, layer), fan_in = gf_spec_fan_in(spec, layer);
    const bool wide = fan_out < fan_in;
    const int rows = wide ? fan_in : fan_out, columns = wide ? fan_out : fan_in;
    double *a = malloc((size_t)rows * (size_t)columns * sizeof *a);
    double *signs = malloc((size_t)columns * sizeof *signs);
    const bool done = a && signs && fill_normal(spec, layer, a, wide) &&
                      gf_orthogonal_decompose(a, rows, columns, false, signs);
    for (int j = 0; done && j < columns; j++)
        for (int i = 0; i < rows; i++) {
            const double q = signs[j] * spec->gain * a[(size_t)j * (size_t)rows + (size_t)i];
            out[wide ? (size_t)j * (size_t)rows + (size_t)i
                     : (size_t)i * (size_t)columns + (size_t)j] = (float)q;
        }
    free(a);
    free(signs);
    if (!done)
        return gf_fail(error, GF_MEMORY, "no memory for an orthogonal matrix of %d x %d", fan_out,
                       fan_in);
    return GF_OK;
}
