#!/bin/sh
# Bad usage and bad input: the right exit code, one sentence on stderr that names the thing, nothing on stdout, nothing
# left behind.
set -u
folder=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
failures=0

# refused CODE SENTENCE_PART ARGUMENTS...
refused() {
    code=$1 part=$2
    shift 2
    "$GRADFLOW" "$@" >"$folder/out" 2>"$folder/err" </dev/null
    got=$?
    if [ $got -ne "$code" ] || ! grep -qF -- "$part" "$folder/err" || [ -s "$folder/out" ] ||
        [ "$(wc -l <"$folder/err")" -ne 1 ]; then
        echo "gradflow $*: exit $got, expected $code and one sentence with '$part':"
        cat "$folder/err"
        failures=$((failures + 1))
    fi
}

refused 2 "'swosh' is not known; there are sigmoid" run --activation swosh
refused 2 "'xavier' is not known; there are xavier_normal" run --init xavier
refused 2 "--depth is '0'" run --depth 0
refused 2 "--depth is '1000001'" run --depth 1000001
refused 2 "--width is '-5'; allowed are whole numbers from 1 to 65536" run --width -5
refused 2 "--width is '010x'" run --width 010x
refused 2 "--width is ''" run --width ''
refused 2 "--batch is '1e3'" run --batch 1e3
refused 2 "--gain is 'nan'" run --gain nan
refused 2 "--gain is '0x10'" run --gain 0x10
refused 2 "--gain is '1,5'" run --gain 1,5
refused 2 "--seed is '-1'" run --seed -1
refused 2 "--format is 'xml'; allowed are table, json, csv" run --format xml
refused 2 "--kernels is 'tiles'; allowed are naive, cpu, gpu, fused" run --kernels tiles
refused 2 "--colour: unknown option; --help lists" run --colour
refused 2 "--dept: unknown option; did you mean --depth? --help lists" run --dept 5
refused 2 "did you mean --activation?" run --activaton=relu
refused 2 "did you mean --theory?" run --teory
refused 2 "did you mean --seconds?" bench --second 1
refused 2 "--depth: missing argument; --help lists" run --depth
refused 2 "did you mean --depth?" --dept 5
refused 2 "'rnu' is neither a command nor a scenario; did you mean 'gradflow run'?" rnu --depth 5
refused 2 "did you mean 'gradflow scenarios'?" scenario
refused 2 "did you mean 'deep-sigmoid'?" deep-sigmod
refused 2 "'two' is a second one" run one two
refused 2 "scenario 'nothing' is not known; 'gradflow scenarios' lists them" run nothing
refused 2 "'deep-sigmod' is not known; did you mean 'deep-sigmoid'? 'gradflow scenarios'" run deep-sigmod
# A value that is too long for a sentence loses its middle: the reason stays.
long=$(printf '%4000s' '' | tr ' ' x)
refused 2 "x' is not known; 'gradflow scenarios' lists them, and a path to a .json file is allowed" run "$long"
refused 1 "x.json cannot be opened: File name too long" run "$folder/$long.json"
refused 1 "x/out.safetensors cannot be written: File name too long" run --depth 1 --export "$folder/$long/out.safetensors"
refused 2 "x' is not known; there are sigmoid" run --activation "$long"
refused 2 "x'; allowed are whole numbers from 1 to 1000000" run --depth "$long"
refused 2 "x' is a second one" run deep-sigmoid "$long"
# What a terminal would obey is written out, in what is the user's and in what a file says.
odd=$(printf 'a\nb\033[2Jc\302\233d')
written='a\nb\x1b[2Jc\xc2\x9bd'
printf '{"title":"T","label":"L","network":{},"x\\u001b[2J":1}' >"$folder/escape.json"
refused 2 "scenario '$written' is not known" run "$odd"
refused 1 "$written.json cannot be opened" run "$folder/$odd.json"
refused 2 "--$written: unknown option" run "--$odd"
refused 2 "'$written' is not known; there are sigmoid" run --activation "$odd"
refused 2 "key 'x\x1b[2J' is not known" run "$folder/escape.json"
export GRADFLOW_MEMORY_MIB=64
refused 1 "has 64.0 MiB" run --depth 100000 --width 2000
unset GRADFLOW_MEMORY_MIB
refused 1 "device 'abacus' is not there" run --device abacus
refused 1 "/nowhere/engine" run --engine /nowhere/engine
refused 2 "open quote" run --engine "'open"
refused 2 "--rows is '-1'" run --rows -1
refused 2 "engine takes only" engine --fast
refused 2 "--shape is '99999999999x1x1'" bench --shape 99999999999x1x1
refused 2 "--shape is '3x4'" bench --shape 3x4
refused 2 "--shape is '3x4x5x6'" bench --shape 3x4x5x6
refused 2 "--shape is ' 3x+4x5'" bench --shape ' 3x+4x5'

scenario='{"title":"T","label":"L","network":{"depth":3}}'
printf '{"title":"T","label":"L","network":{},"x":1}' >"$folder/unknown.json"
printf '{"title":"T","label":"L","network":{"depth":1,"depth":2}}' >"$folder/twice.json"
printf '%.30s' "$scenario" >"$folder/cut.json"
: >"$folder/empty.json"
mkdir "$folder/dir.json"
head -c 300000 /dev/zero | tr '\0' ' ' >"$folder/large.json"
refused 2 "unknown.json:1:39: key 'x' is not known" run "$folder/unknown.json"
refused 2 "twice.json:1:" run "$folder/twice.json"
refused 2 "cut.json:1:" run "$folder/cut.json"
refused 2 "empty.json:1:" run "$folder/empty.json"
refused 1 "dir.json is a folder" run "$folder/dir.json"
refused 2 "larger than the 262144 bytes" run "$folder/large.json"
refused 1 "missing.json" run "$folder/missing.json"

refused 1 "/nowhere/x.safetensors" run --export /nowhere/x.safetensors
refused 1 "is a folder" run --export "$folder"
# The folder goes away while the network runs.
mkdir "$folder/gone"
refused 1 "gone/x cannot be written" run --export "$folder/gone/x" \
    --engine "sh -c 'rmdir \"$folder/gone\" && exec \"$GRADFLOW\" engine --no-opencl'"
"$GRADFLOW" run --device reference >/dev/full 2>"$folder/err"
if [ $? -ne 1 ] || ! grep -q 'No space left' "$folder/err"; then
    echo "a full disk behind stdout went unnoticed"
    failures=$((failures + 1))
fi
left=$(find "$folder" -name '*.part' | wc -l)
[ "$left" -eq 0 ] || { echo "$left temporary files were left behind"; failures=1; }

[ $failures -eq 0 ] && echo "every bad input was refused in one sentence"
exit $((failures > 0))
