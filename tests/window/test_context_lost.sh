# The graphics driver resets and takes the OpenGL context with it: everything is made again, the picture and the network
# stay. And a request that the display refuses is told, not died of.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import compare awk
layer=${GF_FAULTS_DIR:?}/libfault_display.so
[ -e "$layer" ] || { echo 'skipped: built without X11'; exit 77; }
# Where the program was built with the address sanitizer, that has to be loaded first.
sanitizer=$(ldd "$GRADFLOW" | awk '/libasan/ { print $3 }')

reset() { # as a driver does it
    frames=$(state window frames)
    touch "$work/reset"
    xdotool key Left # which may be lost with the window
    wait_until 10 '[ ! -e "$work/reset" ]'
    wait_until 60 'grep -q "made again" "$work/stderr"'
    find_window
    wait_until 10 '[ "$(state window frames)" -gt $((frames + 5)) ]'
    : >"$work/stderr"
}

start_display 1400x900
# Of the program alone: what else is started from here has faults of its own under a sanitizer.
printf '#!/bin/sh\nexec env LD_PRELOAD="%s" "%s" "$@"\n' "$sanitizer $layer" "$GRADFLOW" >"$work/gradflow"
chmod +x "$work/gradflow"
GRADFLOW=$work/gradflow GF_FAULT_RESET=$work/reset GF_FAULT_REFUSAL=$work/refusal
export GF_FAULT_RESET GF_FAULT_REFUSAL
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false && is engine background false'
keys End
xdotool mousemove 1399 899
answers before
still_picture "$work/before.png"
engine=$(state engine pid)

reset
wait_until 10 'case $(state explorer said) in *"made again"*) ;; *) false ;; esac'
is engine pid "$engine" || fail 'the engine went with the picture'
is run complete true || fail 'the run went with the picture'
answers 'after a reset'
still_picture "$work/after.png"
apart=$(differing_pixels "$work/before.png" "$work/after.png")
echo "$apart pixels differ after a reset"
[ "${apart:-999999}" -lt 5000 ] || fail "$apart pixels of the picture are others than before"

# Full screen, and twice in a row.
keys F11
wait_until 10 'is window full_screen true && is window width 1400'
reset
wait_until 10 'is window full_screen true && is window width 1400'
reset
keys F11
wait_until 10 'is window full_screen false && is window width 1280'
answers 'after three resets'

# Xlib would end the program here.
touch "$work/refusal"
keys Right
wait_until 10 'grep -q "the display refuses request" "$work/stderr"'
answers 'after a refused request'

echo 'the picture comes again'
