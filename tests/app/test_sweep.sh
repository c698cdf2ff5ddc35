#!/bin/sh
# Many networks: each cell has the numbers that `run` has for that network; bad axes are refused in one sentence; what is
# called off leaves no picture.
set -u
unset DISPLAY WAYLAND_DISPLAY
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
fail() { echo "FAILED: $*" >&2; exit 1; }
sweep() { "$GRADFLOW" sweep --device cpu --width 16 --batch 8 "$@" 2>said </dev/null; }

# The cell against `run` of the same network: depth 20, gain 1.5 is the last of 2 x 3.
sweep --x gain=0.5,1.5 --y depth=5..20:3 --activation tanh --format csv >csv || fail "$(cat said)"
[ "$(wc -l <csv)" = 7 ] || fail "not 6 cells and a head: $(cat csv)"
[ "$(cut -d, -f1,2 csv | tr '\n' ' ')" = 'gain,depth 0.5,5 1.5,5 0.5,10 1.5,10 0.5,20 1.5,20 ' ] ||
    fail "the axes are: $(cut -d, -f1,2 csv)"
"$GRADFLOW" run --device cpu --width 16 --batch 8 --gain 1.5 --depth 20 --activation tanh --format csv >run ||
    fail 'run failed'
awk -F, 'FNR == 1 { file++ } file == 1 && FNR == 2 { w1 = $3; d1 = $7 } file == 1 { w = $3; d = $7 }
    file == 2 && $1 == 1.5 && $2 == 20 { bad = ($3 - (w1 - w)) ^ 2 + ($4 - (d1 - d)) ^ 2 > 1e-18; seen = 1 }
    END { exit bad || !seen }' run csv || fail "the cell is not what run says: $(tail -1 csv)"
awk -F, 'NR > 1 { n = $2 - 1; if ((exp(n * log($5)) / exp($4 * log(10)) - 1) ^ 2 > 1e-12) exit 1 }' csv ||
    fail 'the factor of a layer is not the root of the ratio'
grep -q ',vanishing,0,' csv && grep -q ',healthy,1,' csv || fail "verdicts are: $(cut -d, -f6 csv)"

# The same as JSON, names on an axis, one axis.
sweep --x activation=relu,tanh --format json >json || fail "$(cat said)"
for part in '"field": "activation"' '"relu"' '"log10_delta_ratio":' '"per_layer_factor":' '"verdict":' '"field": null'; do
    grep -q "$part" json || fail "the JSON lacks $part"
done
[ "$(grep -c '"log10_ratio":' json)" = 2 ] || fail 'not two cells in the JSON'
sweep --x gain=1:2:3 >table || fail "$(cat said)"
grep -q '1.5' table && grep -q vanishing table || fail "the table: $(cat table)"

# What does not fit is said in its cell; the others have their numbers.
sweep --x width=8,65536 --depth 2 --device reference --format csv >csv || fail "$(cat said)"
[ "$(grep -c '^65536,.*gives out .* at once' csv)" = 1 ] && grep -q '^8,[-0-9]' csv || fail "a network that does not fit: $(cat csv)"

sweep --x gain=0.5:3:30 --y depth=2..40:20 --theory -o heat.png --size 800x450 >/dev/null || fail "$(cat said)"
[ "$(od -An -tu1 -j 16 -N 8 heat.png | tr -s ' ')" = ' 0 0 3 32 0 0 1 194' ] || fail 'the heat map is not 800x450'
[ "$(wc -c <heat.png)" -gt 15000 ] || fail "the heat map has only $(wc -c <heat.png) bytes"
grep -q '^gradflow: .* networks, about' said || fail "no prediction: $(cat said)"
rm heat.png

refused() { # refused PART ARGUMENT...: exit code 2 and one sentence
    part=$1
    shift
    sweep "$@" >out
    code=$?
    [ $code = 2 ] && grep -qF -- "$part" said && [ "$(wc -l <said)" = 1 ] && [ ! -s out ] ||
        fail "exit code $code for: $*: $(cat said)"
}
refused "'colour' is no field" --x colour=1:2
refused "has no '='" --x gain
refused "--x: gain is 'one'" --x gain=one:2
refused '--x: gain goes from 2 to 1' --x gain=2:1
refused 'must be above 0' --x gain=0..2
refused "the count is '1'; allowed are whole numbers from 2 to 1000" --x gain=1:2:1
refused "the count is '1001'" --x gain=1:2:1001
refused 'activation has names' --x activation=1:2
refused "'swosh' is not known" --x activation=tanh,swosh
refused "--x: depth is ''" --x depth=1,,2
refused 'both gain' --x gain=1:2 --y gain=1:2
refused "needs --x" --y gain=1:2
refused 'are 10100 networks; allowed are up to 10000' --x gain=1:2:101 --y bias-std=0:1:100
refused 'ends in .png' --x gain=1:2 -o heat.jpg
refused 'is for a picture' --x gain=1:2 --light

"$GRADFLOW" sweep --device cpu --x gain=1:2:1000 --depth 300 --format csv -o heat.png >out 2>said &
pid=$!
sleep 1
kill -TERM $pid
wait $pid
code=$?
[ $code = 1 ] && grep -q cancelled said || fail "SIGTERM: exit code $code: $(cat said)"
[ ! -s out ] && [ -z "$(ls -d heat* 2>/dev/null)" ] || fail "left behind by what was cancelled: $(ls)"
echo 'a sweep says of every network what run says of it'
