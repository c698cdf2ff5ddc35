# Two networks side by side: a copy is put beside, the controls change A, the two change places, B goes again.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import compare awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true && is engine waiting false'
keys End
wait_until 5 'is explorer moment 1.0'
[ -z "$(spec other depth)" ] || fail 'there is a second network from the start'
at_control light
still_picture "$work/alone.png"
keys c
wait_until 10 '[ "$(spec other activation)" = sigmoid ] && is other verdict vanishing && [ -n "$(state controls compare.swap)" ]'

# The controls are those of A.
focus activation
keys Down Down Escape
wait_until 20 '[ "$(spec run activation)" = relu ] && is engine waiting false'
[ "$(spec other activation)" = sigmoid ] || fail 'B changed with A'
still_picture "$work/both.png"
[ "$(differing_pixels "$work/alone.png" "$work/both.png")" -gt 50000 ] || fail 'two networks look like one'

keys x
wait_until 10 '[ "$(spec run activation)" = sigmoid ] && [ "$(spec other activation)" = relu ] && [ "$(spec explorer activation)" = sigmoid ]'
is run verdict vanishing || fail "after the swap A is $(state run verdict)"
click compare.swap
wait_until 10 '[ "$(spec run activation)" = relu ] && [ "$(spec explorer activation)" = relu ]'
click compare.copy
wait_until 10 '[ "$(spec other activation)" = relu ]'

# Other depths go along.
keys 1
wait_until 20 'is explorer scenario_index 0 && is engine waiting false && [ "$(spec run depth)" = 10 ]'
[ "$(spec other depth)" = 30 ] || fail 'B changed with the scenario'
keys Home
wait_until 10 'is explorer playing true'
keys c
wait_until 10 '[ -z "$(spec other depth)" ] && [ -z "$(state controls compare.swap)" ]'
keys c
wait_until 10 '[ "$(spec other depth)" = 10 ]'
click compare.close
wait_until 10 '[ -z "$(spec other depth)" ]'

# A scenario asks for it: both are run, and every control is for the side that was chosen.
kill "$program_pid" && wait "$program_pid"
start_window side-by-side-inits --size 1280x720
wait_until 20 'is explorer comparing true && is explorer side A && [ "$(spec run init)" = xavier_normal ] && is run verdict vanishing'
wait_until 20 '[ "$(spec other init)" = he_normal ] && is other verdict healthy && is explorer edited false'
keys n
wait_until 5 'is explorer side B && [ "$(spec explorer init)" = he_normal ]'
focus activation
keys Down Escape
wait_until 20 '[ "$(spec other activation)" = leaky_relu ] && is explorer edited true'
[ "$(spec run activation)" = relu ] || fail 'A changed with B'
keys r
wait_until 20 '[ "$(spec other seed)" = 2 ] && [ "$(spec run seed)" = 1 ]'
keys ctrl+z ctrl+z
wait_until 20 '[ "$(spec other activation)" = relu ] && [ "$(spec other seed)" = 1 ] && is explorer edited false'
click stage.b 70 40
wait_until 5 'is explorer side B && [ "$(state explorer selected_layer)" -gt 0 ]'
wait_until 20 'is inspection z true'
keys Escape
click compare.a
wait_until 5 'is explorer side A && [ "$(spec explorer init)" = xavier_normal ]'
focus compare.b
keys Return Escape
wait_until 5 'is explorer side B'
keys x
wait_until 10 '[ "$(spec run init)" = he_normal ] && [ "$(spec other init)" = xavier_normal ] && [ "$(spec explorer init)" = xavier_normal ]'
keys 1
wait_until 20 'is explorer comparing false && [ -z "$(spec other depth)" ] && is explorer side A'

echo 'two networks can be compared'
