# A layer at large: opened by a click on its column or by Enter, closed by Escape, its cross or the column again.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import compare awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'
keys End
wait_until 5 'is explorer moment 1.0'
is explorer selected_layer 0 || fail 'a layer is open at the start'
click stage 20 50
wait_until 5 '[ "$(state explorer selected_layer)" -gt 0 ] && [ -n "$(state controls inspector.close)" ]'
layer=$(state explorer selected_layer)
# What the record does not hold is read from the engine meanwhile: z and dL/dW of this layer, whole.
wait_until 20 'is inspection layer "$layer" && is inspection z true && is inspection weight_grad true'
still_picture "$work/open.png"

# What is behind it does not get the mouse.
click stage 80 60
is explorer selected_layer "$layer" || fail 'a click into the panel went through it'
keys Up
wait_until 5 'is explorer selected_layer $((layer + 1))'
wait_until 20 'is inspection layer $((layer + 1)) && is inspection z true && is inspection weight_grad true'
keys Down
wait_until 5 'is explorer selected_layer "$layer"'
keys Escape
wait_until 5 'is explorer selected_layer 0'
is window full_screen false || fail 'Escape did more than close the panel'
at_control chart 50 95
still_picture "$work/closed.png"
[ "$(differing_pixels "$work/open.png" "$work/closed.png")" -gt 20000 ] || fail 'the panel is hardly there'

# The column again, another column, the cross, the keyboard.
click stage 20 50
wait_until 5 'is explorer selected_layer "$layer"'
click stage 20 50
wait_until 5 'is explorer selected_layer 0'
click stage 80 50
wait_until 5 '[ "$(state explorer selected_layer)" -gt "$layer" ]'
click inspector.close
wait_until 5 'is explorer selected_layer 0'
at_control chart 50 95
keys Return
wait_until 5 '[ "$(state explorer selected_layer)" -gt 0 ]'
keys Return
wait_until 5 'is explorer selected_layer 0'
keys Home
wait_until 5 'is explorer playing true'
echo 'a layer opens and closes'
