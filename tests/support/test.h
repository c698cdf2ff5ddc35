/* What every C test includes: cmocka with the headers it wants before it, and comparison of real
 * numbers. */
#ifndef GF_TESTS_SUPPORT_TEST_H
#define GF_TESTS_SUPPORT_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* |actual - expected| / |expected|; 0 where both are equal (infinities and zeros too), infinite
 * where one is NaN. */
static inline double gf_test_relative(double actual, double expected)
{
    if (actual == expected) return 0.0;
    const double apart = fabs(actual - expected) / fabs(expected);
    return isnan(apart) ? INFINITY : apart;
}

static inline void gf_test_close(double actual, double expected, double tolerance, const char *text,
                                 const char *file, int line)
{
    const double apart = gf_test_relative(actual, expected);
    if (apart <= tolerance) return;
    print_error("%s is %.17g, expected %.17g: %.2e apart, allowed %.2e (relative)\n", text, actual,
                expected, apart, tolerance);
    _fail(file, line);
}

/* Relative; state the reason for the tolerance where it is used. */
#define assert_close(actual, expected, tolerance)                                                  \
    gf_test_close(actual, expected, tolerance, #actual, __FILE__, __LINE__)

/* `text` contains `part`. */
#define assert_says(text, part)                                                                    \
    do {                                                                                           \
        if (!strstr(text, part)) {                                                                 \
            print_error("\"%s\" does not say \"%s\"\n", text, part);                               \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

/* How long something may take that is only waited for, times GF_PATIENCE: more with sanitizers. */
static inline double gf_test_patience(double ms)
{
    const char *times = getenv("GF_PATIENCE");
    return times ? ms * atof(times) : ms;
}

#endif
