/* Time that only goes forward. */
#ifndef GF_BASE_CLOCK_H
#define GF_BASE_CLOCK_H

/* Milliseconds since some moment in the past. */
double gf_clock_ms(void);

#endif
