# A person at the window: the wave moves, keys do what the help says, and the program ends only when asked.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import identify compare awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'

# The picture is there, and it moves.
wait_until 10 'is explorer playing true'
picture "$work/early.png"
sleep 1
picture "$work/later.png"
[ "$(colours "$work/early.png")" -gt 200 ] || fail "the picture has only $(colours "$work/early.png") colours"
[ "$(differing_pixels "$work/early.png" "$work/later.png")" -gt 500 ] || fail 'nothing moved within a second of the wave'

# Playback.
keys End
wait_until 5 'is explorer moment 1.0 && is explorer playing false'
keys Right
wait_until 5 'is explorer front 2.0'
keys Left
wait_until 5 'is explorer front 1.0'
pause_wave '! is explorer front 1.0'
front=$(state explorer front)
sleep 0.5
is explorer front "$front" || fail "the wave moved from $front to $(state explorer front) while paused"
keys space
wait_until 5 '! is explorer front "$front"'

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
sleep 0.3
picture "$work/blank.png"
[ "$(colours "$work/blank.png")" = 1 ] || fail "the blank window has $(colours "$work/blank.png") colours"
keys b
wait_until 5 'is explorer blank false'

# Full screen, and out of it without quitting.
keys F11
wait_until 10 'is window full_screen true && is window width 1400 && is window height 900'
keys Escape
wait_until 10 'is window full_screen false && is window width 1280'
keys Escape
sleep 0.5
kill -0 "$program_pid" || fail 'Escape ended the program'

keys ctrl+q
limit=$(($(date +%s) + 10))
while kill -0 "$program_pid" 2>/dev/null; do
    [ "$(date +%s)" -le $limit ] || fail 'Ctrl+Q did not end the program within 10 s'
    sleep 0.25
done
wait "$program_pid"
code=$?
program_pid=''
[ $code = 0 ] || fail "the program ended with $code after Ctrl+Q"
[ -s "$work/stderr" ] && fail 'the program complained'
echo 'the window does what its keys say'
