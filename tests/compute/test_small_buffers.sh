#!/bin/sh
# A device whose largest buffer is smaller than a segment, or than a layer: the arrays are cut, the results are the same; what cannot
# be cut is refused with both sizes. PoCL plays it: of POCL_MEMORY_LIMIT=1 (GiB) it allows a quarter in one buffer.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

"$GRADFLOW" devices | grep -q PoCL || {
    echo "SKIPPED: PoCL is not installed"
    exit 77
}
export GRADFLOW_SELF_TEST=off

table() { "$GRADFLOW" run --device opencl:0 --depth 20 --width 2000 --batch 1 --format csv; }
table >"$folder/whole" || exit 1
POCL_MEMORY_LIMIT=1 table >"$folder/cut" || exit 1
[ "$(wc -l <"$folder/whole")" -ge 20 ] || {
    echo "no table"
    exit 1
}
cmp "$folder/whole" "$folder/cut" || exit 1

# One layer's weights beyond the largest buffer are made in blocks; orthogonal ones cannot be.
one() { "$GRADFLOW" run --device opencl:0 --depth 2 --width 9000 --batch 1 --format csv "$@"; }
one >"$folder/whole" || exit 1
POCL_MEMORY_LIMIT=1 one >"$folder/cut" || exit 1
cmp "$folder/whole" "$folder/cut" || exit 1

POCL_MEMORY_LIMIT=1 one --init orthogonal >"$folder/out" 2>"$folder/error" && {
    echo "a buffer beyond the limit was not refused"
    exit 1
}
grep -q '309.0 MiB' "$folder/error" && grep -q '256.0 MiB' "$folder/error" || {
    echo "the sentence lacks the sizes:"
    cat "$folder/error"
    exit 1
}
