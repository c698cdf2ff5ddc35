# Sourced by the window tests: a display of its own, the program in it, and what it says about itself.
# Everything that was started is ended when the test ends.
#
# On a busy machine a key may take seconds to be answered. So whatever sends one (keys, text, wheel, button, click, at_control)
# returns only when the state dump tells of a frame with it, and a value that is read after it is a value from after it. No
# sleep stands for that; `still_picture` waits for what moves by itself.

fail() {
    echo "FAILED: $*" >&2
    [ -n "${history:-}" ] && echo "after $history" >&2 # of a test that acts at random
    [ -s "$work/state.json" ] && cat "$work/state.json" >&2
    [ -s "$work/stderr" ] && cat "$work/stderr" >&2
    [ -s "$work/manager" ] && cat "$work/manager" >&2
    exit 1
}

need() { # need PROGRAM...: skip the test when one is missing
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || {
            echo "skipped: $tool is not installed"
            exit 77
        }
    done
}

work=$(mktemp -d) || exit 1
program_pid='' manager_pid='' display_pid=''
end_all() {
    for pid in $program_pid $manager_pid $display_pid; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap end_all EXIT
trap 'exit 1' INT TERM HUP

start_server() { # start_server WIDTHxHEIGHT [OPTION...]: a display without a window manager; sets DISPLAY
    size=$1
    shift
    # Without -noreset the server starts afresh whenever its last client leaves, and refuses those that come meanwhile: the
    # first xdotool would take the display from the window manager or the program.
    # -r: a key that is held for long because the machine is busy is one key.
    Xvfb -displayfd 3 -screen 0 "${size}x24" -noreset -r -nolisten tcp "$@" 3>"$work/display" >/dev/null 2>&1 &
    display_pid=$!
    program_pid=$display_pid
    wait_until 60 '[ -s "$work/display" ]'
    DISPLAY=:$(cat "$work/display")
    export DISPLAY
    program_pid=''
}

start_display() { # start_display WIDTHxHEIGHT [OPTION...]: a display with a window manager
    start_server "$@"
    openbox >"$work/manager" 2>&1 &
    manager_pid=$!
    # A window that is there before its manager may lose the keyboard to it.
    program_pid=$manager_pid
    wait_until 60 'xdotool get_desktop >/dev/null 2>&1'
    program_pid=''
}

has_keyboard() { # has_keyboard WINDOW: ask for it, and say whether it has it
    if [ -n "$manager_pid" ]; then xdotool windowactivate "$1"; else xdotool windowfocus "$1"; fi 2>/dev/null
    [ "$(xdotool getwindowfocus 2>/dev/null)" = "$1" ]
}

# state PART KEY: a value of the state dump; PART is explorer, run, engine or window. Text comes without its quotes.
state() {
    awk -v part="\"$1\":" -v key="\"$2\":" '
        /^ "/ { inside = $1 == part }
        inside && $1 == key && /^  "/ {
            sub(/^ *"[^"]*": /, ""); sub(/,$/, ""); gsub(/^"|"$/, ""); print; exit
        }' "$work/state.json" 2>/dev/null
}

# spec PART KEY: a value of the network that the controls (explorer) or the picture (run) have.
spec() {
    awk -v part="\"$1\":" -v key="\"$2\":" '
        /^ "/ { inside = $1 == part }
        inside && $1 == key && /^   "/ {
            sub(/^ *"[^"]*": /, ""); sub(/,$/, ""); gsub(/^"|"$/, ""); print; exit
        }' "$work/state.json" 2>/dev/null
}

is() { # is PART KEY VALUE
    [ "$(state "$1" "$2")" = "$3" ]
}

# wait_until SECONDS COMMAND: evaluated until it is true, often at first and then four times a second: on a busy machine a
# test must not take from the program the time that it waits for. Seconds are those of a machine that is not busy, three times
# as many are waited; and times GF_PATIENCE.
slack=3
wait_until() {
    comes_true "$1" "$2" || fail "not within $1 s: $2"
}

comes_true() { # comes_true SECONDS COMMAND: the same, but a test may go on without it
    until_second=$(($(date +%s) + $1 * slack * ${GF_PATIENCE:-1}))
    pause=0.05
    until eval "$2"; do
        [ "$(date +%s)" -le $until_second ] || return 1
        kill -0 "$program_pid" 2>/dev/null || fail "the program ended while waiting for: $2"
        sleep $pause
        case $pause in 0.05) pause=0.1 ;; *) pause=0.25 ;; esac
    done
}

has_gone() { # has_gone SECONDS PID: it has, or does within that time
    until_second=$(($(date +%s) + $1 * slack * ${GF_PATIENCE:-1}))
    while kill -0 "$2" 2>/dev/null; do
        [ "$(date +%s)" -le $until_second ] || return 1
        sleep 0.1
    done
}

find_window() { # sets window, and gives it the keyboard
    window=''
    wait_until 10 'window=$(xdotool search --onlyvisible --pid "$program_pid" 2>/dev/null | head -n 1); [ -n "$window" ]'
    wait_until 10 'has_keyboard "$window"'
}

start_window() { # start_window ARGUMENT...: returns when the window is there and has the keyboard
    rm -f "$work/state.json"
    "$GRADFLOW" explore --state-dump "$work/state.json" "$@" 2>"$work/stderr" &
    program_pid=$!
    # Cold, the OpenGL driver alone is over a hundred megabytes to load.
    wait_until 90 '[ -s "$work/state.json" ]'
    find_window
}

send() { # send EVENTS COMMAND...: which makes so many events; returns when they are drawn
    answered=$(($(state explorer events) + $1))
    shift
    "$@"
    wait_until 10 '[ "$(state explorer events)" -ge '$answered' ]'
}

