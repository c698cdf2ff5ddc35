/* The table of network fields: what is written is read back, what is not allowed is named. */
#include "model/field.h"

#include "support/test.h"

static void choices_are_set_and_read_by_name(void **state)
{
    (void)state;
    int choices = 0;
    for (int32_t i = 0; i < gf_field_count; i++) {
        const gf_field *field = &gf_fields[i];
        if (field->kind != GF_FIELD_CHOICE) continue;
        choices++;
        gf_spec spec = gf_spec_default();
        for (int j = (int)field->most; j >= 0; j--) {
            assert_int_equal(gf_field_set_text(field, &spec, field->names[j], NULL), GF_OK);
            assert_string_equal(gf_field_get_name(field, &spec), field->names[j]);
        }
    }
    assert_int_equal(choices, 4); /* skip, norm, output, precision */
}

static void choices_land_in_the_spec(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    assert_int_equal(gf_field_set_text(gf_field_find("skip"), &spec, "residual", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("norm"), &spec, "layer", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("output"), &spec, "linear", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("precision"), &spec, "fp16", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("loss_scale"), &spec, "65536", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("skip_scale"), &spec, "0.25", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("bias_std"), &spec, "0.5", NULL), GF_OK);
    assert_int_equal(gf_field_set_text(gf_field_find("seed"), &spec, "7", NULL), GF_OK);
    assert_int_equal(spec.seed, 7);
    assert_int_equal(spec.skip, GF_SKIP_RESIDUAL);
    assert_int_equal(spec.norm, GF_NORM_LAYER);
    assert_int_equal(spec.output, GF_OUTPUT_LINEAR);
    assert_int_equal(spec.precision, GF_PRECISION_FP16);
    assert_true(spec.loss_scale == 65536.0 && spec.skip_scale == 0.25 && spec.bias_std == 0.5);
}

static void assert_refused(const char *name, const char *text, const char *sentence)
{
    const gf_spec before = gf_spec_default();
    gf_spec spec = before;
    gf_error error = {0};
    assert_int_equal(gf_field_set_text(gf_field_find(name), &spec, text, &error), GF_INVALID);
    assert_string_equal(error.text, sentence);
    assert_memory_equal(&spec, &before, sizeof spec);
}

static void what_is_not_allowed_is_named(void **state)
{
    (void)state;
    assert_refused("skip", "dense", "skip is 'dense'; allowed are none, residual");
    assert_refused("norm", "Batch", "norm is 'Batch'; allowed are none, batch, layer");
    assert_refused("output", "", "output is ''; allowed are activated, linear");
    assert_refused("precision", "fp8", "precision is 'fp8'; allowed are exact, fp32, bf16, fp16");
    gf_spec spec = gf_spec_default();
    gf_error error = {0};
    assert_int_equal(gf_field_set_integer(gf_field_find("norm"), &spec, 1, &error), GF_INVALID);
    assert_string_equal(error.text, "norm is 1; it must be a name");
    assert_int_equal(gf_field_set_real(gf_field_find("skip"), &spec, 0.5, &error), GF_INVALID);
    assert_string_equal(error.text, "skip is 0.5; it must be a name");
    assert_int_equal(gf_field_set_real(gf_field_find("seed"), &spec, 0.5, &error), GF_INVALID);
    assert_string_equal(error.text, "seed is 0.5; it must be a whole number");
    assert_int_equal(gf_field_set_integer(gf_field_find("depth"), &spec, 0, &error), GF_INVALID);
    assert_int_equal(gf_field_set_integer(gf_field_find("depth"), &spec, 1000001, &error),
                     GF_INVALID);
    assert_string_equal(error.text,
                        "depth is 1000001; allowed are whole numbers from 1 to 1000000");
    assert_int_equal(gf_field_set_text(gf_field_find("seed"), &spec, "-1", &error), GF_INVALID);
    assert_string_equal(error.text,
                        "seed is '-1'; allowed are whole numbers from 0 to 9223372036854775807");
    assert_null(gf_field_find("activations"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_set_and_read_by_name),
        cmocka_unit_test(choices_land_in_the_spec),
        cmocka_unit_test(what_is_not_allowed_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
