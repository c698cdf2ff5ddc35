# The benchmark in the window: opened by key and by mouse, called off, closed; results come from a child, and the window
# answers meanwhile.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window classic-listing --size 1280x720
wait_until 60 'is run complete true && is engine waiting false && is engine background false'
is bench pid 0 || fail 'a benchmark runs that nobody asked for'

has_child() { # a child that is not the one before
    is bench running true && child=$(state bench pid) && [ "$child" -gt 0 ] && [ "$child" != "$1" ]
}

keys Home d
wait_until 10 'is explorer bench true && has_child 0'
restarts=$(state engine restarts)
wait_until 5 'is engine background false'
is explorer playing true || fail 'there is no wave that could take time'
moment=$(state explorer moment)

# The window goes on answering while the child computes.
frames=$(state window frames)
at_control bench.cancel 30 50
wait_until 5 '[ "$(state window frames)" -gt "$frames" ]'
is explorer moment "$moment" || fail 'the wave takes time from what is timed'
wait_until 120 '[ "$(state bench results)" -gt 0 ] && [ "$(state bench devices)" -gt 0 ]'
is bench failed "" || fail "it failed: $(state bench failed)"
wait_until 30 'has_child "$child"'
click bench.cancel
wait_until 10 'is bench running false && is bench pid 0'
kill -0 "$child" 2>/dev/null && fail "the child $child lives after it was called off"
is explorer bench true || fail 'calling it off closed the panel'
results=$(state bench results)
[ "$results" -gt 0 ] || fail 'calling it off took the results away'

# Again, and closed in the middle of it.
click bench.again
wait_until 10 'has_child "$child" && is bench results 0'
keys Escape
wait_until 10 'is explorer bench false && is bench running false && is bench pid 0'
kill -0 "$child" 2>/dev/null && fail "the child $child lives after the panel was closed"
click bench
wait_until 10 'is explorer bench true && has_child "$child"'
# A child that dies is said to have died.
kill -9 "$child"
wait_until 10 'is bench running false && case $(state bench failed) in *signal*) ;; *) false ;; esac'
keys d
wait_until 10 'is explorer bench false'

# The network can be changed as before, on the same engine.
keys r
wait_until 60 '[ "$(spec run seed)" = 2 ] && is engine waiting false'
is engine restarts "$restarts" || fail 'the engine was lost to the benchmark'
echo 'the devices are timed beside the window'
