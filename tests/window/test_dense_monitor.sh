# On a monitor of twice the usual dots the window and all that is in it are twice as large, as far as there is room.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk xrdb

start_display 2560x1440
echo 'Xft.dpi: 144' | xrdb -merge
start_window classic-listing --device reference
# A window manager may change it once more.
wait_until 30 'is run complete true && is engine waiting false && is window still true'
[ "$(state window width)x$(state window height)" = 2400x1350 ] ||
    fail "at 144 dots an inch the window is $(state window width)x$(state window height), not 2400x1350"
kill "$program_pid"; wait "$program_pid" 2>/dev/null
echo 'Xft.dpi: 192' | xrdb -merge
start_window classic-listing --device reference
wait_until 30 'is run complete true && is engine waiting false && is window still true'
# What the window manager takes for its borders is missing.
[ "$(state window width)" -ge 2520 ] && [ "$(state window width)" -le 2560 ] ||
    fail "a window of $(state window width) on a monitor of 2560"
[ "$(state window height)" -le 1440 ] || fail "a window $(state window height) high on a monitor of 1440"
echo 'the window is as large as the monitor is dense'
