/* run --format json: the shape that scripts rely on; and the export: a safetensors file whose parts
 * fit together. */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "support/test.h"

static json_t *run_json(const char *options)
{
    char command[4400];
    json_error_t at;
    snprintf(command, sizeof command, "'%s' run --format json %s", getenv("GRADFLOW"), options);
    FILE *output = popen(command, "r");
    json_t *root = json_loadf(output, JSON_REJECT_DUPLICATES, &at);
    if (!root) fail_msg("%s: line %d: %s", command, at.line, at.text);
    assert_int_equal(pclose(output), 0);
    return root;
}

static json_t *at(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (!value) fail_msg("key '%s' is missing", key);
    return value;
}

static void json_has_the_promised_shape(void **state)
{
    (void)state;
    json_t *root = run_json("--device reference");
    assert_int_equal(json_integer_value(at(at(root, "network"), "depth")), 10);
    assert_string_equal(json_string_value(at(at(root, "network"), "init")), "pytorch_default");
    assert_string_equal(json_string_value(at(at(root, "device"), "kind")), "host");
    assert_true(json_is_null(at(at(root, "device"), "fell_back_from")));
    assert_close(json_real_value(at(root, "loss")), 1.275290, 1e-6);
    assert_true(json_real_value(at(at(root, "time_ms"), "total")) > 0.0);
    assert_string_equal(json_string_value(at(at(root, "plan"), "weights")), "stored");
    json_t *layers = at(root, "layers");
    assert_int_equal(json_array_size(layers), 10);
    for (size_t i = 0; i < 10; i++) {
        json_t *layer = json_array_get(layers, i);
        assert_int_equal(json_integer_value(at(layer, "index")), i + 1);
        const double norm = json_real_value(at(layer, "weight_grad_norm"));
        assert_close(json_real_value(at(layer, "log10_weight_grad_norm")), log10(norm), 1e-12);
        json_int_t sum = 0;
        size_t bin;
        json_t *count;
        json_array_foreach(at(at(at(layer, "histograms"), "activation"), "bins"), bin, count) sum +=
            json_integer_value(count);
        assert_int_equal(sum, 32 * 64);
    }
    json_t *diagnosis = at(root, "diagnosis");
    assert_string_equal(json_string_value(at(diagnosis, "verdict")), "vanishing");
    assert_true(json_is_false(at(diagnosis, "viable")));
    assert_true(json_real_value(at(diagnosis, "log10_ratio")) < -7.0);
    assert_int_equal(json_array_size(at(diagnosis, "rules")),
                     3); /* delta, weight gradient, and its absolute size */
    assert_true(json_real_value(at(diagnosis, "limit_depth")) < 10.0);
    json_t *theory = at(root, "theory");
    assert_int_equal(json_array_size(at(theory, "layers")), 10);
    assert_true(json_real_value(at(theory, "chi_star")) <
                0.0625); /* sigmoid' is at most 1/4, and sigma_w below 1 */
    json_t *plain = at(root, "plain_fp32");
    assert_true(json_is_null(at(plain, "delta_zero")) && json_is_null(at(plain, "activation_inf")));
    json_decref(root);
}

/* Not the largest double: what cannot be held is null, the logarithm is there. */
static void numbers_without_a_double_are_null_with_their_logarithm(void **state)
{
    (void)state;
    json_t *root = run_json(
        "--device reference --depth 1000 --width 64 --batch 2 --activation relu --init normal");
    json_t *first = json_array_get(at(root, "layers"), 0);
    assert_true(json_is_null(at(first, "weight_grad_norm")));
    assert_string_equal(json_string_value(at(first, "weight_grad_norm_class")), "inf");
    assert_true(json_real_value(at(first, "log10_weight_grad_norm")) > 700.0);
    assert_string_equal(json_string_value(at(at(root, "diagnosis"), "verdict")), "exploding");
    const json_int_t broken = json_integer_value(at(at(root, "plain_fp32"), "activation_inf"));
    assert_true(broken > 40 && broken < 60); /* 2^128 at 5.7 a layer */
    assert_int_equal(json_integer_value(at(at(root, "plain_fp32"), "delta_inf")), 1000);
    json_decref(root);
}

