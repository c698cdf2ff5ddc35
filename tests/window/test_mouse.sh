# The mouse: a card chooses a scenario, a slider changes the network while it is dragged, a column tells its layer.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'

# Cards.
keys 1
wait_until 10 'is explorer scenario_index 0'
click scenario1
wait_until 10 'is explorer scenario_index 1'
click scenario0
wait_until 10 'is explorer scenario_index 0 && is engine waiting false'

# A slider, while it is dragged and after.
depth=$(spec explorer depth)
at_control depth 40
button down
for across in 45 50 55 60; do at_control depth $across; done
[ "$(spec explorer depth)" != "$depth" ] || fail 'dragging along the depth slider changed nothing'
button up
wait_until 60 'is run complete true && is engine waiting false && [ "$(spec run depth)" = "$(spec explorer depth)" ]'
is explorer edited true || fail 'a changed network still passes for the scenario'
is explorer moment 1.0 || fail 'a drag left the picture incomplete'

# A number is typed after a click on it.
click depth.number.open
wait_until 5 'is explorer typing true'
text 17
keys Return
wait_until 20 '[ "$(spec run depth)" = 17 ] && is engine waiting false'

# A list opens, and takes the click on its item below.
was=$(spec explorer activation)
click activation
click activation 50 250
wait_until 10 '[ "$(spec explorer activation)" != "'"$was"'" ]'

# The wheel scrolls the list of scenarios.
was=$(state controls scenario0)
at_control scenario1
wheel down 2
wait_until 5 '[ "$(state controls scenario0)" != "'"$was"'" ]'

# Columns.
at_control stage 20 50
wait_until 5 '[ "$(state explorer hover_layer)" -gt 0 ]'
click
wait_until 5 '[ "$(state explorer selected_layer)" = "$(state explorer hover_layer)" ]'

# The chart moves the wave.
at_control chart 80 50
button down
front=$(state explorer front)
at_control chart 30 50
wait_until 5 '! is explorer front "$front" && is explorer playing false'
button up
echo 'the mouse does what it points at'
