# A person at the window: the wave moves, keys do what the help says, and the program ends only when asked.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import identify compare awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'

# The picture is there, and it moves.
keys Home
picture "$work/early.png"
wait_until 20 'is explorer moment 1.0'
picture "$work/later.png"
[ "$(colours "$work/early.png")" -gt 200 ] || fail "the picture has only $(colours "$work/early.png") colours"
[ "$(differing_pixels "$work/early.png" "$work/later.png")" -gt 500 ] || fail 'the wave changed nothing'

# Playback.
keys End
wait_until 5 'is explorer moment 1.0 && is explorer playing false'
keys Right
wait_until 5 'is explorer front 2.0'
keys Left
wait_until 5 'is explorer front 1.0'
pause_wave '! is explorer front 1.0'
moment=$(state explorer moment)
wait_until 5 'is window still true'
is explorer moment "$moment" || fail "the wave moved from $moment to $(state explorer moment) while paused"
keys space
wait_until 5 '! is explorer moment "$moment"'

# Scenarios.
index=$(state explorer scenario_index)
keys Next
wait_until 10 'is explorer scenario_index $((index + 1))'
keys Prior
wait_until 10 'is explorer scenario_index "$index"'
keys 1
wait_until 10 'is explorer scenario_index 0 && is engine waiting false'
seed=$(spec explorer seed)
keys r
wait_until 10 '[ "$(spec run seed)" = $((seed + 1)) ] && is explorer edited true'

# What is shown.
keys h
wait_until 5 'is explorer panels_hidden true'
keys h question
wait_until 5 'is explorer help true && is explorer panels_hidden false'
keys Escape
wait_until 5 'is explorer help false'
keys plus
wait_until 5 '! is explorer zoom 1.0'
keys minus
wait_until 5 'is explorer zoom 1.0'
keys period
wait_until 5 'is explorer blank true'
still_picture "$work/blank.png"
[ "$(colours "$work/blank.png")" = 1 ] || fail "the blank window has $(colours "$work/blank.png") colours"
keys b
wait_until 5 'is explorer blank false'

# Full screen, and out of it without quitting.
keys F11
wait_until 10 'is window full_screen true && is window width 1400 && is window height 900'
keys Escape
wait_until 10 'is window full_screen false && is window width 1280'
keys Escape
kill -0 "$program_pid" || fail 'Escape ended the program'

xdotool key ctrl+q
has_gone 10 "$program_pid" || fail 'Ctrl+Q did not end the program within 10 s'
wait "$program_pid"
code=$?
program_pid=''
[ $code = 0 ] || fail "the program ended with $code after Ctrl+Q"
[ -s "$work/stderr" ] && fail 'the program complained'
echo 'the window does what its keys say'
