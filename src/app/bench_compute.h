/* gradflow bench without --render: CPU against every OpenCL device. */
#ifndef GF_APP_BENCH_COMPUTE_H
#define GF_APP_BENCH_COMPUTE_H

/* argv as of the command. Returns the exit code. */
int gf_bench_compute(int argc, const char **argv);

#endif