keys() { # keys NAME...: pressed one after the other
    send $# xdotool key --delay 60 "$@"
}

text() { # text CHARACTERS: typed
    send ${#1} xdotool type --delay 60 -- "$1"
}

wheel() { # wheel up|down NOTCHES
    way=5
    [ "$1" = down ] || way=4
    send "$2" xdotool click --repeat "$2" --delay 60 $way
}

button() { # button down|up [NUMBER]
    send 1 xdotool "mouse$1" "${2:-1}"
}

# pause_wave COMMAND: the wave stands where COMMAND is true. On a busy machine it may be past that place, or at its end, where
# Space begins it anew, before a key arrives: then once more from the beginning.
pause_wave() {
    for attempt in 1 2 3 4 5 6; do
        keys Home space
        is explorer playing false && eval "$1" && return
    done
    fail "the wave cannot be paused where: $1"
}

# focus ID: Tab until the control ID has the keyboard.
focus() {
    stops=0
    until is explorer focus "$1"; do
        stops=$((stops + 1))
        [ $stops -lt 80 ] || fail "Tab does not come to $1"
        keys ${2:-Tab}
    done
}

point() { # point X Y: of the window
    xdotool mousemove --window "$window" "$1" "$2"
    wait_until 10 'is explorer mouse_x '"$1"' && is explorer mouse_y '"$2"
}

# place ID ACROSS DOWN: sets place to where that is, in percents of the control's width and height.
place() {
    # shellcheck disable=SC2046
    set -- "$2" "$3" $(state controls "$1")
    place="$(($3 + $5 * $1 / 100)) $(($4 + $6 * $2 / 100))"
}

# at_control ID [ACROSS [DOWN]]: move the mouse over the control ID, and after it when it moves.
at_control() {
    wait_until 10 '[ -n "$(state controls "'"$1"'")" ]'
    place "$1" "${2:-50}" "${3:-50}"
    for attempt in 1 2 3 4 5; do
        aim=$place
        # shellcheck disable=SC2086
        point $aim
        place "$1" "${2:-50}" "${3:-50}"
        [ "$place" != "$aim" ] || return 0
    done
    fail "$1 does not stand still"
}

# click [ID [ACROSS [DOWN]]]: with the mouse, in its middle; or where the mouse is.
click() {
    [ $# = 0 ] || at_control "$@"
    button down
    button up
}

picture() { # picture FILE.png: what the window shows
    import -silent -window "$window" "$1" || fail 'no screenshot'
}

still_picture() { # still_picture FILE.png: the same, when nothing in it moves any more
    wait_until 20 'is window still true'
    picture "$1"
}

colours() {
    identify -format '%k' "$1"
}

differing_pixels() { # of two pictures of the same size
    compare -metric AE -fuzz 4% "$1" "$2" null: 2>&1 | awk '{ printf "%d", $1 }'
}

now_ms() {
    echo $(($(date +%s%N) / 1000000))
}

answer_time() { # sets worst: the longest of four keys, which move the wave to and fro
    worst=0
    keys End
    wait_until 20 'is explorer front 1.0'
    answered=$(($(state explorer events) + 4))
    for way in Right Left Right Left; do
        if [ $way = Right ]; then wanted=2.0; else wanted=1.0; fi
        pressed=$(now_ms)
        xdotool key $way
        wait_until 20 'is explorer front $wanted'
        took=$(($(now_ms) - pressed))
        [ $took -gt $worst ] && worst=$took
    done
    wait_until 10 '[ "$(state explorer events)" -ge '$answered' ]' # a frame later
}

looking_time() { # sets looking: the longest that four looks take just now, without the window
    looking=0
    for look in 1 2 3 4; do
        began=$(now_ms)
        xdotool getmouselocation >/dev/null
        for pause in 0.05 0.1 0; do
            is explorer front none
            sleep $pause
        done
        took=$(($(now_ms) - began))
        [ $took -gt $looking ] && looking=$took
    done
}

# answers WHEN: the window has to answer within 100 ms. The dump comes ten times a second, looking at it takes some 50 ms, and
# what the same keys took `before`, 250 ms at least, is the machine's; or what looking takes now, when it has become busy since.
# Other programs may cost some tries.
answers() {
    answer_time
    [ "$1" != before ] || usual=$((worst > 250 ? worst : 250))
    limit=$(((250 + usual) * ${GF_PATIENCE:-1}))
    for try in 1 2 3 4; do
        [ $worst -gt $limit ] || break
        looking_time
        echo "answered $1 within $worst ms only, looking takes $looking ms"
        limit=$(((250 + (looking > usual ? looking : usual)) * ${GF_PATIENCE:-1}))
        sleep $try
        answer_time
    done
    echo "answered $1 within $worst ms, $limit ms are allowed"
    [ $worst -le $limit ] || fail "a key took $worst ms $1, $limit ms are allowed"
}

# frames_go_on SECONDS WHEN: while the wave plays. Ten a second, or a third of what the machine can do: of what came `before`.
frames_go_on() {
    keys Home
    frames=$(state window frames) began=$(now_ms)
    sleep "$1"
    frames=$(($(state window frames) - frames))
    rate=$((frames * 1000 / ($(now_ms) - began)))
    [ "$2" != before ] || usual_rate=$rate
    least=$((usual_rate / 3))
    [ $least -le 10 ] || least=10
    [ $least -ge 2 ] || least=2
    echo "$frames frames in $1 s $2, $rate a second, $least are wanted"
    [ $rate -ge $least ] || fail "only $rate frames a second $2, at least $least are wanted"
}
