/* gradflow scenarios: the prepared networks. */
#include <stdio.h>

#include "app/commands.h"
#include "app/options.h"

int gf_cmd_scenarios(int argc, const char **argv)
{
    gf_error error = {0};
    if (argc > 1) {
        gf_fail(&error, GF_INVALID, "scenarios takes no arguments, '%s' is one", argv[1]);
        return gf_app_report(&error);
    }
    for (int32_t i = 0; i < gf_scenario_count(); i++) {
        gf_scenario scenario;
        if (gf_scenario_builtin(i, &scenario, &error) != GF_OK) return gf_app_report(&error);
        printf("%s\n    %s\n", scenario.name, scenario.title);
        if (scenario.line[0]) printf("    %s\n", scenario.line);
    }
    return 0;
}
