#!/bin/sh
# bench --tune: a candidate that computes something else is refused, the choice is kept and used, and a cache that is broken,
# somebody else's or not to be written harms nothing.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
unset GRADFLOW_KERNELS

fail() {
    echo "$*"
    exit 1
}

"$GRADFLOW" devices | grep -q '^opencl:.*' || {
    echo "SKIPPED: there is no OpenCL device"
    exit 77
}
# The candidate with 8 panels of the gradient adds 1 % to every sum over lanes.
mkdir "$folder/kernels"
cp "$GF_SOURCE"/kernels/*.cl "$folder/kernels" || exit 1
sed -i "0,/return v.s0 + v.s1;/s//return (v.s0 + v.s1) * (GF_GRAD_PANELS == 8 ? 1.01f : 1.0f);/" "$folder/kernels/count.cl"
cmp -s "$folder/kernels/count.cl" "$GF_SOURCE/kernels/count.cl" && fail "the kernel was not broken"
export GRADFLOW_KERNEL_DIR="$folder/kernels" XDG_CACHE_HOME="$folder/cache"
# tune: the table of the CPU family's candidates, quickly
tune() {
    "$GRADFLOW" bench --tune --kernels cpu --device opencl --shape 2x32x32 "$@" >"$folder/out" 2>"$folder/err" ||
        fail "bench --tune $*: $(cat "$folder/err")"
}
# devices FOUND?: whether the device says that it is tuned
tuned() { "$GRADFLOW" devices --kernels cpu | grep -q 'kernels: cpu, tuned: '; }

tuned && fail "tuned before it was"
tune
grep -q '^  gradient 8 .*wrong: |dL/dW| of layer 1 is ' "$folder/out" || fail "a wrong candidate was not refused: $(cat "$folder/out")"
[ "$(grep -c ' chosen$' "$folder/out")" -eq 1 ] || fail "not one candidate was chosen: $(cat "$folder/out")"
tuned || fail "the choice is not used"
file=$(ls "$folder"/cache/gradflow/tuning-*)
[ -f "$file" ] && [ "$(ls "$folder/cache/gradflow" | wc -l)" -eq 1 ] || fail "not one file is kept: $(ls "$folder/cache/gradflow")"
cp "$file" "$folder/good"

# unusable WHAT: the file as it is now is taken for none, and everything works
unusable() {
    tuned && fail "a cache that is $1 was believed"
    "$GRADFLOW" run --device opencl --kernels cpu --depth 2 --width 4 --batch 2 >/dev/null || fail "a cache that is $1 stops a run"
}
head -c 150 "$folder/good" >"$file" && unusable "cut"
head -c -1 "$folder/good" >"$file" && unusable "cut by one byte"
sed 's/^device .*/device of somebody else/' "$folder/good" >"$file" && unusable "of another device"
sed 's/^kernels .*/kernels 0123456789abcdef/' "$folder/good" >"$file" && unusable "of other kernels"
sed 's/^choice .*/choice a candidate that never was/' "$folder/good" >"$file" && unusable "of another version"
head -c 5000 /dev/urandom >"$file" && unusable "noise"
: >"$file" && unusable "empty"
rm "$file" && mkdir "$file" && unusable "a folder"
rmdir "$file"
cp "$folder/good" "$file" && tuned || fail "the good file is not believed any more"
# Where nothing can be kept, tuning says so and is no failure.
XDG_CACHE_HOME="$folder/good/x" tune
grep -q 'not kept: ' "$folder/out" || fail "nobody says that the choice is not kept: $(cat "$folder/out")"
echo "// edited" >>"$folder/kernels/loss.cl"
tuned && fail "a choice among other kernels was believed"
"$GRADFLOW" bench --tune --kernels naive --device opencl >/dev/null 2>"$folder/err" && fail "naive kernels were tuned"
grep -q 'there is nothing to tune' "$folder/err" || fail "the sentence is: $(cat "$folder/err")"
"$GRADFLOW" bench --tune --device reference 2>"$folder/err" && fail "the reference was tuned"
grep -q "for OpenCL devices" "$folder/err" || fail "the sentence is: $(cat "$folder/err")"

# First use in a benchmark tries some, quietly.
unset GRADFLOW_KERNEL_DIR
"$GRADFLOW" bench --device opencl --shape 2x16x8 --seconds 0.01 --format csv >"$folder/csv" 2>"$folder/err" || fail "bench failed"
"$GRADFLOW" devices | grep -q 'kernels: .*, tuned: ' || fail "the first benchmark keeps no choice"
echo "candidates are checked, and the cache can do no harm"
