/* Every built-in scenario keeps what its author promised, on every device there is. */
#include "gradflow/scenario.h"

#include "support/pass.h"
#include "support/test.h"

/* The oracle multiplies about a thousand million times a second: what takes longer it leaves to the fast devices. */
#define REFERENCE_SECONDS 5.0

static void assert_kept(const gf_scenario *scenario, const gf_diagnosis *diagnosis)
{
    const gf_expect *expect = &scenario->expect;
    const double log10_ratio = gf_scaled_log10(diagnosis->ratio);
    const double log10_delta = gf_scaled_log10(diagnosis->delta_ratio);
    if (expect->has_verdict && diagnosis->verdict != expect->verdict)
        fail_msg("%s is %s, not %s (log10 ratio %g)", scenario->name, gf_verdict_name(diagnosis->verdict),
                 gf_verdict_name(expect->verdict), log10_ratio);
    if (expect->has_viable && diagnosis->viable != expect->viable)
        fail_msg("%s can%s train", scenario->name, diagnosis->viable ? "" : "not");
    if (expect->has_ratio && !(log10_ratio >= expect->log10_ratio_low && log10_ratio <= expect->log10_ratio_high))
        fail_msg("%s has log10 ratio %g, not %g to %g", scenario->name, log10_ratio, expect->log10_ratio_low,
                 expect->log10_ratio_high);
    if (expect->has_delta_ratio && !(log10_delta >= expect->log10_delta_low && log10_delta <= expect->log10_delta_high))
        fail_msg("%s has log10 delta ratio %g, not %g to %g", scenario->name, log10_delta, expect->log10_delta_low,
                 expect->log10_delta_high);
    if (expect->has_dead && !(diagnosis->dead_share >= expect->dead_low && diagnosis->dead_share <= expect->dead_high))
        fail_msg("%s has %g dead, not %g to %g", scenario->name, diagnosis->dead_share, expect->dead_low,
                 expect->dead_high);
}

static void check_on_device(gf_backend *backend, const gf_device *device)
{
    for (int32_t i = 0; i < gf_scenario_count(); i++) {
        gf_scenario scenario;
        gf_run run;
        gf_plan plan;
        gf_error error = {0};
        gf_diagnosis diagnosis;
        if (gf_scenario_builtin(i, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
        if (gf_plan_create(&scenario.spec, device, &plan, &error) != GF_OK) fail_msg("%s", error.text);
        if (strcmp(device->id, "reference") == 0 && plan.predicted_seconds > REFERENCE_SECONDS) {
            print_message("%s: left out, %.0f s on %s\n", scenario.name, plan.predicted_seconds, device->id);
            continue;
        }
        if (gf_test_pass(backend, device, &scenario.spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
        gf_diagnose(&run, &scenario.thresholds, &diagnosis);
        assert_kept(&scenario, &diagnosis);
        gf_run_destroy(&run);
    }
}

static void scenarios_come_out_as_expected(void **state)
{
    (void)state;
    gf_test_each_device(check_on_device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scenarios_come_out_as_expected)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
