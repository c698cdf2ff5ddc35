# An engine that is stopped (SIGSTOP) or killed in the middle of a pass: the window does not wait for it.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

stop_with_request() { # stop_with_request SIGNAL ARROW: the engine stands while it is asked for one layer more or less
    engine=$(state engine pid)
    kill -STOP "$engine"
    keys "$2"
    wait_until 5 'is engine waiting true'
    [ "$1" = STOP ] || kill "-$1" "$engine"
}
has_recovered() { # another engine has computed what was asked for
    wait_until 60 '! is engine pid "$engine" && is engine waiting false && [ "$(spec run depth)" = "$(spec explorer depth)" ]'
    [ -n "$(state engine notice)" ] || fail 'nothing was said about the lost engine'
}

freeze_and_kill() { # sets gap, and gap_limit from the frames of the start: they say what this machine makes of 100 ms
    start_window deep-sigmoid --size 1280x720 --device reference
    wait_until 30 'is run complete true && is engine waiting false'
    answers before
    focus depth
    frames_go_on 2 before
    gap=$(state window gap_worst_ms) gap=${gap%.*}
    gap_limit=$(((250 + (gap > 250 ? gap : 250)) * ${GF_PATIENCE:-1}))

    # Five seconds after the request the window gives up a silent engine; that must not be noticed either.
    stop_with_request STOP Right
    frames_go_on 4 'while the engine was frozen'
    frames_go_on 2 'when the engine was given up'
    has_recovered

    stop_with_request STOP Left
    keys Escape
    answers 'while the engine was frozen'
    click stage 20 50
    wait_until 5 '[ "$(state explorer selected_layer)" -gt 0 ]'
    has_recovered

    focus depth
    stop_with_request KILL Right
    frames_go_on 2 'after the engine was killed'
    keys Escape
    answers 'after the engine was killed'
    has_recovered
    gap=$(state window gap_worst_ms) gap=${gap%.*}
    echo "frames were at most $gap ms apart, $gap_limit ms are allowed"
}

start_display 1400x900
# One frame of thousands may be late because of other programs; a window that waits for its engine is late every time.
for attempt in 1 2 3; do
    freeze_and_kill
    [ "$gap" -gt "$gap_limit" ] || break
    [ $attempt -lt 3 ] || fail "two frames were $gap ms apart, three times"
    kill "$program_pid" && wait "$program_pid"
done
echo 'the window does not wait for its engine'
