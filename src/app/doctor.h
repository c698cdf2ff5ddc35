/* What `gradflow doctor` looks at: one finding a line, each ok, a warning or a problem, the last
 * two with what to do about it. A topic a file (doctor_<topic>.c).
 *
 * Whatever loads a driver is looked at in a process of its own (gf_doctor_guard): a driver that
 * crashes or hangs costs a line of the page, not the page. */
#ifndef GF_APP_DOCTOR_H
#define GF_APP_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

typedef enum gf_level {
    GF_LEVEL_OK,
    GF_LEVEL_WARNING, /* it works, but not as well as it could */
    GF_LEVEL_PROBLEM  /* it will be missed in the lecture */
} gf_level;

typedef struct gf_finding {
    char topic[16];
    gf_level level;
    char text[640];
    char advice[300]; /* one sentence; empty: there is nothing to do */
} gf_finding;

/* Zero tells nobody. */
typedef struct gf_doctor {
    void (*tell)(void *user, const gf_finding *finding);
    void *user;
    const char *topic;  /* of the findings that come next */
    const char *engine; /* as --engine, NULL: this program */
    double seconds;     /* of the frame-time probe */
} gf_doctor;

void gf_doctor_ok(const gf_doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `advice` is what to do about it. */
void gf_doctor_warn(const gf_doctor *doctor, const char *advice, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void gf_doctor_problem(const gf_doctor *doctor, const char *advice, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What is looked at in a process of its own. */
typedef struct gf_guarded {
    void (*check)(const gf_doctor *doctor);
    const char *what;   /* in a sentence: "OpenGL without a window" */
    const char *advice; /* if it crashes or takes longer than `seconds` */
    double seconds;
} gf_guarded;

/* Passes the findings on; a crash or a hang is a problem too. */
void gf_doctor_guard(const gf_doctor *doctor, const gf_guarded *guarded);

/* In a child: what hangs is killed with its parent. */
void gf_doctor_end_with_parent(void);

void gf_doctor_devices(const gf_doctor *doctor); /* and their self-tests */
void gf_doctor_kernels(const gf_doctor *doctor); /* where they come from, where they are kept */
void gf_doctor_drawing(const gf_doctor *doctor); /* OpenGL without a window, fonts */
void gf_doctor_display(const gf_doctor *doctor); /* window, monitors, frame times */
void gf_doctor_memory(const gf_doctor *doctor);
void gf_doctor_video(const gf_doctor *doctor);

#endif
