#!/bin/sh
# verify prints a table and says in its exit code whether every check passed.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

"$GRADFLOW" verify >"$folder/out" 2>&1
code=$?
devices=$("$GRADFLOW" devices | grep -c '^[a-z]')
[ $code -eq 0 ] && [ "$(grep -c 'every check passed' "$folder/out")" -eq "$devices" ] || {
    echo "verify of $devices devices: exit $code"
    grep -v ' ok$' "$folder/out"
    exit 1
}
for row in 'weights, same bits' 'known answer' 'slope of the loss' 'batch norm' 'orthogonal' 'residual'; do
    grep -q "$row.* ok$" "$folder/out" || {
        echo "no passed row '$row'"
        exit 1
    }
done
"$GRADFLOW" verify --device abacus >"$folder/out" 2>&1
[ $? -eq 1 ] && grep -q "'abacus' is not there" "$folder/out" || {
    echo "an unknown device was not refused"
    exit 1
}
echo "verify passes on every device"
