/* The program text: what the host writes (types, the switch over the activation table) and the
 * files in their order. */
#include "compute/opencl/program.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "compute/opencl/error.h"
#include "gradflow/spec.h"

/* No flag that lets the compiler assume there is no NaN, and no contraction: fma is written where
 * it is meant. */
#define BUILD_OPTIONS "-cl-std=CL1.2"

static const char types[] =
    "#pragma OPENCL FP_CONTRACT OFF\n"
    "typedef int gf_int;\ntypedef uint gf_uint;\ntypedef long gf_long;\ntypedef ulong gf_ulong;\n"
    "#define GF_TABLE __constant\n"
    "#define GF_FMA(a, b, c) fma(a, b, c)\n"
    "#define GF_CLZ(x) clz(x)\n"
    "#define GF_EXP exp\n#define GF_EXPM1 expm1\n#define GF_LOG1P log1p\n#define GF_ERFC erfc\n"
    "#define GF_ABS fabs\n#define GF_TANH tanh\n";

static const char scalar_macros[] =
    "#undef GF_REAL\n#undef GF_R\n#undef GF_NAME\n"
    "#undef GF_BITS\n#undef GF_MASK\n#undef GF_AS_BITS\n#undef GF_AS_REAL\n#undef GF_TO_REAL\n"
    "#define GF_REAL float\n#define GF_R(x) (x##f)\n#define GF_NAME(f) f##_1\n"
    "#define GF_BITS uint\n#define GF_AS_BITS as_uint\n#define GF_AS_REAL as_float\n"
    "#define GF_TO_REAL convert_float\n";
static const char vector_macros[] =
    "#undef GF_REAL\n#undef GF_R\n#undef GF_NAME\n"
    "#undef GF_BITS\n#undef GF_MASK\n#undef GF_AS_BITS\n#undef GF_AS_REAL\n#undef GF_TO_REAL\n"
    "#define GF_REAL float16\n#define GF_R(x) ((float16)(x##f))\n"
    "#define GF_NAME(f) f##_16\n"
    "#define GF_BITS uint16\n#define GF_MASK int16\n#define GF_AS_BITS as_uint16\n"
    "#define GF_AS_REAL as_float16\n#define GF_TO_REAL convert_float16\n";

static const char four_macros[] =
    "#undef GF_REAL\n#undef GF_R\n#undef GF_NAME\n"
    "#undef GF_BITS\n#undef GF_MASK\n#undef GF_AS_BITS\n#undef GF_AS_REAL\n#undef GF_TO_REAL\n"
    "#define GF_REAL float4\n#define GF_R(x) ((float4)(x##f))\n"
    "#define GF_NAME(f) f##_4\n"
    "#define GF_BITS uint4\n#define GF_MASK int4\n#define GF_AS_BITS as_uint4\n"
    "#define GF_AS_REAL as_float4\n#define GF_TO_REAL convert_float4\n";

/* Row i of the activation table is case i. */
static const char *const functions[] = {
#define GF_ACTIVATION(id, function, ...) #function,
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
};

/* A form that is not there is another family's: a kernel with one form has it as naive. */
static const char *const names[GF_KERNEL_COUNT][GF_FAMILY_COUNT] = {
    [GF_KERNEL_GENERATE] = {"generate", "generate_cpu", "generate_gpu"},
    [GF_KERNEL_GENERATE_BLOCK] = {"generate_block", "generate_block_cpu", "generate_block_gpu"},
    [GF_KERNEL_FORWARD] = {"forward_naive", "forward_cpu", "forward_gpu"},
    [GF_KERNEL_ACTIVATE] = {"activate", [GF_FAMILY_GPU] = "activate_gpu"},
    [GF_KERNEL_BACKWARD] = {"backward_naive", "backward_cpu", "backward_gpu"},
    [GF_KERNEL_WEIGHT_GRADIENT] = {"weight_gradient_naive", "weight_gradient_cpu",
                                   "weight_gradient_gpu"},
    [GF_KERNEL_LOSS] = {"loss", [GF_FAMILY_GPU] = "loss_gpu"},
    [GF_KERNEL_NORMALISE] = {"normalise", [GF_FAMILY_GPU] = "normalise_gpu"},
    [GF_KERNEL_NORMALISE_BACKWARD] = {"normalise_backward", [GF_FAMILY_GPU] =
                                                                "normalise_backward_gpu"},
    [GF_KERNEL_WIDE_NORM_SUMS] = {"wide_norm_sums", [GF_FAMILY_GPU] = "wide_norm_sums_gpu"},
    [GF_KERNEL_WIDE_NORM] = {"wide_norm", [GF_FAMILY_GPU] = "wide_norm_gpu"},
    [GF_KERNEL_WIDE_NORM_BACKWARD_SUMS] =
        {"wide_norm_backward_sums", [GF_FAMILY_GPU] = "wide_norm_backward_sums_gpu"},
    [GF_KERNEL_WIDE_NORM_BACKWARD] = {"wide_norm_backward", [GF_FAMILY_GPU] =
                                                                "wide_norm_backward_gpu"},
    [GF_KERNEL_UNIT_STATISTICS] = {"unit_statistics", [GF_FAMILY_GPU] = "unit_statistics_gpu"},
    [GF_KERNEL_ACTIVATION_EDGES] = {"activation_edges", [GF_FAMILY_GPU] = "activation_edges_gpu"},
    [GF_KERNEL_ACTIVATION_HISTOGRAM] = {"activation_histogram", [GF_FAMILY_GPU] =
                                                                    "activation_histogram_gpu"},
    [GF_KERNEL_LAYER_STATISTICS] = {"layer_statistics"},
    [GF_KERNEL_FORWARD_SMALL] = {[GF_FAMILY_GPU] = "forward_gpu_small"},
    [GF_KERNEL_BACKWARD_SMALL] = {[GF_FAMILY_GPU] = "backward_gpu_small"},
    [GF_KERNEL_WEIGHT_GRADIENT_SMALL] = {[GF_FAMILY_GPU] = "weight_gradient_gpu_small"},
    [GF_KERNEL_FORWARD_PARTS] = {[GF_FAMILY_GPU] = "forward_parts_gpu"},
    [GF_KERNEL_FORWARD_SUM] = {[GF_FAMILY_GPU] = "forward_sum_gpu"},
    [GF_KERNEL_BACKWARD_PARTS] = {[GF_FAMILY_GPU] = "backward_parts_gpu"},
    [GF_KERNEL_BACKWARD_SUM] = {[GF_FAMILY_GPU] = "backward_sum_gpu"},
    [GF_KERNEL_FORWARD_FUSED] = {"forward_fused"},
    [GF_KERNEL_BACKWARD_FUSED] = {"backward_fused"},
    [GF_KERNEL_STEP_FUSED] = {"step_fused"},
};

