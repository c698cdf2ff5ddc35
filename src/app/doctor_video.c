/* ffmpeg, which makes videos of `gradflow render -o FILE.mp4`. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/doctor.h"

#define PATIENCE_S 5

/* Of what `ffmpeg -version` says. */
static bool first_line(char *line, size_t capacity)
{
    int ends[2];
    if (pipe(ends) != 0) return false;
    const pid_t child = fork();
    if (child == 0) {
        gf_doctor_end_with_parent();
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execlp("ffmpeg", "ffmpeg", "-hide_banner", "-version", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *from = child > 0 ? fdopen(ends[0], "r") : NULL;
    if (!from) {
        close(ends[0]);
        return false;
    }
    const bool got = fgets(line, (int)capacity, from) != NULL;
    fclose(from);
    char *end = strstr(line, " Copyright");
    if (end) *end = '\0';
    line[strcspn(line, "\n")] = '\0';
    return got;
}

static void look(const gf_doctor *doctor)
{
    char line[200] = "";
    if (first_line(line, sizeof line) && strncmp(line, "ffmpeg version", 14) == 0)
        gf_doctor_ok(doctor, "%s", line);
    else
        gf_doctor_warn(doctor, "Install ffmpeg; a folder as -o gives numbered pictures without it.",
                       "there is no ffmpeg in PATH: no videos can be made");
}

void gf_doctor_video(const gf_doctor *doctor)
{
    const gf_guarded guarded = {look, "ffmpeg", "Install ffmpeg anew; only videos need it.",
                                PATIENCE_S};
    gf_doctor_guard(doctor, &guarded);
}
