# From nothing to more than any screen: one pixel, 8000x5000, minimised. No size ends the program or stays on.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool import awk

resize() { # resize WIDTH HEIGHT
    xdotool windowsize "$window" "$1" "$2"
    wait_until 60 'is window width '"$1"' && is window height '"$2"
}
drawn() { # drawn FRAMES WHEN: so many more come within a minute
    keys Home
    frames=$(state window frames)
    wait_until 60 '[ "$(state window frames)" -ge '$((frames + $1))' ]'
}

# A window manager would not allow most of it.
start_server 1400x900
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
answers before
for size in '1 1' '1 900' '1400 1' '30 20' '640 360'; do
    # shellcheck disable=SC2086
    resize $size
    drawn 3
    answers "at ${size% *}x${size#* }"
done
resize 8000 5000
drawn 2
resize 1280 720
drawn 10
answers 'after 8000x5000'
picture "$work/after.png"
[ "$(colours "$work/after.png")" -gt 200 ] || fail 'the picture did not come back'
kill "$program_pid"
wait "$program_pid"
program_pid=''

openbox >"$work/manager" 2>&1 &
manager_pid=$!
program_pid=$manager_pid
wait_until 60 'xdotool get_desktop >/dev/null 2>&1'
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
keys Home
wait_until 10 'is explorer playing true'
xdotool windowminimize "$window"
wait_until 10 'is window hidden true'
frames=$(state window frames)
sleep 1
is window frames "$frames" || fail 'a minimised window is drawn'
xdotool windowmap "$window"
wait_until 10 'has_keyboard "$window"'
wait_until 10 '[ "$(state window frames)" -gt $((frames + 5)) ]'
answers 'after it was minimised'
echo 'no size is too much'
