/* Single precision matrix products on one core: OpenBLAS where the system has it, plain blocked C
 * where not.
 *
 * The library is loaded at run time, because its core type has to be chosen before it starts:
 * OpenBLAS 0.3.21 takes CPUs it does not know for a Haswell and then runs without AVX-512 at half
 * speed. */
#ifndef GF_COMPUTE_CPU_BLAS_H
#define GF_COMPUTE_CPU_BLAS_H

#include <stdint.h>

typedef enum gf_transpose { GF_PLAIN = 111, GF_TRANSPOSED = 112 } gf_transpose; /* CBLAS numbers */

/* C[rows][columns] = alpha op(A) op(B), row-major, leading dimensions in floats; `depth` is the
 * summed dimension. */
typedef struct gf_product {
    gf_transpose a_transpose, b_transpose;
    int32_t rows, columns, depth;
    float alpha;
    const float *a, *b;
    float *c;
    int32_t a_stride, b_stride, c_stride;
} gf_product;

typedef struct gf_blas {
    void *library; /* NULL: the plain C product */
    void (*sgemm)(int order, int a_transpose, int b_transpose, int m, int n, int k, float alpha,
                  const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
    char name[96]; /* "OpenBLAS, SkylakeX core" */
} gf_blas;

/* Never fails: without the library the product is plain C and the name says so. */
gf_blas gf_blas_load(void);
void gf_blas_unload(gf_blas *blas);

/* May be called from several threads at a time. */
void gf_blas_multiply(const gf_blas *blas, const gf_product *product);

#endif
