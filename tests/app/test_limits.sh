#!/bin/sh
# Every number on the command line has a least and a largest: both are taken, what is one beyond them is refused. Nothing is
# computed: the engine that is asked for is not there, which is found out after the command line has been read.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0
missing=/nowhere/engine

# ask CODE ARGUMENTS...
ask() {
    expected=$1
    shift
    "$GRADFLOW" "$@" >"$folder/out" 2>"$folder/err" </dev/null
    got=$?
    said="'$missing' cannot be started"
    [ "$expected" -eq 1 ] || said="allowed\|must be\|too long"
    if [ $got -ne "$expected" ] || ! grep -q -- "$said" "$folder/err" || [ -s "$folder/out" ]; then
        echo "gradflow $*: exit $got, expected $expected and '$said'"
        cat "$folder/err"
        failures=$((failures + 1))
    fi
}

# limits COMMAND FLAG LEAST BELOW LARGEST ABOVE OPTIONS...
limits() {
    command=$1 flag=$2 least=$3 below=$4 largest=$5 above=$6
    shift 6
    for taken in "$least" "$largest"; do ask 1 "$command" "$flag=$taken" --engine $missing "$@"; done
    for refused in "$below" "$above"; do ask 2 "$command" "$flag=$refused" --engine $missing "$@"; done
}

limits run --depth 1 0 1000000 1000001
limits run --width 1 0 65536 65537
limits run --batch 1 0 65536 65537
limits run --input-width 0 -1 65536 65537
limits run --output-width 0 -1 65536 65537
limits run --seed 0 -1 9223372036854775807 9223372036854775808
for flag in --sigma --gain --bias-std --skip-scale; do limits run $flag 0 -0.0001 1000000 1000000.0001; done
limits run --loss-scale 1e-300 0 1e6 1000001 --precision fp16
limits run --rows 0 -1 2147483647 2147483648
limits run --seeds 1 0 1000 1001
limits render --at 0 -0.001 1 1.001 -o "$folder/x.png"
limits render --size 320x180 319x180 16384x16384 16384x16385 -o "$folder/x.png"
limits render --size 320x180 320x179 16384x16384 16385x16384 -o "$folder/x.png"
limits render --layer 1 0 10 1000001 -o "$folder/x.png"
limits render --seconds 0.1 0.099 3600 3600.1 --fps 1 -o "$folder/x.mp4"
limits render --fps 1 0 240 241 -o "$folder/x.mp4"
for size in '' x 320 320x 320x180x2 x180 ' 320x180' -320x180 320X180 320x180px 99999999999999999999x180; do
    ask 2 render --size "$size" -o "$folder/x.png"
done
limits sweep --x gain=0:1e6:2 gain=-1:1:2 gain=1:2:1000 gain=1:2:1001

limits sweep --x seed=0:3:4 seed=-1:3:5 seed=0:9e18:2 seed=0:9223372036854775807:2
# values COUNT: a list of so many
values() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "%s1", i ? "," : "gain=" }'; }
ask 1 sweep --engine $missing --x "$(values 1000)"
ask 2 sweep --engine $missing --x "$(values 1001)"
for axis in gain=1:x gain=x:1 "activation=$(printf '%040d' 1)" gain= depth=1..x; do ask 2 sweep --engine $missing --x "$axis"; done

# words COUNT: an engine's command of so many words
words() { awk -v n="$1" -v first=$missing 'BEGIN { printf "%s", first; for (i = 1; i < n; i++) printf " x" }'; }
ask 1 run --engine "$(words 64)"
"$GRADFLOW" run --engine "$(words 65)" 2>"$folder/err"
[ $? -eq 2 ] && grep -q 'over 64 words' "$folder/err" || { echo "65 words: $(cat "$folder/err")"; failures=1; }

"$GRADFLOW" run --engine "$(words 64) 'quoted'" 2>"$folder/err"
[ $? -eq 2 ] || { echo "65 words, one in quotes: $(cat "$folder/err")"; failures=1; }

# shapes COUNT: a list of so many for bench
shapes() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "%s1x1x1", i ? "," : "" }'; }
for shape in 1000000x65536x65536 "$(shapes 32)"; do
    "$GRADFLOW" bench --device abacus --shape "$shape" 2>"$folder/err"
    [ $? -eq 1 ] && grep -q "'abacus' is not there" "$folder/err" || { echo "$shape: $(cat "$folder/err")"; failures=1; }
done
for sweep in depth width batch; do
    "$GRADFLOW" bench --device abacus --sweep $sweep 2>"$folder/err"
    [ $? -eq 1 ] && grep -q "'abacus' is not there" "$folder/err" || { echo "--sweep $sweep: $(cat "$folder/err")"; failures=1; }
done
for shape in 1000001x1x1 1x65537x1 1x1x65537 0x1x1 1x1x0,1x1x1 "$(shapes 33)"; do
    "$GRADFLOW" bench --device abacus --shape "$shape" 2>"$folder/err"
    [ $? -eq 2 ] && grep -q -e "--shape " "$folder/err" || { echo "$shape: $(cat "$folder/err")"; failures=1; }
done
[ -z "$(find "$folder" -name 'x.*')" ] || { echo 'something was written'; failures=1; }
[ $failures -eq 0 ] && echo 'every limit holds, at it and one beyond'
exit $((failures > 0))
