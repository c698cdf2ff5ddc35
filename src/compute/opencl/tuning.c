/* The candidates. A name says what is in it, because that is all a cache keeps. */
#include "compute/opencl/tuning.h"

#include <stddef.h>
#include <string.h>

/* across, down, fours, units, k_panels, grad_lanes */
#define SMALL_48x32                                                                                \
    {                                                                                              \
        8, 16, 1, 3, 1, 16                                                                         \
    }
#define SMALL_24x32                                                                                \
    {                                                                                              \
        8, 8, 1, 3, 1, 16                                                                          \
    }
#define GPU(label, ...)                                                                            \
    {                                                                                              \
        .name = label, .large = {__VA_ARGS__}, .small = SMALL_48x32                                \
    }

/* 96 units x 64 samples on 128 work-items: 48 sums a work-item need some 90 registers, so that five
 * groups share the 65,536 of a multiprocessor. */
static const gf_tuning gpu[] = {
    GPU("96x64 by 128", 8, 16, 2, 6, 1, 16),
    GPU("96x64 by 128, 24 deep", 8, 16, 2, 6, 2, 32),
    GPU("96x64 by 128, gradient 8 deep", 8, 16, 2, 6, 1, 8),
    GPU("96x64 by 256", 16, 16, 1, 6, 1, 16),
    GPU("96x128 by 256", 16, 16, 2, 6, 1, 16),
    GPU("96x128 by 128", 16, 8, 2, 12, 1, 16),
    GPU("192x64 by 128", 8, 16, 2, 12, 1, 8),
    GPU("48x64 by 64", 8, 8, 2, 6, 1, 16),
    GPU("48x64 by 128", 8, 16, 2, 3, 1, 16),
    GPU("48x128 by 128", 16, 8, 2, 6, 1, 16),
    {.name = "96x64 by 128, small 24x32", .large = {8, 16, 2, 6, 1, 16}, .small = SMALL_24x32},
    {.name = "48x32 by 64", .large = {8, 8, 1, 6, 1, 16}, .small = SMALL_24x32},
};
_Static_assert(sizeof gpu / sizeof *gpu <= GF_TUNINGS_MAX, "each costs a compilation");

static const gf_tuning cpu[] = {
    {.name = "gradient 32", .cpu = {32}},
    {.name = "gradient 16", .cpu = {16}},
    {.name = "gradient 8", .cpu = {8}},
};

static const gf_tuning fixed[] = {{.name = "fixed"}};

const gf_tuning *gf_tunings_of(gf_kernel_family family, int32_t *count)
{
    static const struct {
        const gf_tuning *rows;
        int32_t count;
    } tables[GF_FAMILY_COUNT] = {
        [GF_FAMILY_NAIVE] = {fixed, 1},
        [GF_FAMILY_CPU] = {cpu, sizeof cpu / sizeof *cpu},
        [GF_FAMILY_GPU] = {gpu, sizeof gpu / sizeof *gpu},
        /* What is not fused is the CPU family's. */
        [GF_FAMILY_FUSED] = {cpu, sizeof cpu / sizeof *cpu},
    };
    *count = tables[family].count;
    return tables[family].rows;
}

const gf_tuning *gf_tuning_find(gf_kernel_family family, const char *name)
{
    int32_t count;
    const gf_tuning *rows = gf_tunings_of(family, &count);
    for (int32_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}
