#!/bin/sh
# Row 28 of the faults: Ctrl-C, SIGTERM and a closed terminal at any moment of everything that writes a file, and an engine that is killed
# at any moment of a run. Either the new file is whole or the old one is as it was; nothing lies beside it.
set -u
. "$(dirname "$0")/faults.sh"
cd "$work" || exit 1
trials=5
[ "${GF_FAULTS:-}" = all ] && trials=40
count=0

# A half file, not the empty one that shows at first whether one can be written.
await_half() {
    until find out -name '*.part' -size +0 2>/dev/null | grep . >part || ! kill -0 "$1" 2>/dev/null; do :; done
}

# interrupt SIGNAL DELAY COMMAND...: send it after so many seconds, or where DELAY is "part" as soon as a half file lies in out/.
interrupt() {
    signal=$1 delay=$2
    shift 2
    rm -rf out && mkdir out && echo old >out/old.safetensors && cp out/old.safetensors out/old.png && cp out/old.png out/old.mp4
    env --default-signal=INT --default-signal=HUP "$GRADFLOW" "$@" >said.out 2>said &
    pid=$!
    if [ "$delay" = part ]; then
        await_half $pid
    else
        sleep "$delay"
    fi
    kill -"$signal" $pid 2>/dev/null
    wait $pid
    code=$?
    count=$((count + 1))
    cp said err
}

# check FILE: what may lie there after an interrupt.
check() {
    case $code in
    0) [ "$(head -c 3 "$1")" != old ] || fail "$1: exit code 0 and still the old file" ;;
    1) grep -q 'cancelled; nothing was written' said || fail "$1: exit code 1, and not because it was cancelled" ;;
    129 | 130 | 143) ;;
    *) fail "$1: exit code $code after SIG$signal at $delay" ;;
    esac
    # A signal that came when the file was whole ends the rest of the command.
    [ $code = 0 ] || [ "$(head -c 3 "$1")" = old ] || { [ $code -gt 128 ] && cmp -s "$1" whole; } || fail "$1: exit code $code, and the old file is gone"
    [ "$(ls out)" = "$(printf 'old.mp4\nold.png\nold.safetensors')" ] || fail "SIG$signal at $delay: something is left: $(ls out | tr '\n' ' ')"
}

# anywhere FILE COMMAND...: at moments that are spread over the time that it takes.
anywhere() {
    file=$1
    shift
    start=$(date +%s%N)
    interrupt CONT 0 "$@"
    [ $code = 0 ] || fail "undisturbed: exit code $code"
    cp "$file" whole
    took=$((($(date +%s%N) - start) / 1000000))
    trial=0
    while [ $trial -lt $trials ]; do
        case $((trial % 3)) in 0) name=INT ;; 1) name=TERM ;; 2) name=HUP ;; esac
        at=$((took * trial / trials))
        interrupt $name "$((at / 1000)).$(printf %03d $((at % 1000)))" "$@"
        check "$file"
        trial=$((trial + 1))
    done
}

large='--device cpu --depth 60 --width 256 --export out/old.safetensors'
# shellcheck disable=SC2086
anywhere out/old.safetensors run $large
# shellcheck disable=SC2086
for name in INT TERM HUP; do
    interrupt $name part run $large
    [ -s part ] || fail 'there was no half file to interrupt at'
    check out/old.safetensors
    [ $code -gt 128 ] || fail "an export went on after SIG$name: exit code $code"
done
small='--device cpu --size 320x180'
# shellcheck disable=SC2086
anywhere out/old.png render $small -o out/old.png
anywhere out/old.png sweep --device cpu --x depth=2,20 --y gain=1,2 -o out/old.png --size 640x360
if command -v ffmpeg >/dev/null; then
    # shellcheck disable=SC2086
    anywhere out/old.mp4 render $small --seconds 1 --fps 10 -o out/old.mp4
fi
# A folder is whole or gone.
trial=0
while [ $trial -lt $trials ]; do
    # shellcheck disable=SC2086
    interrupt TERM 0.$((trial * 3 % 10)) render $small --seconds 1 --fps 10 -o out/film/
    [ $code = 0 ] && [ "$(ls out/film | wc -l)" != 10 ] && fail "a film of $(ls out/film | wc -l) frames"
    [ $code != 0 ] && [ -e out/film ] && fail "exit code $code, and the folder is still there"
    trial=$((trial + 1))
done

# The engine is killed after so many seconds (0: not): the numbers are right all the same. What lasts is a network on the first device there is.
kill_engine() {
    "$GRADFLOW" run --format csv --depth 400 --width 64 --batch 64 >out/csv 2>err &
    pid=$!
    sleep "$1"
    engine=$(cat /proc/$pid/task/$pid/children)
    # shellcheck disable=SC2086
    [ "$1" = 0 ] || { [ -n "$engine" ] && kill -9 $engine && killed=$((killed + 1)); }
    wait $pid || fail "killed after $1 s: exit code $?"
    cut -d, -f3 out/csv | tail -n +2 >numbers
    [ "$(wc -l <numbers)" = 400 ] || fail "killed after $1 s: $(wc -l <numbers) layers"
    [ -e undisturbed ] || cp numbers undisturbed
    # Another device may have computed it, in another order.
    paste numbers undisturbed | awk '$1 - $2 > 1e-3 || $2 - $1 > 1e-3 { exit 1 }' || fail "killed after $1 s: other numbers"
}
killed=0
kill_engine 0 # nothing is killed, and the caches are there
start=$(date +%s%N)
kill_engine 0
took=$((($(date +%s%N) - start) / 1000000))
trial=0
while [ $trial -lt $((trials * 2)) ]; do
    at=$((took * 7 * trial / (trials * 20))) # a later one may be quicker than the one that was timed
    kill_engine "$((at / 1000)).$(printf %03d $((at % 1000)))"
    count=$((count + 1))
    trial=$((trial + 1))
done
[ $killed -gt $trials ] || fail "only $killed engines were there to be killed"

# During an export: the next device computes it again, and the file is whole.
"$GRADFLOW" run --device cpu --depth 60 --width 256 --export whole >out/table 2>err || fail 'an export'
"$GRADFLOW" run --depth 60 --width 256 --export first >out/table 2>err || fail 'an export'
"$GRADFLOW" run --depth 60 --width 256 --export out/again >out/table 2>err &
pid=$!
await_half $pid
# shellcheck disable=SC2046
kill -9 $(cat /proc/$pid/task/$pid/children) || fail 'no engine was there to be killed in an export'
wait $pid || fail "an export whose engine was killed: exit code $?"
# Where it had nothing to do at that moment, it is asked again.
cmp -s out/again whole || cmp -s out/again first || fail 'an export whose engine was killed is another one'
grep -q 'was ended by signal 9' err || fail 'an export whose engine was killed: nothing said'

echo "$count interrupts, $killed engines killed"
