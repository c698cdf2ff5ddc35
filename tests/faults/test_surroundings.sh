#!/bin/sh
# A locale with a decimal comma changes no number that is read or written; a run opens no connection and writes no file but in caches.
set -u
. "$(dirname "$0")/faults.sh"
cd "$work" || exit 1
skipped=''
unset DISPLAY WAYLAND_DISPLAY # to whose server a picture would connect

# A locale that is made here, so that none has to be set up.
mkdir locales
localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 >/dev/null 2>&1
comma='LOCPATH='"$work"'/locales LC_ALL=de_DE.UTF-8'
# same COMMAND...: as with a decimal point and the same letters (a table has bars where there is UTF-8). Times differ from one run
# to the next, and so do predictions, which are made of measured times.
same() {
    echo "$*" >>cases
    LC_ALL=C.UTF-8 "$GRADFLOW" "$@" >plain 2>err || fail "$*: exit code $?"
    # shellcheck disable=SC2086
    env $comma "$GRADFLOW" "$@" >out 2>err || fail "$*, decimal comma: exit code $?"
    for file in plain out; do
        sed -i -e '/"\(forward\|backward\|statistics\|total\|predicted_seconds\)":/d' -e 's/, [0-9.]* ms$//' $file
    done
    [ -s plain ] || fail "$*: prints nothing"
    cmp -s plain out || fail "$*: a decimal comma changes it"
}
# shellcheck disable=SC2086
if [ "$(env $comma printf '%.1f' 1 2>/dev/null)" = 1,0 ]; then
    printf '{"title":"T","label":"L","network":{"depth":3,"width":8,"gain":1.25},"thresholds":{"vanishing_ratio":0.0125}}' >scenario.json
    for format in table json csv; do
        same run --device cpu --format $format --gain 1.5
        same run scenario.json --device cpu --format $format
        same sweep --device cpu --format $format --x gain=0.5:2.5:3 --y depth=2,4
    done
    env $comma "$GRADFLOW" run --device cpu --gain 1,5 >out 2>err && fail '--gain 1,5 is read as a number'
    env $comma "$GRADFLOW" run scenario.json --device cpu --export one >out 2>err || fail 'export with a decimal comma'
    "$GRADFLOW" run scenario.json --device cpu --export two >out 2>err
    cmp -s one two || fail 'a decimal comma changes what is exported'
else
    skipped='a decimal comma (localedef or the sources of locales are missing)'
fi

# The leak sanitizer, where there is one, does not work under strace.
watch() { ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace "$@"; }

# quiet COMMAND...: no socket, and no file outside the caches but those whose names begin with $written (and what a build for
# coverage counts).
written=''
quiet() {
    echo "$*" >>cases
    watch -f -qq -s 4096 -e trace=%network,openat,open,creat,mkdir,mkdirat,rename,unlink,truncate,link,symlink -o trace "$GRADFLOW" "$@" >out 2>err ||
        fail "$*: exit code $?"
    grep -q 'openat.*gradflow\|openat.*lib' trace || fail 'the trace is empty'
    grep -E '^[0-9]+ +(socket|connect|bind|send|recv|accept|listen)' trace >err && fail "$*: it opens a connection"
    grep -E 'O_WRONLY|O_RDWR|O_CREAT|^[0-9]+ +(creat|mkdir|mkdirat|rename|unlink|truncate|link|symlink)\(' trace | grep -v ' = -1 ' |
        grep -v -e "\"$POCL_CACHE_DIR" -e "\"$XDG_CACHE_HOME" -e '"/dev/null"' -e '"/dev/dri/' -e '"/proc/' -e "\"${written:-/dev/null}" -e '\.gcda"' >err && fail "$*: it writes a file"
}
if command -v strace >/dev/null && strace -o trace true 2>/dev/null; then
    quiet run
    quiet run --device cpu --format json
    quiet devices
    quiet scenarios
    quiet sweep --depth 2 --width 4 --batch 2 --x gain=1,2
    quiet bench --shape 2x8x4 --seconds 0.01
    written=still
    quiet render --size 320x180 --depth 2 --width 4 --batch 2 -o still.png
    [ -s still.png ] || fail "render writes no picture"
    written=
    "$GRADFLOW" run --device cpu --export three >out 2>err
    watch -f -qq -e trace=openat -o trace "$GRADFLOW" run --device cpu --export three >out 2>err
    grep -q 'three.*O_WRONLY' trace || fail 'strace does not see what is written'
else
    skipped="${skipped:+$skipped, }connections and files (strace is missing, or not allowed)"
fi
echo "$(wc -l <cases) commands"
[ -z "$skipped" ] || {
    echo "SKIPPED: $skipped"
    exit 77
}