static uint64_t little_endian(const unsigned char *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

/* The safetensors rules: offsets begin at 0, touch, end at the end of the file, and fit the shapes.
 */
static void assert_covers(json_t *header, size_t data_bytes)
{
    const char *name;
    json_t *tensor;
    json_int_t sum = 0, most = 0;
    json_object_foreach(header, name, tensor)
    {
        if (strcmp(name, "__metadata__") == 0) continue;
        json_int_t begin, end, elements = 1;
        json_t *shape;
        size_t i;
        json_t *extent;
        assert_int_equal(
            json_unpack(tensor, "{s:o, s:[I, I]}", "shape", &shape, "data_offsets", &begin, &end),
            0);
        json_array_foreach(shape, i, extent) elements *= json_integer_value(extent);
        assert_int_equal(end - begin, elements * 4);
        sum += end - begin;
        most = end > most ? end : most;
    }
    assert_int_equal(sum, data_bytes);
    assert_int_equal(most, data_bytes);
}

static void export_is_a_safetensors_file_with_the_listing_s_names(void **state)
{
    (void)state;
    static const char *const names[] = {"layers.0.weight",
                                        "layers.0.bias",
                                        "layers.4.weight",
                                        "grad.layers.2.weight",
                                        "grad.layers.4.bias",
                                        "activation.1",
                                        "delta.3",
                                        "input",
                                        "target"};
    char path[] = "/tmp/gradflow-export-XXXXXX", options[200], *text;
    size_t bytes;
    close(mkstemp(path));
    snprintf(options, sizeof options,
             "--device reference --depth 3 --width 5 --input-width 7 --batch 4 --export %s", path);
    json_decref(run_json(options));
    assert_int_equal(gf_file_read(path, 1 << 20, &text, &bytes, NULL), GF_OK);
    const uint64_t length = little_endian((const unsigned char *)text);
    assert_true(length % 8 == 0 && length + 8 <= bytes && text[8] == '{');
    json_t *header = json_loadb(text + 8, length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(header);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        at(header, names[i]);
    assert_int_equal(
        json_integer_value(json_array_get(at(at(header, "layers.0.weight"), "shape"), 1)), 7);
    assert_true(json_is_string(at(at(header, "__metadata__"), "network")));
    assert_covers(header, bytes - 8 - length);
    json_decref(header);
    free(text);
    unlink(path);
}

/* A file in memory, to be freed, and its header. */
static json_t *export_of(const char *network, char **file, json_t **report)
{
    char path[] = "/tmp/gradflow-export-XXXXXX", options[300];
    size_t bytes;
    close(mkstemp(path));
    snprintf(options, sizeof options, "%s --export %s", network, path);
    *report = run_json(options);
    assert_int_equal(gf_file_read(path, 1 << 24, file, &bytes, NULL), GF_OK);
    unlink(path);
    json_t *header = json_loadb(*file + 8, little_endian((const unsigned char *)*file),
                                JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(header);
    return header;
}

static double norm_of(json_t *header, const char *file, int layer)
{
    char name[40];
    json_int_t begin, end;
    double squares = 0.0;
    snprintf(name, sizeof name, "grad.layers.%d.weight", 2 * layer - 2);
    assert_int_equal(json_unpack(at(header, name), "{s:[I, I]}", "data_offsets", &begin, &end), 0);
    const char *data = file + 8 + little_endian((const unsigned char *)file);
    for (; begin < end; begin += 4) {
        float value;
        memcpy(&value, data + begin, sizeof value);
        squares += (double)value * (double)value;
    }
    return sqrt(squares);
}

/* Arrays carry an exponent inside the program; in the file are the true values, as far as a float32
 * reaches: 1e-25, and beyond its range zero or infinity. */
static void exported_gradients_are_as_small_and_large_as_they_are(void **state)
{
    (void)state;
    char *file;
    json_t *report, *header = export_of("--device cpu --depth 40 --width 8", &file, &report);
    for (int layer = 1; layer <= 40; layer++) {
        json_t *of_layer = json_array_get(at(report, "layers"), (size_t)layer - 1);
        const double norm = json_real_value(at(of_layer, "weight_grad_norm"));
        assert_close(norm_of(header, file, layer), norm, 1e-5); /* sums of 64 float32 squares */
        if (layer == 1) assert_true(norm < 1e-20);
    }
    json_decref(header);
    json_decref(report);
    free(file);
    header = export_of("--device cpu --depth 1000 --width 4 --batch 2", &file, &report);
    assert_true(norm_of(header, file, 1) == 0.0 && norm_of(header, file, 1000) > 0.0);
    json_decref(header);
    json_decref(report);
    free(file);
    header = export_of("--device cpu --depth 1000 --width 16 --batch 2 --activation linear "
                       "--init normal",
                       &file, &report);
    assert_true(isinf(norm_of(header, file, 1)));
    json_decref(header);
    json_decref(report);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_promised_shape),
        cmocka_unit_test(numbers_without_a_double_are_null_with_their_logarithm),
        cmocka_unit_test(export_is_a_safetensors_file_with_the_listing_s_names),
        cmocka_unit_test(exported_gradients_are_as_small_and_large_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
