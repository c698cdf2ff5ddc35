#!/bin/sh
# Gradients have no floor and no ceiling: sigmoid and exploding relu from 1 to 10,000 layers, every device against the
# reference in double, whose exponent is carried too. log10 of the first layer's gradient within 1e-4; at 10,000 layers of
# relu within 1e-6 of its 8,189 decades, because float32 now and then sees a unit on the other side of its corner.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0

# first DEVICE DEPTH OPTIONS...: log10 |dL/dW| and log10 rms delta of layer 1
first() {
    device=$1 depth=$2
    shift 2
    "$GRADFLOW" run --device "$device" --depth "$depth" --width 16 --batch 8 --format csv "$@" | sed -n 2p |
        cut -d, -f3,7
}

devices=$("$GRADFLOW" devices | grep -o '^[a-z][a-z:0-9]*' | grep -v reference)
for depth in 1 63 64 65 75 512 1000 10000; do
    for network in 'sigmoid xavier_normal' 'relu normal'; do
        set -- $network
        expected=$(first reference $depth --activation "$1" --init "$2")
        [ -n "$expected" ] || failures=1
        for device in $devices; do
            found=$(first "$device" $depth --activation "$1" --init "$2")
            echo "$found,$expected" | awk -F, -v depth=$depth '{
                most = depth > 1000 ? 1e-6 * ($3 < 0 ? -$3 : $3) : 1e-4
                a = $1 - $3; b = $2 - $4
                exit !(NF == 4 && a < most && a > -most && b < most && b > -most) }' || {
                echo "$device, $depth layers of $1: log10 $found, the reference has $expected"
                failures=1
            }
        done
    done
done
# A quarter a layer at most, and in truth a little less: far below what a double holds.
first reference 1000 --activation sigmoid --init xavier_normal |
    awk -F, '{ exit !($1 < -600 && $1 > -700) }' || failures=1
first reference 1000 --activation relu --init normal | awk -F, '{ exit !($2 > 400) }' || failures=1
[ $failures -eq 0 ] && echo "every device has the same gradients at every depth"
exit $failures
