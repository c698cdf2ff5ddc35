# A lecture that does not end: sh tests/soak.sh MINUTES [SEED [calm]]
#
# Everything a lecturer, a projector and a driver can do to the window, in random order: steps, scenarios, compares, seeds,
# parameters, help, pictures, full screen, sizes down to one pixel, the window manager gone, minimised, the monitor switched
# off and on, the engine killed and frozen. The window must stay: no exit, no silence, memory flat. A seed gives the same
# order of actions again (their moments depend on the machine).
#
# `calm` leaves the engine alone: the same process, on the best device, from beginning to end. Otherwise the first kill that
# meets it at work takes its device away, as a driver that crashes should.
#
# Memory is compared at landmarks only, where the same network is on screen and all of it is computed.
set -u
minutes=${1:-1}
random=${2:-$(date +%s)}
case $minutes$random in *[!0-9]*)
    echo "usage: sh tests/soak.sh MINUTES [SEED [calm]], whole numbers" >&2
    exit 2
    ;;
esac
begin=$(date +%s)
finish=$((begin + minutes * 60))
program=$(realpath "${GRADFLOW:-build/gradflow}") || exit 2
GRADFLOW=$program
. "$(dirname "$0")/window/window.sh"
need Xvfb openbox xdotool xrandr awk
slack=1

keys() { # without waiting: in a chaos of sizes and managers a key may be lost, and the next comes before it is answered
    xdotool key --delay 60 "$@"
}

SILENCE_S=15     # how old the state dump may get: it is written ten times a second
ENGINE_S=60      # how long the engine may take to be back: the deadline of 5 s, a start, kernels, a pass, on a busy machine
GROWTH_PERCENT=5 # of the last third's median over the first third's: allocators and drivers keep what they once needed
GROWTH_MIB=5     # ... and the window's fonts and driver grow in steps of megabytes, whatever the size

log() {
    printf '%4d s  %s\n' $(($(date +%s) - begin)) "$*"
}

# ---- Chance ---------------------------------------------------------------------------------------

dice() { # dice N: sets roll to 0 .. N - 1
    random=$(((random * 1103515245 + 12345) & 2147483647))
    roll=$(((random >> 8) % $1))
}

choose() { # choose WORD...: sets chosen
    dice $#
    shift $roll
    chosen=$1
}

pause() { # a moment, of 0.1 to 1.2 s
    dice 12
    sleep "$(awk "BEGIN { print ($roll + 1) / 10 }")"
}

# ---- What must hold all along ---------------------------------------------------------------------

check_alive() {
    kill -0 "$program_pid" 2>/dev/null || {
        wait "$program_pid"
        fail "the window ended with code $?"
    }
    age=$(($(date +%s) - $(stat -c %Y "$work/state.json")))
    [ $age -le $((SILENCE_S * ${GF_PATIENCE:-1})) ] || fail "the window has been silent for $age s"
}

resident() { # resident PID: MiB
    awk '/^VmRSS:/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status" 2>/dev/null
}

have_keyboard() {
    wait_until 20 'has_keyboard "$window"'
}

# All that could swallow keys is put away, whatever came before.
tidy() {
    have_keyboard
    for try in 1 2 3 4 5; do
        open="$(state explorer saving)$(state explorer help)$(state explorer bench)"
        case $open$(state explorer typing)$(state explorer focus) in
        falsefalsefalsefalse) break ;;
        esac
        keys Escape
        sleep 0.2
    done
    is explorer blank true && keys period
    is explorer panels_hidden true && keys h
    is window full_screen true && keys F11
    sleep 0.3
}

# The looks that take memory: textures of letters, of another size or of the picture in perspective.
usual_looks() {
    is explorer light true && keys l
    is explorer perspective true && keys p
    keys 0
    for try in $(seq 12); do
        case $(state explorer zoom) in
        1.0) return ;;
        0.*) keys plus ;;
        *) keys minus ;;
        esac
        sleep 0.3
    done
}

settled() {
    is run complete true && is engine waiting false && [ "$(state engine state)" != failed ]
}

