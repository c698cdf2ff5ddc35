#!/bin/sh
# Every kernel under Oclgrind at small odd sizes: bounds, data races, uninitialised values, wrong calls. Oclgrind 21.10 cannot follow
# what optimisation makes of divisions, hence -cl-opt-disable. And it keeps the old size of a buffer that was released when its place is
# given to a larger one, whose end then counts as uninitialised for ever: one network a process, without self-test, seeds and remedies.
# What the host writes at an offset counts as uninitialised too: no orthogonal weights, and no run of layers that is done again.
set -u
command -v oclgrind >/dev/null || {
    echo "SKIPPED: oclgrind is not installed"
    exit 77
}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0
export GRADFLOW_SELF_TEST=off

# check KERNELS OPTIONS...: one run; its complaints are in $folder/log
check() {
    kernels=$1
    shift
    : >"$folder/log"
    GRADFLOW_KERNELS=$kernels oclgrind --build-options -cl-opt-disable --data-races --uninitialized --check-api \
        --max-errors 20 --log "$folder/log" "$GRADFLOW" run --device opencl:0 --format csv "$@" >"$folder/out" 2>&1
}

expect_clean() {
    check "$@" || {
        echo "failed: $*"
        cat "$folder/out"
        failures=$((failures + 1))
    }
    [ -s "$folder/log" ] || return 0
    echo "complaints: $*"
    head -20 "$folder/log"
    failures=$((failures + 1))
}

oclgrind "$GRADFLOW" devices | grep -q '^opencl:0.*Oclgrind' || {
    echo "opencl:0 is not Oclgrind's device"
    exit 1
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

# It does complain: one unit too many in the statistics.
cp "$GF_SOURCE"/kernels/*.cl "$folder" || exit 1
sed -i 's/to = min(from + GF_CHUNK_UNITS, O);/to = from + GF_CHUNK_UNITS;/' "$folder/statistics.cl"
cmp -s "$folder/statistics.cl" "$GF_SOURCE/kernels/statistics.cl" && {
    echo "the kernel was not broken"
    exit 1
}
export GRADFLOW_KERNEL_DIR="$folder"
check cpu --depth 1 --width 3 --batch 2
[ -s "$folder/log" ] || {
    echo "Oclgrind did not see a kernel that reads and writes out of bounds"
    failures=$((failures + 1))
}
exit $((failures > 0))
