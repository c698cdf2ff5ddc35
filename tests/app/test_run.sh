#!/bin/sh
# The three formats of one run, checked with tools every system has.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "$*"
    exit 1
}

# The table: within 80 columns, the layers of the listing, no colour codes in a file.
"$GRADFLOW" run --device reference >"$folder/table" || fail "run failed"
awk 'length($0) > 110' "$folder/table" | grep -v '^on ' && fail "a line is wider than 80 columns (in bytes: 110)"
grep -q "$(printf '\033')" "$folder/table" && fail "colour codes in a file"
[ "$(grep -cE '^ +[0-9]+ ' "$folder/table")" -eq 10 ] || fail "the table does not have 10 layers"
grep -qE '^verdict +vanishing, cannot train' "$folder/table" || fail "no verdict"
grep -q 'AutoTrainer' "$folder/table" || fail "the rule does not name its source"

# Deep: thinned, and it says so; 0 gives all.
"$GRADFLOW" run --device reference --depth 100 --width 4 --batch 4 >"$folder/deep" || fail "deep run failed"
grep -q '(40 of 100 layers' "$folder/deep" || fail "a thinned table does not say so"
[ "$("$GRADFLOW" run --device reference --depth 100 --width 4 --batch 4 --rows 0 | grep -cE '^ +[0-9]+ ')" -eq 100 ] ||
    fail "--rows 0 does not give all layers"

# Theory beside the measurement: one column more in the table within the same 80 columns, three in the CSV.
"$GRADFLOW" run --device reference --theory >"$folder/theory" || fail "--theory failed"
LC_ALL=C grep -v '^on ' "$folder/theory" | LC_ALL=C sed 's/[^ -~]//g' | awk 'length($0) > 80 { bad = 1; print } END { exit bad }' ||
    fail "--theory leaves the 80 columns"
grep -qE '^ +layer .*theory' "$folder/theory" || fail "--theory has no column"
grep -qE '^theory .*chi' "$folder/theory" || fail "--theory names no chi"
[ "$("$GRADFLOW" run --device reference --theory --format csv | awk -F, '{ print NF }' | sort -u)" -eq 22 ] ||
    fail "--theory does not add three fields to the CSV"
"$GRADFLOW" run --device reference --depth 100 --width 16 --batch 4 | grep -q 'plain fp32: gradient is exactly zero from layer' ||
    fail "the table does not say where float32 has nothing left"

# CSV: a header and a line per layer with the same number of fields.
"$GRADFLOW" run --device reference --format csv >"$folder/csv" || fail "csv failed"
[ "$(wc -l <"$folder/csv")" -eq 11 ] || fail "csv does not have 11 lines"
[ "$(awk -F, '{ print NF }' "$folder/csv" | sort -u | wc -l)" -eq 1 ] || fail "csv lines differ in their fields"

# Numbers beyond a double keep their logarithm: sigmoid at 1,000 layers is far below 1e-308.
"$GRADFLOW" run --device reference --depth 1000 --width 8 --batch 4 --format csv | sed -n 2p |
    awk -F, '$2 != 0 || $3 > -500 { print "layer 1 of 1000: " $2 " and log10 " $3; bad = 1 } END { exit bad }' ||
    fail "the deep gradient has a floor"

# A sick network gets measured remedies; several seeds a band of three numbers for each of two quantities.
grep -qE '^try +ReLU \+ He normal +x[01]\.' "$folder/table" || fail "no measured remedy"
"$GRADFLOW" run --device reference --seeds 4 >"$folder/seeds" || fail "--seeds failed"
grep -q '^4 seeds' "$folder/seeds" || fail "no ensemble"
[ "$(awk 'NF == 7 && $1 ~ /^[0-9]+$/ && $2 <= $3 && $3 <= $4 && $5 <= $6 && $6 <= $7' "$folder/seeds" | wc -l)" -eq 10 ] ||
    fail "the band is not ordered in 10 layers"

# Help goes to stdout with exit 0, and lists every network option.
"$GRADFLOW" run --help >"$folder/help" || fail "--help failed"
for flag in depth width batch activation init gain seed device kernels format export; do
    grep -q -- "--$flag" "$folder/help" || fail "--help does not list --$flag"
done
# Commands that are about devices list no network, and take none.
for command in devices verify doctor; do
    "$GRADFLOW" $command --help >"$folder/help" || fail "$command --help failed"
    grep -q -- '--kernels' "$folder/help" || fail "$command --help does not list --kernels"
    grep -q -- '--depth' "$folder/help" && fail "$command --help lists options of networks"
    for word in --depth=3 classic-listing; do
        "$GRADFLOW" $command $word >"$folder/out" 2>"$folder/err"
        [ $? = 2 ] || fail "$command takes $word"
        grep -qF -- "${word%=3}" "$folder/err" || fail "$command $word: the sentence is '$(cat "$folder/err")'"
    done
done
echo "table, CSV and help are as promised"