gf_kernel_family gf_kernel_form(gf_kernel kernel, gf_kernel_family family)
{
    static const gf_kernel_family next[GF_FAMILY_COUNT] = {[GF_FAMILY_FUSED] = GF_FAMILY_CPU};
    while (!names[kernel][family])
        family = next[family];
    return family;
}

const char *gf_kernel_name(gf_kernel kernel, gf_kernel_family family)
{
    return names[kernel][gf_kernel_form(kernel, family)];
}

/* The choices that kernels ask for, under their names in C. `text` grows in a memory stream: no
 * lengths to get wrong. */
static void write_choices(FILE *text)
{
    static const struct {
        const char *name;
        int value;
    } choices[] = {
#define CHOICE(name) {#name, name}
        CHOICE(GF_NORM_NONE),      CHOICE(GF_NORM_BATCH),     CHOICE(GF_PRECISION_EXACT),
        CHOICE(GF_PRECISION_BF16), CHOICE(GF_PRECISION_FP16),
#undef CHOICE
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        fprintf(text, "#define %s %d\n", choices[i].name, choices[i].value);
}

static void write_switch(FILE *text, const char *name, const char *suffix)
{
    fprintf(text,
            "static GF_REAL GF_NAME(%s)(int activation, GF_REAL z)\n{\n    switch (activation) {\n",
            name);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        fprintf(text, "    case %zu: return GF_NAME(%s%s)(z);\n", i, functions[i], suffix);
    fprintf(text, "    }\n    return z - z;\n}\n");
}

/* The same for many vectors, in place: one switch for all of them. */
static void write_loop(FILE *text, const char *name, const char *suffix)
{
    fprintf(text,
            "static void %s(int activation, float16 *z, uint count)\n{\n"
            "    switch (activation) {\n",
            name);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        fprintf(text,
                "    case %zu:\n        for (uint i = 0; i < count; i++)\n"
                "            z[i] = %s%s_16(z[i]);\n        return;\n",
                i, functions[i], suffix);
    fprintf(text, "    }\n}\n");
}

static gf_status write_folder_file(FILE *text, const char *folder, const char *name,
                                   gf_error *error)
{
    char path[1024], bytes[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) return gf_fail(error, GF_IO, "kernel file '%s': %s", path, strerror(errno));
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        fwrite(bytes, 1, got, text);
    const bool failed = ferror(file) != 0;
    fclose(file);
    if (failed) return gf_fail(error, GF_IO, "kernel file '%s' cannot be read", path);
    return GF_OK;
}

static gf_status write_file(FILE *text, const char *name, gf_error *error)
{
    const char *folder = getenv("GRADFLOW_KERNEL_DIR");
    fprintf(text, "\n#line 1 \"%s\"\n", name);
    if (folder && folder[0]) return write_folder_file(text, folder, name, error);
    const gf_asset *asset = gf_asset_find("kernels", name);
    if (!asset) return gf_fail(error, GF_IO, "kernel file '%s' is not in the program", name);
    fwrite(asset->bytes, 1, asset->size, text);
    return GF_OK;
}

/* activation.cl, precision.cl and far.cl for one number type. */
static gf_status write_activations(FILE *text, const char *macros, gf_error *error)
{
    fputs(macros, text);
    GF_TRY(write_file(text, "activation.cl", error));
    GF_TRY(write_file(text, "precision.cl", error));
    write_switch(text, "gf_value", "");
    write_switch(text, "gf_slope", "_derivative");
    return write_file(text, "far.cl", error);
}

/* Tuned macros of network.cl, where they differ from what is written there. */
static void write_blocks(FILE *text, const gf_cpu_blocks *blocks)
{
    const struct {
        const char *name;
        int32_t value;
    } macros[] = {{"GF_GRAD_PANELS", blocks->grad_panels}};
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
        if (macros[i].value > 0)
            fprintf(text, "#define %s %d\n", macros[i].name, (int)macros[i].value);
}

/* gpu_products.cl for one tile. */
static gf_status write_tile(FILE *text, const gf_gpu_tile *tile, const char *suffix,
                            gf_error *error)
{
    const struct {
        const char *name;
        int32_t value;
    } macros[] = {{"GF_ACROSS", tile->across},     {"GF_DOWN", tile->down},
                  {"GF_FOURS", tile->fours},       {"GF_UNITS", tile->units},
                  {"GF_K_PANELS", tile->k_panels}, {"GF_GRAD_LANES", tile->grad_lanes}};
    fprintf(text, "#undef GF_GPU\n#define GF_GPU(name) name##_%s\n", suffix);
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
        fprintf(text, "#undef %s\n#define %s %d\n", macros[i].name, macros[i].name,
                (int)macros[i].value);
    return write_file(text, "gpu_products.cl", error);
}

static gf_status write_gpu(FILE *text, const gf_tuning *tuning, gf_error *error)
{
    static const char *const files[] = {"gpu.cl",        "norm_group.cl",   "gpu_norm.cl",
                                        "gpu_output.cl", "gpu_generate.cl", "gpu_statistics.cl",
                                        "gpu_result.cl"};
    GF_TRY(write_activations(text, four_macros, error));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        GF_TRY(write_file(text, files[i], error));
    GF_TRY(write_tile(text, &tuning->large, "gpu", error));
    GF_TRY(write_tile(text, &tuning->small, "gpu_small", error));
    return write_file(text, "gpu_split.cl", error);
}

static gf_status write_all(FILE *text, gf_kernel_family family, const gf_tuning *tuning,
                           gf_error *error)
{
    static const char *const before[] = {"normal_table.cl", "random.cl", "network.cl",
                                         "exponent.cl",     "count.cl",  "window.cl"};
    static const char *const after[] = {"tile.cl",     "forward.cl",   "backward.cl",
                                        "fused.cl",    "step.cl",      "norm_group.cl",
                                        "norm.cl",     "loss.cl",      "weight_gradient.cl",
                                        "generate.cl", "statistics.cl"};
    fputs(types, text);
    write_choices(text);
    write_blocks(text, &tuning->cpu);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        GF_TRY(write_file(text, before[i], error));
    GF_TRY(write_activations(text, scalar_macros, error));
    GF_TRY(write_activations(text, vector_macros, error));
    write_loop(text, "gf_values", "");
    write_loop(text, "gf_slopes", "_derivative");
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        GF_TRY(write_file(text, after[i], error));
    return family == GF_FAMILY_GPU ? write_gpu(text, tuning, error) : GF_OK;
}

gf_status gf_program_text(gf_kernel_family family, const gf_tuning *tuning, char **out,
                          gf_error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&bytes, &size);
    if (!text) return gf_fail(error, GF_MEMORY, "no memory for the kernel text");
    const gf_status status = write_all(text, family, tuning, error);
    if (fclose(text) != 0 || status != GF_OK) {
        free(bytes);
        return status != GF_OK ? status
                               : gf_fail(error, GF_MEMORY, "no memory for the kernel text");
    }
    *out = bytes;
    return GF_OK;
}

