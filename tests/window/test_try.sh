# Remedies: measured in the background, offered with their factor, applied by a click or by Enter; never in the way.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'
measured() { # every change was tried, and at least one was kept
    [ "$(state engine remedies)" -gt 0 ] && [ "$(state engine remedies_tried)" = "$(state engine remedies)" ] &&
        is engine background false
}
is run verdict vanishing || fail "thirty sigmoid layers are said to be $(state run verdict)"
wait_until 30 measured

# A new request comes first: the pass is there although changes are being measured.
keys r
wait_until 20 'is engine waiting false && [ "$(spec run seed)" = 2 ]'
wait_until 30 measured

was="$(spec explorer activation) $(spec explorer init) $(spec explorer norm) $(spec explorer skip)"
click try0
wait_until 20 '[ "$(spec run activation) $(spec run init) $(spec run norm) $(spec run skip)" != "'"$was"'" ] && is engine waiting false'
is run verdict healthy || fail "the first remedy makes it $(state run verdict)"
is explorer playing true || fail 'the result is not played'
is engine remedies 0 || fail 'a healthy network is offered remedies'

keys 2
wait_until 20 'is explorer scenario_index 1 && is run verdict vanishing && is engine waiting false'
wait_until 30 measured
focus try0 shift+Tab
keys Return
wait_until 20 'is run verdict healthy'
echo 'remedies are measured, offered and applied'
