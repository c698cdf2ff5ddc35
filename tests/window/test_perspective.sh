# The stage in perspective: the key and the switch, the right button turns it, a click still finds its column.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import compare awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true && is engine waiting false'
keys End
wait_until 5 'is explorer moment 1.0'
is explorer perspective false || fail 'the stage is in perspective from the start'
at_control light
still_picture "$work/flat.png"
keys p
wait_until 5 'is explorer perspective true'
yaw=$(state explorer yaw) pitch=$(state explorer pitch)
still_picture "$work/deep.png"
[ "$(differing_pixels "$work/flat.png" "$work/deep.png")" -gt 50000 ] || fail 'perspective looks flat'

# A drag that begins on the stage.
at_control stage 50 50
wait_until 5 '[ "$(state explorer hover_layer)" -gt 0 ]'
across=$(state explorer mouse_x) down=$(state explorer mouse_y)
button down 3
point $((across + 90)) $((down + 30))
wait_until 5 '! is explorer yaw "$yaw" && ! is explorer pitch "$pitch"'
button up 3
turned=$(state explorer yaw)
point $((across + 150)) $((down + 30))
is explorer yaw "$turned" || fail 'the stage turns without the button'
is explorer selected_layer 0 || fail 'the right button selects'
keys bracketright
wait_until 5 '! is explorer yaw "$turned"'
keys bracketleft
wait_until 5 'is explorer yaw "$turned"'
pitch=$(state explorer pitch)
keys braceright
wait_until 5 '! is explorer pitch "$pitch"'

# Which column is where: further right is a later layer.
before=$(state explorer hover_layer)
at_control stage 40 50
wait_until 5 '[ "$(state explorer hover_layer)" -lt "$before" ]'
layer=$(state explorer hover_layer)
at_control stage 60 50
wait_until 5 '[ "$(state explorer hover_layer)" -gt "$layer" ]'
click stage 40 50
wait_until 5 'is explorer selected_layer "$layer"'
keys Escape

# Switching it on again begins with the usual view.
click perspective
wait_until 5 'is explorer perspective false'
click perspective
wait_until 5 'is explorer perspective true && is explorer yaw "'"$yaw"'"'
echo 'the stage can be seen from the side'
