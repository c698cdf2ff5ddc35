# One layer gets an activation and an init of its own: chosen in the inspector, undone, saved.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window healthy-relu --size 1280x720
wait_until 30 'is run complete true && is engine waiting false'
keys End
wait_until 5 'is explorer moment 1.0'
click stage 20 50
wait_until 5 '[ "$(state explorer selected_layer)" -gt 0 ]'
layer=$(state explorer selected_layer)
overrides() { # what the network of PART says of single layers
    tr -d ' \n' <"$work/state.json" | sed "s/.*\"$1\":{//" | grep -o '"layers":\[[^]]*\]' | head -n 1
}
focus layer.activation
keys Down
wait_until 20 '[ "$(overrides run)" = "\"layers\":[{\"first\":$layer,\"last\":$layer,\"activation\":\"sigmoid\"}]" ] && is engine waiting false'
is explorer edited true || fail 'the network is said to be the author'"'"'s'
focus layer.init
keys Down
wait_until 20 'overrides run | grep -q init'
keys Escape
keys ctrl+z ctrl+z
wait_until 20 '[ -z "$(overrides run)" ] && is explorer edited false'

# A range.
focus layer.last.stop
keys Return
wait_until 5 'is explorer typing true'
text "$((layer + 3))"
keys Return
wait_until 5 'is explorer typing false'
focus layer.init
keys Down
wait_until 20 'overrides run | grep -q "\"last\":$((layer + 3)),"'
keys Escape ctrl+c
wait_until 5 'case $(state explorer said) in *"Ctrl+S"*) true ;; *) false ;; esac'
echo 'single layers can be changed'
