# A device that failed is left, and the sentence about it has a button that asks it again: by keyboard, by mouse, after the
# sentence was put away, and when no engine could be kept running at all. What was wrong has passed meanwhile.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

cat >"$work/engine" <<'END_OF_ENGINE'
[ ! -e "$BROKEN" ] || exit 1
exec "$GRADFLOW" engine "$@"
END_OF_ENGINE
BROKEN=$work/broken
export BROKEN

start_display 1400x900
start_window deep-sigmoid --size 1280x720 --engine "sh $work/engine"
wait_until 60 'is run complete true && is engine waiting false'
device=$(state run device)
case $device in opencl*) ;; *) echo "skipped: the best device is $device"; exit 77 ;; esac
[ -z "$(state controls device.again)" ] || fail 'a device that works is offered again'

leave_device() { # leave_device ARROW: the engine is silent until the window gives it up and takes the next device
    focus depth
    kill -STOP "$(state engine pid)"
    keys "$1"
    wait_until 60 'is engine waiting false && ! is run device "$device"'
    [ "$(spec run depth)" = "$(spec explorer depth)" ] || fail 'the next device has computed another network'
    keys Escape
    case $(state engine notice) in *"did not answer in time"*"without OpenCL"*) ;; *) fail "it says '$(state engine notice)'" ;; esac
}
offered() { # for the next fifteen seconds: the sentence goes by itself, unless nothing can be computed, and is called back
    wait_until 40 'is explorer banner_away true || [ -n "$(state engine refusal)" ]'
    is explorer banner_away true && click notice
    wait_until 5 'case $(state explorer banner) in *"'"$1"'"*) [ -n "$(state controls device.again)" ] ;; *) false ;; esac'
}
has_returned() { # to the device, with nothing left to say
    wait_until 60 'is engine waiting false && is run device "$device" && is engine notice "" && is explorer banner ""'
    [ "$(spec run depth)" = "$(spec explorer depth)" ] || fail 'the device has computed another network'
    [ -z "$(state controls device.again)" ] || fail 'the device is still offered'
}

leave_device Right
offered 'did not answer in time'
focus device.again shift+Tab
keys Return
has_returned
keys Escape

leave_device Left
offered 'did not answer in time'
click banner
wait_until 5 'is explorer banner "" && [ -z "$(state controls device.again)" ]'
click notice
click device.again
has_returned

# No engine at all: what there is stays on screen.
touch "$BROKEN"
kill -9 "$(state engine pid)"
wait_until 60 'is engine state failed'
is run complete true || fail 'the picture went with the engine'
offered 'could not be kept running'
restarts=$(state engine restarts)
click device.again
wait_until 60 '[ "$(state engine restarts)" -gt $restarts ] && is engine state failed'
offered 'could not be kept running'
rm "$BROKEN"
click device.again
has_returned
echo 'a device that failed gets another chance when it is asked for'
