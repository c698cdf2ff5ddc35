# The projector is unplugged and plugged in again, with another size; the display has no RandR. The picture goes on.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool xrandr awk

start_display 1400x900
xrandr --newmode projector 0 1280 0 0 1280 720 0 0 720 && xrandr --addmode screen projector || fail 'the display has no second size'
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
answers before
frames_go_on 2 before
keys F11
wait_until 10 'is window full_screen true && is window width 1400 && is window height 900'

# The screen itself keeps its size: a window manager would move what is on it.
for size in 1280x720 1400x900; do
    xrandr --fb 1400x900 --output screen --off || fail 'the monitor cannot be turned off'
    frames_go_on 2 'without a monitor'
    answers 'without a monitor'
    is window full_screen true || fail 'the window forgot that it fills the screen'
    mode=projector
    [ $size = 1280x720 ] || mode=1400x900
    xrandr --output screen --mode $mode || fail 'the monitor cannot be turned on'
    wait_until 10 'is window width ${size%x*} && is window height ${size#*x}'
    frames_go_on 2 "on a monitor of $size"
    answers "on a monitor of $size"
done
# Without a monitor there is nothing to fill, and the window can be left as it was.
xrandr --fb 1400x900 --output screen --off
keys F11
wait_until 10 'is window full_screen false'
keys F11
answers 'without a monitor, windowed'
is window full_screen false || fail 'the window fills a monitor that is not there'
kill "$program_pid"
wait "$program_pid"
kill "$manager_pid" "$display_pid"
wait "$manager_pid" "$display_pid" 2>/dev/null
program_pid='' manager_pid=''

rm -f "$work/display"
start_display 1400x900 -extension RANDR
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
answers 'without RandR'
keys F11
wait_until 10 'is window full_screen true && is window width 1400'
keys F11
wait_until 10 'is window full_screen false && is window width 1280'
echo 'monitors come and go'
