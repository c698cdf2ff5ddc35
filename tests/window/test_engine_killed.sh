# kill -9 of the engine in the middle of a pass: a sentence, a new engine, and the pass comes whole after all.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import identify awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720 --device reference --depth 1500 --width 128 --batch 64
wait_until 30 'first=$(state engine pid) && is engine state working && is engine waiting true && [ "$first" -gt 0 ]'
kill -9 "$first"
wait_until 30 '[ "$(state engine restarts)" -ge 1 ] && ! is engine pid "$first" && ! is engine pid 0'
[ -n "$(state engine notice)" ] || fail 'nothing was said about the lost engine'
wait_until 100 'is run complete true && is engine waiting false'
[ "$(spec run depth)" = 1500 ] || fail "the pass that came back has $(spec run depth) layers"
is run first_ready 1 || fail "only the layers from $(state run first_ready) on are in the picture"
is run verdict vanishing || fail "thousands of sigmoid layers are said to be $(state run verdict)"
keys End
still_picture "$work/after.png"
[ "$(colours "$work/after.png")" -gt 200 ] || fail 'the picture did not come back'

# And when nothing is being computed: the picture stays, the next pass is computed by the next engine.
second=$(state engine pid)
kill -9 "$second"
wait_until 30 '! is engine pid "$second" && ! is engine pid 0'
is run complete true || fail 'the picture went with the engine'
keys Home
frames=$(state window frames)
wait_until 10 '[ "$(state window frames)" -gt $((frames + 5)) ]'
keys 1
wait_until 100 'is explorer scenario_index 0 && is engine waiting false && [ "$(spec run depth)" != 1500 ]'
echo 'the picture outlives its engine'
