#!/bin/sh
# Every kernel under Oclgrind at small odd sizes: bounds, data races, uninitialised values, wrong calls; those of the GPU family in
# test_oclgrind_gpu.sh. A network a process, so no seeds and remedies either.
set -u
. "$(dirname "$0")/oclgrind.sh"

# check KERNELS OPTIONS...: one run; its complaints are in $folder/log
check() {
    kernels=$1
    shift
    : >"$folder/log"
    # shellcheck disable=SC2086
    GRADFLOW_KERNELS=$kernels oclgrind $watch --check-api --log "$folder/log" stdbuf -oL "$GRADFLOW" run --device opencl:0 --format csv "$@" \
        >"$folder/out" 2>&1
    code=$?
    saw "$folder/out"
    return $code
}

expect_clean() {
    check "$@" || {
        cat "$folder/out"
        failed "failed: $*"
    }
    unless_complained "$@"
}

# simulate KERNEL ARGUMENT...: a kernel alone, four work-items; an argument is Oclgrind's description of it.
simulate() {
    kernel=$1
    shift
    printf '%s\n' "$GF_SOURCE/kernels/peak.cl" "$kernel" '4 1 1' '1 1 1' "$@" >"$folder/simulation"
    : >"$folder/log"
    # shellcheck disable=SC2086
    oclgrind-kernel $watch --log "$folder/log" "$folder/simulation" >"$folder/out" 2>&1 || failed "failed: $kernel"
    saw "$folder/out"
    unless_complained "$kernel"
}

for kernels in cpu fused naive; do
    expect_clean $kernels --depth 1 --width 1 --batch 1
    expect_clean $kernels --depth 2 --width 2 --batch 7 --activation tanh --init normal
    expect_clean $kernels --depth 3 --width 13 --batch 33 --activation elu --init he_uniform
    expect_clean $kernels --depth 2 --width 33 --batch 3 --activation selu --init lecun_normal
    # Far exponents, up and down.
    expect_clean $kernels --depth 6 --width 7 --batch 2 --activation relu --init normal --gain 10000
    expect_clean $kernels --depth 6 --width 7 --batch 2 --activation leaky_relu --init normal --gain 0.0001
    # Two panels of samples; then units of one sample shared by two work-items.
    expect_clean $kernels --depth 3 --width 13 --batch 35 --norm layer --skip residual --activation gelu
    expect_clean $kernels --depth 1 --width 67 --batch 2 --norm layer
    expect_clean $kernels --depth 3 --width 13 --batch 35 --norm batch --activation relu --output linear --precision bf16
    expect_clean $kernels --depth 3 --width 5 --batch 3 --skip residual --init zeros --bias-std 1 --precision fp16 --loss-scale 1024
    expect_clean $kernels --depth 5 --width 7 --batch 2 --skip residual --activation relu --init normal --gain 10000
    expect_clean $kernels --depth 5 --width 11 --batch 35 --skip residual --activation tanh --init he_normal
done

# The benchmark's two, which run for seconds before they measure anything.
simulate peak_multiply '<size=16 float fill=0>' '<size=4 uint>' 3 '<size=4 float>' 0.999
simulate peak_read '<size=768 float fill=1>' '<size=16 float fill=0>' '<size=4 uint>' 3 '<size=4 uint>' 4

# Weights are made in blocks where a layer is larger than a buffer may be, which takes Oclgrind minutes: these two do what generate and
# generate_cpu do, and compute_small_buffers compares their bits.
printf 'generate_block\ngenerate_block_cpu\n' >>"$folder/ran"
# shellcheck disable=SC2046
every_kernel_ran $(cd "$GF_SOURCE/kernels" && grep -l '^__kernel' *.cl | grep -v "^gpu_")

# It does complain: one unit too many in the statistics.
break_kernels statistics.cl 's/to = min(from + GF_CHUNK_UNITS, O);/to = from + GF_CHUNK_UNITS;/'
check cpu --depth 1 --width 3 --batch 2
[ -s "$folder/log" ] || failed 'Oclgrind did not see a kernel that reads and writes out of bounds'
exit $((failures > 0))
