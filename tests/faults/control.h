/* What the layer is told and what it counts: one page of a file that test and engine both map.
 * GF_FAULT_CONTROL is the file's path. */
#ifndef GF_TESTS_FAULTS_CONTROL_H
#define GF_TESTS_FAULTS_CONTROL_H

#include <stdint.h>

typedef enum fault_action {
    FAULT_FAIL,     /* return `code` */
    FAULT_CRASH,    /* a bad pointer */
    FAULT_HANG,     /* never return */
    FAULT_FLIP,     /* of clEnqueueReadBuffer: one bit of what was read */
    FAULT_STATUS,   /* of clGetEventInfo: the command ended with `code` */
    FAULT_LONG_LOG, /* of clBuildProgram: fail with -11 and a log of a megabyte */
    FAULT_FLUSH     /* of clBuildProgram: subnormal numbers count as zero */
} fault_action;

typedef enum fault_object {
    FAULT_CONTEXT,
    FAULT_QUEUE,
    FAULT_PROGRAM,
    FAULT_KERNEL,
    FAULT_BUFFER,
    FAULT_EVENT,
    FAULT_OBJECTS
} fault_object;

/* Zero lets everything pass. */
typedef struct fault_control {
    char
        call[40]; /* only this one; "": all but clGetEventInfo, which is asked until work is done */
    int64_t nth;  /* from 1; 0: never */
    int64_t last; /* and all after it up to this one; 0: only the nth */
    int32_t action, code;
    int32_t bit, word; /* to flip; words are counted round and round */
    int64_t calls, injected;
    int64_t live[FAULT_OBJECTS]; /* created and not released */
} fault_control;

#endif
