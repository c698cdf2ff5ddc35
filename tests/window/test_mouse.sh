# The mouse: a card chooses a scenario, a slider changes the network while it is dragged, a column tells its layer.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'
at() { # at X Y: move there, in design pixels of a height of 1080
    xdotool mousemove --window "$window" $(($1 * 2 / 3)) $(($2 * 2 / 3))
    sleep 0.2
}

# Cards, from the top of the list; the list may have been scrolled to the current one.
keys 1
wait_until 10 'is explorer scenario_index 0'
at 160 190
xdotool click 1
wait_until 10 'is explorer scenario_index 1'
at 160 135
xdotool click 1
wait_until 10 'is explorer scenario_index 0 && is engine waiting false'

# The depth slider is somewhere in the middle of the panel.
depth=$(spec explorer depth)
for y in 450 440 460 430 470 420 480; do
    at 150 $y
    xdotool mousedown 1
    sleep 0.15
    for x in 160 170 180 190; do
        at $x $y
    done
    xdotool mouseup 1
    sleep 0.3
    [ "$(spec explorer depth)" != "$depth" ] && break
done
[ "$(spec explorer depth)" != "$depth" ] || fail 'dragging along the depth slider changed nothing'
wait_until 60 'is run complete true && is engine waiting false && [ "$(spec run depth)" = "$(spec explorer depth)" ]'
is explorer edited true || fail 'a changed network still passes for the scenario'
is explorer moment 1.0 || fail 'a drag left the picture incomplete'

# Columns.
at 900 400
wait_until 5 '[ "$(state explorer hover_layer)" -gt 0 ]'
xdotool click 1
wait_until 5 '[ "$(state explorer selected_layer)" = "$(state explorer hover_layer)" ]'
echo 'the mouse does what it points at'
