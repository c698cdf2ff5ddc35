/* Orthogonal weights: Q^T Q = gain^2 I, with LAPACK and without it. */
#include "model/orthogonal.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "model/init.h"
#include "support/test.h"

/* The largest |sum_k Q[i][k] Q[j][k] - gain^2 [i = j]| over pairs of rows, or of columns where
 * those are fewer. */
static double worst_product(const float *q, int32_t rows, int32_t columns, double gain)
{
    const bool by_row = rows <= columns;
    const int32_t vectors = by_row ? rows : columns, length = by_row ? columns : rows;
    double worst = 0.0;
    for (int32_t i = 0; i < vectors; i++)
        for (int32_t j = i; j < vectors; j++) {
            double dot = i == j ? -gain * gain : 0.0;
            for (int32_t k = 0; k < length; k++)
                dot += by_row ? (double)q[i * columns + k] * q[j * columns + k]
                              : (double)q[k * columns + i] * q[k * columns + j];
            worst = fmax(worst, fabs(dot));
        }
    return worst;
}

static gf_spec one_layer(int32_t in, int32_t out, double gain)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 1;
    spec.init = GF_INIT_ORTHOGONAL;
    spec.input_width = in;
    spec.output_width = out;
    spec.gain = gain;
    spec.seed = 3;
    return spec;
}

/* Each of at most 150 products is of floats, 6e-8 off, and they are as often too large as too
 * small: 1e-6 of gain^2. */
static void rows_or_columns_are_orthonormal(void **state)
{
    (void)state;
    static const int32_t shapes[][2] = {{1, 1},   {1, 5},   {5, 1},    {33, 33},
                                        {20, 47}, {47, 20}, {150, 64}, {128, 128}};
    static const double gains[] = {1.0, 1.7, 1e-3};
    static float q[150 * 150];
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t g = 0; g < 3; g++) {
            const gf_spec spec = one_layer(shapes[s][0], shapes[s][1], gains[g]);
            assert_int_equal(gf_orthogonal_make(&spec, 1, q, NULL), GF_OK);
            const double apart =
                worst_product(q, shapes[s][1], shapes[s][0], gains[g]) / (gains[g] * gains[g]);
            if (!(apart < 1e-6)) fail_msg("%d x %d: %.2e", shapes[s][1], shapes[s][0], apart);
        }
}

/* Another layer or seed is another matrix; the same one the same bits. */
static void matrices_depend_on_seed_and_layer(void **state)
{
    (void)state;
    gf_spec spec = one_layer(0, 0, 1.0);
    spec.width = 16;
    spec.depth = 2;
    float q[4][16 * 16];
    assert_int_equal(gf_orthogonal_make(&spec, 1, q[0], NULL), GF_OK);
    assert_int_equal(gf_orthogonal_make(&spec, 1, q[1], NULL), GF_OK);
    assert_int_equal(gf_orthogonal_make(&spec, 2, q[2], NULL), GF_OK);
    spec.seed++;
    assert_int_equal(gf_orthogonal_make(&spec, 1, q[3], NULL), GF_OK);
    assert_memory_equal(q[0], q[1], sizeof q[0]);
    assert_memory_not_equal(q[0], q[2], sizeof q[0]);
    assert_memory_not_equal(q[0], q[3], sizeof q[0]);
}

/* Column-major [columns][rows] of standard normal values. */
static double *normal_matrix(int rows, int columns)
{
    const gf_fill fill = {GF_STREAM_WEIGHT, GF_NORMAL, 1.0f};
    double *a = malloc((size_t)rows * (size_t)columns * sizeof *a);
    float *row = malloc((size_t)rows * sizeof *row);
    assert_true(a && row);
    for (int c = 0; c < columns; c++) {
        gf_fill_row(&fill, 11, 1, c, rows, row);
        for (int r = 0; r < rows; r++)
            a[c * rows + r] = row[r];
    }
    free(row);
    return a;
}

/* Q diag(sign R) is unique, so both ways must find the same: to double's 1e-16 times the condition
 * of the matrix, which for a square normal one of 64 is some hundreds to thousands. */
static void both_ways_find_the_same_matrix(void **state)
{
    (void)state;
    static const int shapes[][2] = {{1, 1}, {2, 2}, {7, 3}, {33, 33}, {64, 64}, {200, 31}, {65, 1}};
    if (!dlopen("libopenblas.so.0", RTLD_NOW) && !dlopen("liblapack.so.3", RTLD_NOW)) skip();
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const int rows = shapes[s][0], columns = shapes[s][1];
        double *one = normal_matrix(rows, columns), *other = normal_matrix(rows, columns),
               signs[2][64];
        assert_true(gf_orthogonal_decompose(one, rows, columns, false, signs[0]));
        assert_true(gf_orthogonal_decompose(other, rows, columns, true, signs[1]));
        for (int i = 0; i < rows * columns; i++) {
            const double apart = one[i] * signs[0][i / rows] - other[i] * signs[1][i / rows];
            if (!(fabs(apart) < 1e-11))
                fail_msg("%d x %d: entry %d is %.2e apart", rows, columns, i, apart);
        }
        free(one);
        free(other);
    }
}

/* R has a positive diagonal: column j of Q points the way of column j of A, as far as that is new.
 */
static void signs_are_those_of_pytorch(void **state)
{
    (void)state;
    for (int by_hand = 0; by_hand < 2; by_hand++) {
        const int n = 40;
        double *a = normal_matrix(n, n), *q = normal_matrix(n, n), signs[40];
        assert_true(gf_orthogonal_decompose(q, n, n, by_hand, signs));
        for (int j = 0; j < n; j++) {
            double along = 0.0;
            for (int i = 0; i < n; i++)
                along += a[j * n + i] * q[j * n + i] * signs[j];
            assert_true(along > 0.0);
        }
        free(a);
        free(q);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_or_columns_are_orthonormal),
        cmocka_unit_test(matrices_depend_on_seed_and_layer),
        cmocka_unit_test(both_ways_find_the_same_matrix),
        cmocka_unit_test(signs_are_those_of_pytorch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
