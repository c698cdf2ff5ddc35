#!/bin/sh
# Row 27 of the faults: no text of a user reaches a shell. Names are full of a shell's words; the only programs that are executed are
# those that were named, with each text as one argument.
set -u
. "$(dirname "$0")/faults.sh"
cd "$work" || exit 1
if ! command -v strace >/dev/null || ! strace -f -o trace true 2>/dev/null; then
    echo 'SKIPPED: strace is missing, or not allowed'
    exit 77
fi
unset DISPLAY WAYLAND_DISPLAY
cases=0

# executes CODE PROGRAMS COMMAND...: ends with that code; PROGRAMS, a line each in the letters of strace, are all that was executed.
executes() {
    code=$1 programs=$2
    shift 2
    # The leak sanitizer, where there is one, does not work under strace.
    ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace -f -qq -s 4096 -e trace=execve,execveat -e signal=none -o trace "$@" >out 2>err </dev/null
    got=$?
    [ $got = "$code" ] || fail "$*: exit code $got, expected $code"
    # A call that another thread or process interrupts is in two pieces; the name is in the first.
    grep -E 'execve(at)?\(' trace | grep -v ' = -1 ' | sed 's/^[0-9]* *execve("//; s/", \[.*//' | sort -u >ran
    printf '%s\n' "$programs" | sort -u >expected
    cmp -s ran expected || fail "$*: executed were $(tr '\n' ' ' <ran)"
    [ ! -e x ] || fail "$*: a shell has read it"
    cases=$((cases + 1))
}
passes() { grep -qF -- "$1" trace || fail "not one argument: $1"; }

# A shell would be seen.
executes 0 "$(command -v env)
$(command -v sh)" "$(command -v env)" sh -c :

tiny='--depth 2 --width 4 --batch 2'
odd='odd;$(touch x)`touch x`|touch x&'
mkdir "$odd"
ln -s "$GRADFLOW" "$odd/en gine"
# shellcheck disable=SC2086
executes 0 "$GRADFLOW
./$odd/en gine" "$GRADFLOW" run $tiny --device cpu --engine "'./$odd/en gine' engine --no-opencl"
passes "[\"./$odd/en gine\", \"engine\", \"--no-opencl\"]"

# Words are cut at blanks and nowhere else, and a text without "#!" is no program.
# shellcheck disable=SC2086
executes 1 "$GRADFLOW" "$GRADFLOW" run $tiny --engine '$(touch${IFS}x);touch x'
printf 'touch x\n' >"$odd/text"
chmod +x "$odd/text"
# shellcheck disable=SC2086
executes 1 "$GRADFLOW" "$GRADFLOW" run $tiny --engine "'./$odd/text'"

name=$(printf 'a "b" \047c\047;$(touch x)\nd')
printf '{"title":"T","label":"L","network":{"depth":2,"width":4,"batch":2}}' >"$name.json"
executes 0 "$GRADFLOW
/proc/self/exe" "$GRADFLOW" run "./$name.json" --device cpu

# An ffmpeg that makes no video: what it was told is all that is asked here.
ln -s "$(command -v env)" "$odd/ffmpeg"
PATH=$work/$odd:$PATH
# shellcheck disable=SC2086
executes 1 "$GRADFLOW
/proc/self/exe
$work/$odd/ffmpeg" "$GRADFLOW" render $tiny --device cpu --size 320x180 --seconds 0.2 --fps 10 -o "$name.mp4"
passes '"file:a \"b\" '"'c'"';$(touch x)\nd.mp4'
echo "$cases commands"
