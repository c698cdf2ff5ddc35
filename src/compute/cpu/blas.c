/* Loading OpenBLAS with the right core type, and the product that stands in for it. */
#include "compute/cpu/blas.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_MAJOR 101

static bool cpu_has_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

static const char *core_name(void *library)
{
    char *(*get)(void) = NULL;
    *(void **)&get = dlsym(library, "openblas_get_corename");
    return get ? get() : "unknown";
}

/* The backend has its own threads, each of which calls the product for a slice: the library needs
 * none. */
static void *load_single_threaded(void)
{
    const bool is_set = getenv("OPENBLAS_NUM_THREADS") != NULL;
    if (!is_set) setenv("OPENBLAS_NUM_THREADS", "1", 1);
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!is_set) unsetenv("OPENBLAS_NUM_THREADS");
    void (*set_threads)(int) = NULL;
    if (library) *(void **)&set_threads = dlsym(library, "openblas_set_num_threads");
    if (set_threads) set_threads(1);
    return library;
}

/* Loaded a second time if its own choice leaves AVX-512 unused and the user has not chosen. */
static void *load_library(void)
{
    void *library = load_single_threaded();
    if (!library || getenv("OPENBLAS_CORETYPE") || !cpu_has_avx512()) return library;
    if (strcmp(core_name(library), "Haswell") != 0 && strcmp(core_name(library), "Zen") != 0)
        return library;
    dlclose(library);
    setenv("OPENBLAS_CORETYPE", "SKYLAKEX", 1);
    library = load_single_threaded();
    unsetenv("OPENBLAS_CORETYPE");
    return library;
}

gf_blas gf_blas_load(void)
{
    gf_blas blas = {.library = load_library()};
    if (blas.library) *(void **)&blas.sgemm = dlsym(blas.library, "cblas_sgemm");
    if (blas.sgemm)
        snprintf(blas.name, sizeof blas.name, "OpenBLAS, %s core", core_name(blas.library));
    else {
        gf_blas_unload(&blas);
        snprintf(blas.name, sizeof blas.name,
                 "plain C product (libopenblas.so.0 is not installed)");
    }
    return blas;
}

void gf_blas_unload(gf_blas *blas)
{
    if (blas->library) dlclose(blas->library);
    *blas = (gf_blas){0};
}

static const float *element(const float *matrix, gf_transpose transpose, int32_t stride,
                            int32_t row, int32_t column)
{
    const size_t at = transpose == GF_PLAIN ? (size_t)row * (size_t)stride + (size_t)column
                                            : (size_t)column * (size_t)stride + (size_t)row;
    return matrix + at;
}

#define BLOCK_ROWS    4
#define BLOCK_COLUMNS 32

/* 4 x 32 of C in registers; the panel of B is copied so that the inner loop has unit stride. */
static void multiply_block(const gf_product *p, int32_t row, int32_t column, const float *panel)
{
    const int32_t rows = p->rows - row < BLOCK_ROWS ? p->rows - row : BLOCK_ROWS;
    const int32_t columns =
        p->columns - column < BLOCK_COLUMNS ? p->columns - column : BLOCK_COLUMNS;
    float sums[BLOCK_ROWS][BLOCK_COLUMNS] = {{0.0f}};
    for (int32_t k = 0; k < p->depth; k++)
        for (int32_t r = 0; r < rows; r++) {
            const float factor = *element(p->a, p->a_transpose, p->a_stride, row + r, k);
            for (int32_t c = 0; c < BLOCK_COLUMNS; c++)
                sums[r][c] += factor * panel[(size_t)k * BLOCK_COLUMNS + (size_t)c];
        }
    for (int32_t r = 0; r < rows; r++)
        for (int32_t c = 0; c < columns; c++)
            p->c[(size_t)(row + r) * (size_t)p->c_stride + (size_t)(column + c)] =
                p->alpha * sums[r][c];
}

static void fill_panel(const gf_product *p, int32_t column, float *panel)
{
    for (int32_t k = 0; k < p->depth; k++)
        for (int32_t c = 0; c < BLOCK_COLUMNS; c++)
            panel[(size_t)k * BLOCK_COLUMNS + (size_t)c] =
                column + c < p->columns ? *element(p->b, p->b_transpose, p->b_stride, k, column + c)
                                        : 0.0f;
}

/* One row at a time without a copy, for when there is no memory for it. */
static void multiply_without_panel(const gf_product *p)
{
    for (int32_t row = 0; row < p->rows; row++)
        for (int32_t column = 0; column < p->columns; column++) {
            float sum = 0.0f;
            for (int32_t k = 0; k < p->depth; k++)
                sum += *element(p->a, p->a_transpose, p->a_stride, row, k) *
                       *element(p->b, p->b_transpose, p->b_stride, k, column);
            p->c[(size_t)row * (size_t)p->c_stride + (size_t)column] = p->alpha * sum;
        }
}

static void multiply_plain(const gf_product *p)
{
    float *panel = malloc((size_t)p->depth * BLOCK_COLUMNS * sizeof *panel);
    if (!panel) {
        multiply_without_panel(p);
        return;
    }
    for (int32_t column = 0; column < p->columns; column += BLOCK_COLUMNS) {
        fill_panel(p, column, panel);
        for (int32_t row = 0; row < p->rows; row += BLOCK_ROWS)
            multiply_block(p, row, column, panel);
    }
    free(panel);
}

void gf_blas_multiply(const gf_blas *blas, const gf_product *p)
{
    if (p->rows < 1 || p->columns < 1) return;
    if (blas->sgemm)
        blas->sgemm(ROW_MAJOR, (int)p->a_transpose, (int)p->b_transpose, p->rows, p->columns,
                    p->depth, p->alpha, p->a, p->a_stride, p->b, p->b_stride, 0.0f, p->c,
                    p->c_stride);
    else
        multiply_plain(p);
}
