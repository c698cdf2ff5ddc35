/* How every fallible call in gradflow reports: a status, and one sentence for a person.
 *
 * A function that can fail returns gf_status and takes a gf_error as its last parameter. Results go
 * through out-parameters, which are untouched on failure. The sentence names the thing, the value
 * and what is allowed. */
#ifndef GRADFLOW_STATUS_H
#define GRADFLOW_STATUS_H

/* id, name in messages and JSON, exit code of the program when a command ends with it */
#define GF_STATUS_TABLE(X)                                                                         \
    X(GF_OK, "ok", 0)                                                                              \
    X(GF_INVALID, "invalid", 2)         /* the user's input: a flag, a file, a value */            \
    X(GF_IO, "io", 1)                   /* the system refused a file, a pipe or a process */       \
    X(GF_MEMORY, "memory", 1)           /* it does not fit, or allocation failed */                \
    X(GF_DEVICE, "device", 1)           /* a compute device failed or is not there */              \
    X(GF_UNSUITED, "unsuited", 1)       /* a device that works, but not for this network */        \
    X(GF_PROTOCOL, "protocol", 1)       /* the other end of a pipe said something impossible */    \
    X(GF_CANCELLED, "cancelled", 1)     /* somebody asked for it */                                \
    X(GF_UNAVAILABLE, "unavailable", 1) /* a library, display or program is missing */

typedef enum gf_status {
#define GF_STATUS_ID(id, name, code) id,
    GF_STATUS_TABLE(GF_STATUS_ID)
#undef GF_STATUS_ID
} gf_status;

/* Zero is "no error". Owned by the caller, may be NULL wherever it is taken. */
typedef struct gf_error {
    gf_status status;
    char text[500];
} gf_error;

#if defined(__GNUC__)
#define GF_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define GF_PRINTF(text, first)
#endif

/* Write the sentence and give back `status`: a failing branch is one line, return gf_fail(...).
 * Values go in whole: a sentence that is too long loses the middle of its longest word, never its
 * end. */
gf_status gf_fail(gf_error *error, gf_status status, const char *format, ...) GF_PRINTF(3, 4);

const char *gf_status_name(gf_status status);
int gf_status_exit_code(gf_status status);

/* Return early with the callee's status; the callee has already written the sentence. */
#define GF_TRY(call)                                                                               \
    do {                                                                                           \
        const gf_status gf_try_status = (call);                                                    \
        if (gf_try_status != GF_OK) return gf_try_status;                                          \
    } while (0)

#endif
