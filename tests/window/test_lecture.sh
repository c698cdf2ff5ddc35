# A scenario with steps is a lecture: the keys of a remote control walk its steps, then the scenarios.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

cat >"$work/lecture.json" <<'END'
{
    "title": "Three networks one after the other",
    "label": "A lecture",
    "network": { "depth": 8, "width": 16, "activation": "tanh", "init": "xavier_normal" },
    "steps": [
        { "title": "Tanh is where we begin", "text": "Every layer keeps most of the gradient." },
        { "title": "Sigmoid loses it", "text": "At most a quarter is left by each layer, whatever the weights are.", "network": { "activation": "sigmoid" } },
        { "title": "Twice as deep", "text": "And it is a power of the depth.", "network": { "depth": 16 } }
    ]
}
END
start_display 1400x900
start_window "$work/lecture.json" --size 1280x720
on_step() { # on_step NUMBER DEPTH ACTIVATION TITLE
    wait_until 20 'is explorer step '"$1"' && is engine waiting false && [ "$(spec run depth)" = '"$2"' ] &&
        [ "$(spec run activation)" = '"$3"' ] && is explorer title "'"$4"'" && is explorer edited false'
}
on_step 1 8 tanh 'Tanh is where we begin'
is explorer step_count 3 || fail "the lecture has $(state explorer step_count) steps"
keys Next
on_step 2 8 sigmoid 'Sigmoid loses it'
keys Next
on_step 3 16 sigmoid 'Twice as deep'
keys Prior
on_step 2 8 sigmoid 'Sigmoid loses it'
click step.on
on_step 3 16 sigmoid 'Twice as deep'
click step.back
on_step 2 8 sigmoid 'Sigmoid loses it'

# A change is the lecturer's own network; the next step is the author's again.
focus gain
keys Right
wait_until 20 'is explorer edited true && is explorer step 2'
keys Escape
wait_until 5 'is explorer focus ""'
keys Next
on_step 3 16 sigmoid 'Twice as deep'

# Behind the last step comes the list, and before its first scenario the lecture's last step.
keys Next
wait_until 20 'is explorer scenario_index 0 && is explorer step 1 && is engine waiting false' # a lecture itself
keys Prior
on_step 3 16 sigmoid 'Twice as deep'
keys b
wait_until 5 'is explorer blank true'
keys period
wait_until 5 'is explorer blank false'
keys F5
wait_until 10 'is window full_screen true'
keys F5
wait_until 10 'is window full_screen false'
echo 'a lecture goes step by step'
