# Passes that take long or cannot be had: time and progress are told, they can be called off, a refusal gives its numbers,
# and the window goes on.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window classic-listing --size 1280x720 --device reference
wait_until 30 'is run complete true && is engine waiting false'

typed() { # typed CONTROL TEXT [VALUE]: what comes of it, as it is typed but for limits
    focus "$1"
    keys Return
    wait_until 5 'is explorer typing true'
    text "$2"
    keys Return Escape
    wait_until 5 'is explorer typing false'
    [ "$(spec explorer "$1")" = "${3:-$2}" ] || fail "$1 is $(spec explorer "$1") after $2 was typed"
}
typed width 512
typed depth 4000
wait_until 20 'is engine waiting true && [ -n "$(state controls cancel)" ]'
frames=$(state window frames)
click cancel
wait_until 10 'is engine waiting false && is engine cancelled true && [ -n "$(state controls compute)" ]'
[ "$(state window frames)" -gt "$frames" ] || fail 'the window stood still while the engine worked'
[ "$(spec run depth)" = 10 ] || fail "the picture has $(spec run depth) layers after the pass was called off"
click compute
wait_until 20 'is engine waiting true && is engine cancelled false'

# The next request does not wait for it.
keys 1
wait_until 20 'is explorer scenario_index 0 && is engine waiting false && is run complete true && [ "$(spec run depth)" = 10 ]'

# What does not fit is refused with its numbers, and taken back.
typed width 65536
typed depth 1000000 10000
wait_until 30 '[ -n "$(state engine refusal)" ] && is engine waiting false'
case $(state explorer banner) in *65536*"at once"*) ;; *) fail "the banner says '$(state explorer banner)'" ;; esac
is run complete true || fail 'the refused network took the picture with it'
click banner
wait_until 5 'is explorer banner_away true && is explorer banner ""'
click notice
wait_until 5 'is explorer banner_away false'
keys ctrl+z
keys ctrl+z
wait_until 30 'is engine refusal "" && [ "$(spec run width)" = "$(spec explorer width)" ] && is engine waiting false'
echo 'long and impossible passes are dealt with'
