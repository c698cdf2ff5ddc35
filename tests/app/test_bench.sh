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
# A time that was predicted is above 0, and never below that of less work; passes alone have none.
awk -F': ' '{ sub(/,$/, "", $2) }
    $1 ~ /"predicted_ms"/ { predicted = $2 }
    $1 ~ /"scope"/ { scope = $2 }
    /^ *}/ {
        if (scope == "\"passes\"") { good += predicted == "null"; step = 0 }
        if (scope == "\"step\"") { good += predicted > 0; step = predicted }
        if (scope == "\"whole\"") good += step > 0 && predicted + 0 >= step + 0
    }
    END { exit good != 6 }' "$folder/json" || fail "predictions: $(grep -E 'scope|predicted' "$folder/json")"
"$GRADFLOW" bench --device cpu --shape 3x16x8 --seconds 0.01 --format csv >"$folder/csv" || fail "csv failed"
# gflops is 2 batch depth width^2 a product over the median: 2 * 8 * 3 * 256 operations, two products in the passes
# alone and three in a step.
awk -F, 'NR > 1 { want = 12288 * ($5 == "passes" ? 2 : 3) / ($6 * 1e6); if ($10 / want > 1.001 || $10 / want < 0.999 || $9 < 10) bad = 1 }
         END { exit bad || NR != 4 }' "$folder/csv" || fail "the rate does not follow from the time: $(cat "$folder/csv")"
"$GRADFLOW" bench --shape 3x16 2>"$folder/err" && fail "a shape without a batch was accepted"
grep -q 'DEPTHxWIDTHxBATCH' "$folder/err" || fail "the sentence does not say what a shape is"
"$GRADFLOW" bench --shape 3x0x8 2>"$folder/err" && fail "a width of 0 was accepted"
"$GRADFLOW" bench --frames 10 2>"$folder/err" && fail "--frames without --render was accepted"

# A whole step makes its weights, which for one sample takes four times as long as the step (fastest of all blocks).
"$GRADFLOW" bench --device cpu --shape 2x512x1 --seconds 0.05 --format csv >"$folder/csv" || fail "csv failed"
awk -F, '$5 == "step" { step = $8 } $5 == "whole" { exit !($8 > 2 * step) }' "$folder/csv" ||
    fail "a whole step has the weights of the one before: $(cat "$folder/csv")"

# A shape that a device has no memory for has its reason, and no figure of the shape before it.
GRADFLOW_MEMORY_MIB=20 "$GRADFLOW" bench --device cpu --shape 1x4x2,2x65536x64 --seconds 0.01 --format csv >"$folder/csv" ||
    fail "a shape that is too large took the others with it"
awk -F, '$2 == 65536 { rows++; wrong += $6 != 0 || $13 != 0 || $14 != 0 || $15 != "" || $16 !~ /65536.* need / || $NF != "" }
    $2 == 4 && $5 == "step" { good = $6 > 0 && $NF > 0 } END { exit !(rows == 3 && !wrong && good) }' "$folder/csv" ||
    fail "a refused shape has figures: $(cat "$folder/csv")"

# A sweep varies one size of one shape, and its figure is a picture of the size asked for.
"$GRADFLOW" bench --device cpu --sweep batch --shape 1x4x9 --seconds 0.01 --plot "$folder/plot.png" --size 800x450 \
    >"$folder/table" 2>"$folder/err" || fail "the sweep failed: $(cat "$folder/err")"
[ "$(sed -n 's/^1x4, batch \([0-9]*\):.*/\1/p' "$folder/table" | tr '\n' ' ')" = '1 4 16 64 256 1024 ' ] ||
    fail "the sweep is not over the batch: $(cat "$folder/table")"
grep -q '^cpu *the time of a step grows as batch^-\{0,1\}[0-9]' "$folder/table" || fail "no law of growth: $(cat "$folder/table")"
[ "$(od -An -tu1 -j 16 -N 8 "$folder/plot.png" | tr -s ' ')" = ' 0 0 3 32 0 0 1 194' ] || fail "the figure is not 800x450"
[ "$(wc -c <"$folder/plot.png")" -gt 8000 ] || fail "the figure has only $(wc -c <"$folder/plot.png") bytes"
refused() { # refused PART ARGUMENT...: exit code 2 and a sentence with PART, before anything is timed
    part=$1
    shift
    "$GRADFLOW" bench "$@" >"$folder/out" 2>"$folder/err"
    [ $? = 2 ] && grep -qF -- "$part" "$folder/err" && [ ! -s "$folder/out" ] || fail "bench $*: $(cat "$folder/err")"
}
refused "--sweep is 'seed'; allowed are depth, width, batch" --sweep seed
refused '--shape has 2 shapes; --sweep varies one' --sweep depth --shape 1x2x3,4x5x6
refused 'ends in .png' --plot figure.svg
refused '--plot FILE.png' --size 800x450
refused 'no --shape' --render --plot figure.png
echo "bench reports what it promises"
