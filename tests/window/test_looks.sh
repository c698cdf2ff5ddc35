# What stage and chart show: the forward pass, zoom and pan, theory, the band of seeds, what the chart measures, colours.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import identify awk

start_display 1400x900
start_window thousand-layers --size 1280x720
wait_until 60 'is run complete true && is engine waiting false'

# The forward wave goes right, then the gradient comes back.
pause_wave 'is explorer is_forward true'
moment=$(state explorer moment)
keys Right
wait_until 5 'awk "BEGIN { exit !($(state explorer moment) > $moment) }"'
keys Left Left
wait_until 5 'awk "BEGIN { exit !($(state explorer moment) < $moment) }"'
keys f
wait_until 5 'is explorer forward false && is explorer is_forward false && is explorer moment 0.0'
focus forward.phase
keys Return Escape
wait_until 5 'is explorer forward true && is explorer focus ""'
keys End

# Zoom with the wheel, pan with the hand, all of it again.
at_control stage 70 40
wheel up 6
shown() { # shown LAYERS: no more than these
    awk "BEGIN { exit !($(state explorer span_last) > 0 && $(state explorer span_last) - $(state explorer span_first) < $1) }"
}
wait_until 5 'shown 300'
first=$(state explorer span_first)
at_control stage 40 40
button down
for across in 45 50 55 60; do at_control stage $across 40; done
button up
wait_until 5 'awk "BEGIN { exit !($(state explorer span_first) < $first) }"'
is explorer selected_layer 0 || fail 'a drag opened a layer'
keys 0
wait_until 5 'is explorer span_first 0.0 && is explorer span_last 0.0'
at_control chart 30 60
wheel up 2
wait_until 5 '! is explorer span_last 0.0'
wheel down 3
wait_until 5 'is explorer span_last 0.0'

# The chart.
keys 2
wait_until 20 'is explorer scenario deep-sigmoid && is engine waiting false && is explorer theory_shown true'
keys t
wait_until 5 'is explorer theory false && is explorer theory_shown false'
focus theory
keys Return
wait_until 5 'is explorer theory_shown true'
keys Escape m
wait_until 5 'is explorer measure Delta'
focus measure
keys Down Escape
wait_until 5 'is explorer measure "Activation std" && is explorer theory_shown false'
keys m m m m
wait_until 5 'is explorer measure "Weight gradient"'
keys e
wait_until 20 'is explorer band_shown true && is engine seeds 8 && is engine background false'
keys r
wait_until 20 '[ "$(spec run seed)" = 2 ] && is explorer band_shown true && is engine seeds 8 &&
    is engine waiting false && is engine background false'
click seeds
wait_until 5 'is explorer band_shown false && is engine seeds 0'
click seeds
wait_until 20 'is engine seeds 8'
keys 1
wait_until 20 'is explorer scenario_index 0 && is engine waiting false && is engine seeds 0 && is explorer band_shown false'

keys l
wait_until 5 'is explorer light true'
keys End
still_picture "$work/light.png"
[ "$(identify -format '%[fx:mean>0.5]' "$work/light.png")" = 1 ] || fail 'the light profile is dark'
keys l
wait_until 5 'is explorer light false'
echo 'stage and chart show what they are asked for'
