/* The generator behind model/init.h, word by word, for tests and for whoever needs other numbers.
 */
#ifndef GF_MODEL_PHILOX_H
#define GF_MODEL_PHILOX_H

#include <stdint.h>

/* Philox 4x32-10 of one counter under one key. */
void gf_philox_words(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);
/* One 32-bit word as a standard normal value, or as a uniform one on (-1, 1). */
float gf_philox_normal(uint32_t word);
float gf_philox_uniform(uint32_t word);

#endif
