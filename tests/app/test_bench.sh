#!/bin/sh
# bench on a tiny shape: its JSON has what scripts rely on, its numbers are consistent, its bad input is refused.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "$*"
    exit 1
}

"$GRADFLOW" bench --device cpu --shape 3x16x8,2x32x4 --seconds 0.01 --format json >"$folder/json" 2>"$folder/err" ||
    fail "bench failed: $(cat "$folder/err")"
for key in depth width batch device backend scope median_ms iqr_ms runs gflops peak_gflops peak_share \
    launches_per_step cold_ms kernels; do
    [ "$(grep -c "\"$key\":" "$folder/json")" -eq 6 ] || fail "not 6 results (2 shapes, 3 scopes) with \"$key\""
done
"$GRADFLOW" bench --device cpu --shape 3x16x8 --seconds 0.01 --format csv >"$folder/csv" || fail "csv failed"
# gflops is 2 batch depth width^2 a product over the median: 2 * 8 * 3 * 256 operations, two products in the passes
# alone and three in a step.
awk -F, 'NR > 1 { want = 12288 * ($5 == "passes" ? 2 : 3) / ($6 * 1e6); if ($10 / want > 1.001 || $10 / want < 0.999 || $9 < 10) bad = 1 }
         END { exit bad || NR != 4 }' "$folder/csv" || fail "the rate does not follow from the time: $(cat "$folder/csv")"
"$GRADFLOW" bench --shape 3x16 2>"$folder/err" && fail "a shape without a batch was accepted"
grep -q 'DEPTHxWIDTHxBATCH' "$folder/err" || fail "the sentence does not say what a shape is"
"$GRADFLOW" bench --shape 3x0x8 2>"$folder/err" && fail "a width of 0 was accepted"
"$GRADFLOW" bench --frames 10 2>"$folder/err" && fail "--frames without --render was accepted"
echo "bench reports what it promises"
