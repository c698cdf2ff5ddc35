/* An engine under the fault layer, and what a lecturer may expect of it whatever happens: a right
 * result in the end, a sentence, and a handle that never blocks. */
#ifndef GF_TESTS_FAULTS_LAB_H
#define GF_TESTS_FAULTS_LAB_H

#include "faults/control.h"
#include "gradflow/engine.h"

typedef struct lab {
    gf_engine *engine;
    fault_control *control; /* shared with every engine that is started */
    double longest_poll_ms;
} lab;

/* Map the control page and point the environment at it. Skips the program (exit code 77) where
 * there is no PoCL. */
fault_control *lab_open_control(void);
/* Start an engine; `device` NULL: the best. `deadline_ms` 0: the usual one. */
lab lab_start(fault_control *control, const char *device, int32_t deadline_ms);
void lab_end(lab *at);
/* Until the child has introduced itself. */
void lab_wait_ready(lab *at);
/* Ask for the small network and wait for the whole pass; fails unless its numbers are right. The
 * device it ran on is in *device. */
void lab_run(lab *at, char device[32]);
void lab_ask(lab *at);
void lab_finish(lab *at, char device[32]);
/* The nth call (of `call`, NULL: any) and those up to the last go wrong; counts from now. */
void lab_arm(lab *at, const char *call, int64_t nth, int64_t last, fault_action action,
             int32_t code);
void lab_disarm(lab *at);
#define LAB_FOR_EVER INT64_MAX

/* All n, or every so many of them without GF_FAULTS=all. */
int64_t lab_step(int64_t usual);

#endif