# The first scenario alone, all of it computed and still: the same as every time before.
landmark() {
    tidy
    usual_looks
    keys 1
    wait_until 20 'is explorer scenario_index 0'
    is explorer comparing true && keys c
    wait_until $ENGINE_S settled
    wait_until $ENGINE_S 'is engine background false'
    keys End
    landmarks=$((landmarks + 1))
    rm -f "$work"/*.png
    echo "$(($(date +%s) - begin)) $(resident "$program_pid") $(resident "$(state engine pid)")" >>"$work/memory"
}

# What is allocated once: the largest size and odd ones, every kind of picture, every page, letters of other sizes.
warm_up() {
    wait_until $ENGINE_S settled
    keys F11
    wait_until 20 'is window full_screen true'
    for look in c p l t m e h h plus plus minus minus minus plus p l c F1 Right Right Right Right Escape Return Up Escape; do
        keys $look
        sleep 0.3
    done
    tidy
    for size in '640 880' '1390 400' '1300 880' '900 560' '1390 870' '1280 720'; do
        # shellcheck disable=SC2086
        xdotool windowsize "$window" $size
        sleep 1
    done
    tidy
}

# ---- Actions --------------------------------------------------------------------------------------

act_walk() {
    choose Next Next Next Prior
    keys $chosen
}
act_scenario() {
    dice 9
    keys $((roll + 1))
}
act_reseed() { keys r; }
act_compare() {
    keys c
    pause
    choose n x c r
    keys $chosen
}
act_seeds() { keys e; }
act_looks() {
    choose t m f p l h bracketleft bracketright plus minus 0 Home End space
    keys $chosen
}
act_blank() {
    keys period
    pause
    keys period
}
act_help() {
    keys F1
    pause
    keys Right Right Down Down Right
    pause
    keys Escape
}
act_inspect() {
    keys Return
    pause
    keys Up Up Down
    pause
    keys Escape
}
act_arrow() { # a few steps of a control found by Tab
    dice 25
    for stop in $(seq $((roll + 1))); do keys Tab; done
    choose Right Left Up Down
    keys $chosen $chosen
    pause
    keys Escape
}
# go_to CONTROL: by Tab, as focus does. A key may be lost to the window manager: said, and tried once more.
go_to() {
    for stop in $(seq 80); do
        is explorer focus "$1" && return
        before=$(state explorer focus)
        keys Tab
        moves_from "$before" && continue
        log "a Tab was lost at '$before' after $history; the keyboard is $(xdotool getwindowfocus)'s, the window is $window"
        have_keyboard
        keys Tab
        moves_from "$before" || fail "Tab does not leave '$before'"
    done
    fail "Tab does not come to $1"
}

moves_from() { # moves_from CONTROL: within fifteen seconds
    for try in $(seq 150); do
        is explorer focus "$1" || return 0
        sleep 0.1
    done
    return 1
}

act_type() { # a number from the keyboard, sensible or not
    choose depth width batch gain
    case $chosen in
    depth) values='1 2 17 60 300 1000 0 -5 99999999999 1e3' ;;
    width) values='1 16 63 128 256 0 x' ;;
    batch) values='1 8 32 128 0' ;;
    gain) values='0 0.5 1 2.5 nan -1 1e300' ;;
    esac
    tidy
    control=$chosen
    is explorer network_folded true && return
    go_to "$control"
    # shellcheck disable=SC2086
    choose $values
    keys Return
    sleep 0.2
    xdotool type --delay 30 -- "$chosen"
    keys Return
    pause
    keys Escape
}
act_undo() { keys ctrl+z ctrl+z ctrl+y; }
act_copy() { keys ctrl+c; }
act_picture() { keys s; }
act_save() {
    keys ctrl+s
    pause
    choose Escape Return
    keys $chosen
}
act_click() { # something that does not make the network huge
    # shellcheck disable=SC2046
    set -- $(awk -F'"' '/^ "/ { inside = $2 == "controls" } inside && /^  "/ { print $2 }' "$work/state.json" |
        grep -vE '^(depth|width|batch|input_width|output_width)|^save\.do$|^device\.again$')
    [ $# -gt 0 ] || return
    choose "$@"
    # shellcheck disable=SC2046
    set -- $(state controls "$chosen")
    [ $# = 4 ] || return
    xdotool mousemove --window "$window" $(($1 + $3 / 2)) $(($2 + $4 / 2)) click 1
}
act_wheel() {
    xdotool mousemove --window "$window" 500 300
    choose 4 5
    xdotool click --repeat 3 --delay 50 $chosen
}
act_full_screen() {
    keys F11
    pause
    choose F11 Escape
    keys $chosen
}
act_resize() {
    dice 1400
    across=$((roll + 1))
    dice 900
    xdotool windowsize "$window" $across $((roll + 1))
    pause
    xdotool windowsize "$window" 1280 720
}
act_no_manager() { # whoever keeps a window from being one pixel is gone
    kill "$manager_pid" && wait "$manager_pid" 2>/dev/null
    for size in '1 1' '1 400' '3000 2' '1280 720'; do
        # shellcheck disable=SC2086
        xdotool windowsize "$window" $size
        sleep 0.4
    done
    openbox >>"$work/manager" 2>&1 &
    manager_pid=$!
    wait_until 30 'xdotool get_desktop >/dev/null 2>&1'
    have_keyboard
}
act_minimise() {
    xdotool windowminimize "$window"
    pause
    choose r 5 Next
    xdotool key --window "$window" $chosen
    pause
    have_keyboard
}
act_monitor() { # the projector's plug, also in full screen; xrandr switches it off, then complains about a screen of 0x0
    choose true false
    $chosen && keys F11
    xrandr --output screen --off >/dev/null 2>&1
    pause
    keys r
    pause
    xrandr --output screen --auto || fail 'the monitor cannot be switched on again'
    sleep 0.5
    have_keyboard
    is window full_screen true && keys F11
}
act_kill() { # at any moment, also in the middle of a pass
    choose r Next true
    [ "$chosen" = true ] || keys "$chosen"
    engine_pid=$(state engine pid)
    dice 100
    sleep 0.0$roll
    kill -KILL "$engine_pid" 2>/dev/null || return
    killed=$((killed + 1))
    tidy
    keys r
    wait_until $ENGINE_S 'settled && [ "$(state engine pid)" != "$engine_pid" ]'
}
act_freeze() { # until the window loses its patience
    [ "$(date +%s)" -lt $((finish - 12)) ] || return
    engine_pid=$(state engine pid)
    kill -STOP "$engine_pid" 2>/dev/null || return
    frozen=$((frozen + 1))
    tidy
    keys r
    wait_until $ENGINE_S 'settled && [ "$(state engine pid)" != "$engine_pid" ]'
    kill -0 "$engine_pid" 2>/dev/null && fail "the frozen engine $engine_pid is still there"
}
act_doze() { sleep 3; }

actions='walk walk walk walk scenario scenario reseed reseed reseed compare compare seeds looks looks looks looks blank help
    inspect arrow arrow type undo copy picture save click click click wheel full_screen resize no_manager minimise monitor
    doze'
[ "${3:-}" = calm ] || actions="$actions kill kill freeze"

note_gap() { # who made the longest gap so far
    gap=$(state window gap_worst_ms)
    [ "${gap%.*}" -gt "$worst" ] || return
    worst=${gap%.*}
    log "longest gap so far $worst ms, after $action"
}

act() {
    # shellcheck disable=SC2086
    choose $actions
    action=$chosen
    history="${history#* } $action"
    echo "$action" >>"$work/actions"
    "act_$action"
    pause
    check_alive
    note_gap
}

# ---- The report -----------------------------------------------------------------------------------

frame_gaps() {
    # shellcheck disable=SC2046
    printf 'frame gaps: %d, p50 %.0f, p99 %.0f, worst %.0f ms with at most %.0f ms of work' $(state window gaps) \
        $(state window gap_p50_ms) $(state window gap_p99_ms) $(state window gap_worst_ms) $(state window work_worst_ms)
}

report_minute() {
    log "window $(resident "$program_pid") MiB, engine $(resident "$(state engine pid)") MiB, $(frame_gaps)," \
        "$(wc -l <"$work/actions") actions"
}

# judge COLUMN NAME: first third against last third of the landmarks; of a long run without its first two minutes.
judge() {
    awk -v column="$1" -v name="$2" -v warm=$((minutes < 10 ? 0 : 120)) \
        -v percent=$GROWTH_PERCENT -v mib=$GROWTH_MIB '
        function median(from, to, i, j, value, sorted) {
            for (i = from; i <= to; i++) {
                for (j = i - from; j > 0 && sorted[j - 1] > memory[i]; j--) sorted[j] = sorted[j - 1]
                sorted[j] = memory[i]
            }
            return sorted[int((to - from) / 2)]
        }
        $1 >= warm && NF == 3 { time[n] = $1 / 60; memory[n++] = $column }
        END {
            if (n < 2) { printf "%s: %d landmarks are too few to judge\n", name, n; exit 1 }
            third = int((n + 2) / 3)
            first = median(0, third - 1); last = median(n - third, n - 1)
            for (i = 0; i < n; i++) { sx += time[i]; sy += memory[i]; sxx += time[i]^2; sxy += time[i] * memory[i] }
            spread = n * sxx - sx * sx
            slope = spread > 0 ? (n * sxy - sx * sy) / spread : 0
            flat = last <= first * (1 + percent / 100) + mib
            printf "%s: %.1f MiB at first, %.1f at last; median of the first third %.1f, of the last %.1f; %+.2f MiB a minute; %s\n",
                name, memory[0], memory[n - 1], first, last, slope, flat ? "flat" : "GROWS"
            exit !flat
        }' "$work/memory"
}

report() {
    echo
    echo "$minutes minutes, seed $seed: $(wc -l <"$work/actions") actions, $landmarks landmarks, $killed engines killed," \
        "$frozen frozen, 0 exits"
    sort "$work/actions" | uniq -c | awk '{ printf "%s%s %d", (NR > 1 ? ", " : ""), $2, $1 } END { print "" }'
    echo "$(frame_gaps); load of the machine $(cut -d' ' -f1-3 /proc/loadavg)"
    if [ -s "$work/stderr" ]; then
        echo "the program said $(wc -l <"$work/stderr") times, first and last:"
        head -n 3 "$work/stderr"
        tail -n 3 "$work/stderr"
    fi
}

end_window() {
    tidy
    keys ctrl+q
    limit=$(($(date +%s) + 20))
    while kill -0 "$program_pid" 2>/dev/null; do
        [ "$(date +%s)" -le $limit ] || fail 'Ctrl+Q did not end the program within 20 s'
        sleep 0.2
    done
    wait "$program_pid"
    code=$?
    program_pid=''
    [ $code = 0 ] || fail "the program ended with $code after Ctrl+Q"
}

# ---- The lecture ----------------------------------------------------------------------------------

seed=$random worst=100 landmarks=0 killed=0 frozen=0 history='- - - - - - - -'
echo "seed $seed"
cd "$work" || exit 1
: >actions
start_display 1400x900
start_window --size 1280x720
warm_up
landmark
log "warm: $(tail -n 1 memory | awk '{ printf "window %s MiB, engine %s MiB", $2, $3 }')"
next_minute=$((begin + 60)) next_landmark=0
while [ "$(date +%s)" -lt $finish ]; do
    act
    now=$(date +%s)
    if [ "$now" -ge $next_landmark ]; then
        landmark
        next_landmark=$(($(date +%s) + (minutes < 3 ? 5 : 20)))
    fi
    if [ "$now" -ge $next_minute ]; then
        report_minute
        next_minute=$((next_minute + 60))
    fi
done
tidy
landmark
report
[ -n "${GF_SOAK_MEMORY:-}" ] && cp memory "$GF_SOAK_MEMORY" # every landmark: second, MiB of the window, of the engine
verdict=0
judge 2 window || verdict=1
judge 3 engine || verdict=1
end_window
exit $verdict
