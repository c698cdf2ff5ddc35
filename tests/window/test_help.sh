# The help: opened and closed by its keys, turned page by page, and hints where the mouse rests.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import compare awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true'
keys End
wait_until 5 'is explorer moment 1.0'
keys F1
wait_until 5 'is explorer help true && is explorer help_page 0'

# The arrows turn pages, not the wave.
for page in 1 2 3 4 0; do
    keys Right
    wait_until 5 "is explorer help_page $page"
done
keys Left
wait_until 5 'is explorer help_page 4'
is explorer moment 1.0 || fail 'the page let an arrow through to the wave'
click help1
wait_until 5 'is explorer help_page 1'
still_picture "$work/top.png"
keys Down Down Down Down
still_picture "$work/scrolled.png"
[ "$(differing_pixels "$work/top.png" "$work/scrolled.png")" -gt 1000 ] || fail 'the page does not scroll'

# Nothing behind it can be clicked.
click scenario3
wait_until 5 'is explorer help false'
is explorer scenario deep-sigmoid || fail 'a click beside the page went through it'
keys question
wait_until 5 'is explorer help true'
keys Escape
wait_until 5 'is explorer help false'
keys F1
wait_until 5 'is explorer help true'
click help.close
wait_until 5 'is explorer help false'

# A hint comes where the mouse rests, but not at once. Where the machine is busy nobody may look in time.
for attempt in 1 2 3 4 5 6; do
    at_control width 5
    wait_until 5 '! is explorer hint ""'
    at_control depth 5
    is explorer hint "" && break
    [ $attempt -lt 6 ] || fail "there is a hint at once: $(state explorer hint)"
done
wait_until 5 'case $(state explorer hint) in *ayers*) ;; *) false ;; esac'
at_control chart 50 95
wait_until 5 'is explorer hint ""'
echo 'there is help'
