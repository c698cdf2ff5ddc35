/* How much memory is left for networks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/doctor.h"

#define PLENTY_GIB 2.0 /* the prepared scenarios, the window and a software driver */
#define LEAST_GIB  0.5

/* A line of /proc/meminfo in GiB; negative where there is none. */
static double memory_gib(const char *name)
{
    FILE *file = fopen("/proc/meminfo", "r");
    char line[128];
    double kib = -1;
    while (file && kib < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0) kib = strtod(line + strlen(name), NULL);
    if (file) fclose(file);
    return kib / 1048576.0;
}

void gf_doctor_memory(const gf_doctor *doctor)
{
    const char *const advice = "Close other programs.";
    const double total = memory_gib("MemTotal:"), left = memory_gib("MemAvailable:");
    if (total < 0 || left < 0)
        gf_doctor_warn(doctor, "Look with the tools of the system.",
                       "this system does not say how much memory there is");
    else if (left < LEAST_GIB)
        gf_doctor_problem(doctor, advice, "%.1f of %.1f GiB are free", left, total);
    else if (left < PLENTY_GIB)
        gf_doctor_warn(doctor, advice, "%.1f of %.1f GiB are free", left, total);
    else
        gf_doctor_ok(doctor, "%.1f of %.1f GiB are free", left, total);
}
