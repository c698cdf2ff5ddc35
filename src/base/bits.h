/* A float32 and its bits. */
#ifndef GF_BASE_BITS_H
#define GF_BASE_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint32_t gf_bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float gf_float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