/* The start of a log that may have hundreds of kilobytes, as a sentence. */
static gf_status build_failure(cl_program program, cl_device_id device, cl_int code,
                               gf_error *error)
{
    size_t size = 0;
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
    char *log = calloc(1, size + 1);
    if (log) clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, size, log, NULL);
    for (char *at = log; at && *at; at++)
        if (*at == '\n') *at = ' ';
    gf_fail(error, GF_DEVICE, "OpenCL: the kernels do not compile (%d): %s", code, log ? log : "");
    free(log);
    return GF_DEVICE;
}

gf_status gf_program_build(cl_context context, cl_device_id device, gf_kernel_family family,
                           const gf_tuning *tuning, cl_program *out, gf_error *error)
{
    char *text = NULL;
    GF_TRY(gf_program_text(family, tuning, &text, error));
    cl_int code = CL_SUCCESS;
    cl_program program = clCreateProgramWithSource(context, 1, (const char **)&text, NULL, &code);
    free(text);
    GF_CL(code, "making the program");
    code = clBuildProgram(program, 1, &device, BUILD_OPTIONS, NULL, NULL);
    if (code != CL_SUCCESS) {
        const gf_status status = build_failure(program, device, code, error);
        clReleaseProgram(program);
        return status;
    }
    *out = program;
    return GF_OK;
}
