# kill -9 of the X server: a sentence, code 1, no engine left behind, no half file.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

lose_display() {
    engine=$(state engine pid)
    kill -9 "$display_pid"
    wait "$display_pid" 2>/dev/null
    has_gone 10 "$program_pid" || fail 'the program goes on without a display'
    wait "$program_pid"
    code=$?
    program_pid=''
    [ $code = 1 ] || fail "exit code $code, expected 1"
    grep -q 'gradflow: the display was closed' "$work/stderr" || fail 'nothing was said'
    has_gone 10 "$engine" || fail "the engine $engine was left behind"
    kill "$manager_pid" 2>/dev/null
    wait "$manager_pid" 2>/dev/null
    manager_pid='' display_pid=''
    rm -f "$work/display"
}

mkdir "$work/kept" && cd "$work/kept" || exit 1
# While it draws, with the engine at work.
start_display 1400x900
start_window deep-sigmoid --size 1280x720 --device reference --depth 1500 --width 128 --batch 64
wait_until 30 'is engine state working && [ "$(state engine pid)" -gt 0 ]'
lose_display

# While pictures are being kept: each is whole or not there.
start_display 1400x900
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
xdotool key --delay 30 s s s s
wait_until 10 'ls | grep -q png'
xdotool key s
lose_display
for file in *; do
    case $file in
    *.png) [ "$(tail -c 8 "$file" | head -c 4)" = IEND ] || fail "$file is half a picture" ;;
    *) fail "$file was left behind" ;;
    esac
done
echo "$(ls | wc -l) pictures, all whole"
