# Another program destroys the window, or has the display close the connection (xkill): the program ends at once, with a
# sentence and code 1, and takes its engine along. Nothing is drawn any more: the size of a window that is gone is nonsense.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

lose_window() { # lose_window HOW SENTENCE
    engine=$(state engine pid)
    xdotool "$1" "$window"
    has_gone 3 "$program_pid" || fail "the program goes on after $1"
    wait "$program_pid"
    code=$?
    program_pid=''
    [ $code = 1 ] || fail "exit code $code after $1, expected 1"
    [ "$(wc -l <"$work/stderr")" = 1 ] || fail "more or less than a line after $1"
    grep -q "^gradflow: $2" "$work/stderr" || fail "the sentence after $1 is another than '$2'"
    has_gone 10 "$engine" || fail "the engine $engine was left behind"
}
gone='the window was destroyed by another program'

start_display 1400x900
# While nothing moves: here the next question about the window comes before the next picture.
for attempt in 1 2 3 4; do
    start_window deep-sigmoid --size 1280x720 --device cpu
    wait_until 30 'is run complete true && is engine waiting false'
    keys End
    wait_until 20 'is window still true'
    lose_window windowclose "$gone"
done

# In the middle of the wave, with the engine at work.
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
keys Home
lose_window windowclose "$gone"
start_window deep-sigmoid --size 1280x720 --device reference --depth 1500 --width 128 --batch 64
wait_until 30 'is engine state working && [ "$(state engine pid)" -gt 0 ]'
lose_window windowclose "$gone"

start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true'
lose_window windowkill 'the display was closed, or closed the connection'
echo 'the program goes with its window'
