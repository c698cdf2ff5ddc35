/* One loop, several instruction sets: the program is built for any x86-64, its hot loops also for
 * AVX2 and AVX-512, and the loader chooses. Products and sums are never contracted
 * (-ffp-contract=off), so that all of them give the same bits. */
#ifndef GF_COMPUTE_CPU_CLONES_H
#define GF_COMPUTE_CPU_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__gnu_linux__) &&   \
    !defined(__SANITIZE_ADDRESS__)
#define GF_CLONES __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define GF_CLONES
#endif

/* Lanes that such a loop handles side by side: a cache line of floats. */
#define GF_LANES 16

#endif
