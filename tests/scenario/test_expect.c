/* Every built-in scenario keeps what its author promised, on every device there is. */
#include "gradflow/scenario.h"

#include "support/pass.h"
#include "support/test.h"

/* The oracle multiplies about a thousand million times a second: what takes longer it leaves to the
 * fast devices. */
#define REFERENCE_SECONDS 2.0

static void assert_kept(const char *name, const gf_expect *expect, const gf_diagnosis *diagnosis)
{
    const double log10_ratio = gf_scaled_log10(diagnosis->ratio);
    const double log10_delta = gf_scaled_log10(diagnosis->delta_ratio);
    if (expect->has_verdict && diagnosis->verdict != expect->verdict)
        fail_msg("%s is %s, not %s (log10 ratio %g)", name, gf_verdict_name(diagnosis->verdict),
                 gf_verdict_name(expect->verdict), log10_ratio);
    if (expect->has_viable && diagnosis->viable != expect->viable)
        fail_msg("%s can%s train", name, diagnosis->viable ? "" : "not");
    if (expect->has_ratio &&
        !(log10_ratio >= expect->log10_ratio_low && log10_ratio <= expect->log10_ratio_high))
        fail_msg("%s has log10 ratio %g, not %g to %g", name, log10_ratio, expect->log10_ratio_low,
                 expect->log10_ratio_high);
    if (expect->has_delta_ratio &&
        !(log10_delta >= expect->log10_delta_low && log10_delta <= expect->log10_delta_high))
        fail_msg("%s has log10 delta ratio %g, not %g to %g", name, log10_delta,
                 expect->log10_delta_low, expect->log10_delta_high);
    if (expect->has_dead &&
        !(diagnosis->dead_share >= expect->dead_low && diagnosis->dead_share <= expect->dead_high))
        fail_msg("%s has %g dead, not %g to %g", name, diagnosis->dead_share, expect->dead_low,
                 expect->dead_high);
}

static void check_network(gf_backend *backend, const gf_device *device, const gf_scenario *scenario,
                          const gf_spec *spec, const gf_expect *expect)
{
    gf_run run;
    gf_plan plan;
    gf_error error = {0};
    gf_diagnosis diagnosis;
    if (gf_plan_create(spec, device, &plan, &error) != GF_OK)
        fail_msg("%s: %s", scenario->name, error.text);
    if (strcmp(device->id, "reference") == 0 && plan.predicted_seconds > REFERENCE_SECONDS) {
        print_message("%s: left out, %.0f s on %s\n", scenario->name, plan.predicted_seconds,
                      device->id);
        return;
    }
    if (gf_test_pass(backend, device, spec, 0, &run, &error) != GF_OK)
        fail_msg("%s: %s", scenario->name, error.text);
    gf_diagnose(&run, &scenario->thresholds, &diagnosis);
    assert_kept(scenario->name, expect, &diagnosis);
    gf_run_destroy(&run);
}

/* The scenario's own network is often one of its steps, with the same promise: once is enough. */
static bool is_a_step(const gf_scenario *scenario)
{
    for (int32_t i = 0; i < scenario->step_count; i++)
        if (memcmp(&scenario->spec, &scenario->steps[i].spec, sizeof scenario->spec) == 0 &&
            memcmp(&scenario->expect, &scenario->steps[i].expect, sizeof scenario->expect) == 0)
            return true;
    return false;
}

static void check_on_device(gf_backend *backend, const gf_device *device)
{
    for (int32_t i = 0; i < gf_scenario_count(); i++) {
        static gf_scenario scenario;
        gf_error error = {0};
        if (gf_scenario_builtin(i, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
        if (!is_a_step(&scenario))
            check_network(backend, device, &scenario, &scenario.spec, &scenario.expect);
        if (scenario.compare.present)
            check_network(backend, device, &scenario, &scenario.compare.spec,
                          &scenario.compare.expect);
        for (int32_t step = 0; step < scenario.step_count; step++)
            check_network(backend, device, &scenario, &scenario.steps[step].spec,
                          &scenario.steps[step].expect);
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
