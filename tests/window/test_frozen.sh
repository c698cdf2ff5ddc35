# An engine that is stopped (SIGSTOP) or killed in the middle of a pass: the window does not wait for it.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720 --device reference
wait_until 30 'is run complete true && is engine waiting false'
answers before

play() { # seven seconds in which every frame is another
    keys Home
    wait_until 10 'is explorer playing true'
}
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

focus depth
play
frames_go_on 2 20 'before'
gap=$(state window gap_worst_ms)
# Five seconds after the request the window gives up a silent engine; that must not be noticed either.
stop_with_request STOP Right
keys Home
frames_go_on 4 40 'while the engine was frozen'
frames_go_on 2 20 'when the engine was given up'
has_recovered

stop_with_request STOP Left
keys Escape
answers 'while the engine was frozen'
at_control stage 20 50
xdotool click 1
wait_until 5 '[ "$(state explorer selected_layer)" -gt 0 ]'
has_recovered

focus depth
stop_with_request KILL Right
play
frames_go_on 2 20 'after the engine was killed'
keys Escape
answers 'after the engine was killed'
has_recovered

# Including the frames of the start, the longest of which say what this machine makes of 100 ms.
gap_limit=$(((250 + (${gap%.*} > 250 ? ${gap%.*} : 250)) * ${GF_PATIENCE:-1})) gap=$(state window gap_worst_ms)
echo "frames were at most ${gap%.*} ms apart, $gap_limit ms are allowed"
[ "${gap%.*}" -le $gap_limit ] || fail "two frames were $gap ms apart"
echo 'the window does not wait for its engine'
