#!/bin/sh
# Row 17 of the faults: the nth allocation of the program or of the engine fails. A sentence and exit code 1, or the right result;
# never a crash, never half a result with exit code 0. GF_FAULTS=all takes every n.
set -u
. "$(dirname "$0")/faults.sh"
cd "$work" || exit 1
if ldd "$GRADFLOW" | grep -q 'lib[a-z]*san'; then
    echo 'SKIPPED: a sanitizer has allocations of its own'
    exit 77
fi
printf '{"title":"T","label":"L","line":"x","network":{"depth":3,"width":4,"gain":1.5},"steps":[{"title":"A","text":"B","network":{"depth":2}}]}' >scenario.json
strikes=0 refused=0

# clean: without what differs from one run to the next.
clean() {
    sed -e '/_ms"\|"time\|"forward"\|"backward"\|"statistics"\|"total"\|"predicted_seconds"\|"fell_back_from"/d' -e 's/, [0-9.]* ms$//' -e 's/, because .*//' "$1"
}

# every STEP PROCESS COMMAND...: call 1, 1 + STEP, ... until there are no more.
every() {
    step=$1 process=$2
    shift 2
    [ "${GF_FAULTS:-}" = all ] && step=1
    "$GRADFLOW" "$@" >out 2>err || fail "$*: undisturbed"
    clean out >right
    n=1
    while :; do
        rm -f struck
        FAULT_MEMORY="$process $n" FAULT_MEMORY_LOG=struck LD_PRELOAD=$GF_FAULTS_DIR/libfault_memory.so timeout 60 "$GRADFLOW" "$@" >out 2>err
        code=$?
        [ -e struck ] || break
        case $code in
        0) clean out | cmp -s - right || fail "$*: allocation $n of $process fails, exit code 0 and another result" ;;
        1) grep -q '^gradflow: ' err || fail "$*: allocation $n of $process fails, and no sentence" ;;
        *) fail "$*: allocation $n of $process fails: exit code $code" ;;
        esac
        [ "$(ls ./*.part 2>/dev/null)" ] && fail "$*: allocation $n of $process fails: half a file is left"
        refused=$((refused + (code != 0)))
        strikes=$((strikes + 1))
        n=$((n + step))
    done
    [ $n -gt 1 ] || fail "$*: no allocation of $process was there to fail"
}

tiny='--depth 2 --width 4 --batch 2'
c="$GRADFLOW engine --no-opencl"
# shellcheck disable=SC2086
{
    every 11 run run --device cpu $tiny --engine "$c"
    every 41 run run --device cpu $tiny --engine "$c" --format json
    every 11 run run --device reference $tiny --engine "$c" --format csv --export tensors
    every 11 run run scenario.json --device cpu --engine "$c"
    every 11 engine run --device cpu $tiny --engine "$c"
    every 11 engine run --device reference $tiny --engine "$c" --export tensors
    every 23 sweep sweep --device cpu $tiny --engine "$c" --x gain=1,2
}
every 199 scenarios scenarios
echo "$strikes allocations failed, $refused of them cost the result"
