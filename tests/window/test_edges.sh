# A tiny network shows every edge: dL/dW of all its layers is read behind the picture, and again after a change.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import compare awk

start_display 1400x900
start_window tiny-by-hand --size 1280x720
wait_until 30 'is run complete true && is inspection edges 4'
keys End
wait_until 5 'is explorer moment 1.0'
at_control light
still_picture "$work/edges.png"
keys r
wait_until 20 '[ "$(spec run seed)" = 2 ] && is inspection edges 4'
keys End
is explorer moment 1.0 || fail 'the pictures are of different moments'
still_picture "$work/others.png"
[ "$(differing_pixels "$work/edges.png" "$work/others.png")" -gt 2000 ] || fail 'other weights have the same edges'
keys p
wait_until 5 'is explorer perspective true'
keys p
focus width
keys Return
wait_until 5 'is explorer typing true'
text 17
keys Return
wait_until 20 '[ "$(spec run width)" = 17 ] && is inspection edges 0'
echo 'a tiny network shows its edges'
