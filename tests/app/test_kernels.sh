#!/bin/sh
# --kernels reaches the engine's process, and run, bench and devices say which family was used.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "$*"
    exit 1
}

"$GRADFLOW" devices | grep -q '^opencl:' || {
    echo "SKIPPED: there is no OpenCL device"
    exit 77
}
# says FAMILY OPTIONS...: the family in the plan of a run
says() {
    family=$1
    shift
    "$GRADFLOW" run --device opencl --depth 2 --width 5 --batch 3 --format json "$@" >"$folder/json" || fail "run $* failed"
    grep -q "\"kernels\": \"$family\"" "$folder/json" ||
        fail "run $* does not say $family: $(grep '"kernels"' "$folder/json")"
}
for family in naive cpu gpu fused; do
    says $family --kernels $family
    "$GRADFLOW" devices --kernels $family | grep -q "kernels: $family" || fail "devices does not say $family"
done
# Weights far from 1 are the naive kernels' in every family.
says naive --kernels cpu --init normal --gain 0.0000001
"$GRADFLOW" run --device reference --kernels gpu --format json | grep -q '"kernels": null' || fail "the reference has a choice of kernels"
"$GRADFLOW" bench --device opencl --kernels naive --shape 2x5x3 --seconds 0.01 --format csv >"$folder/csv" || fail "bench failed"
[ "$(awk -F, '{ print $15 }' "$folder/csv" | sort | uniq -c | xargs)" = "1 kernels 3 naive" ] ||
    fail "bench does not name its kernels: $(cat "$folder/csv")"
"$GRADFLOW" verify --device opencl --kernels tiles 2>"$folder/err" && fail "an unknown family was accepted"
GRADFLOW_KERNELS=tiles "$GRADFLOW" run --device opencl >/dev/null 2>"$folder/err" && fail "GRADFLOW_KERNELS=tiles was accepted"
grep -q "GRADFLOW_KERNELS is 'tiles'; allowed are naive, cpu, gpu, fused" "$folder/err" || fail "the sentence is: $(cat "$folder/err")"
echo "every family can be had and is named"
