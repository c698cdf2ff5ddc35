# What a user keeps: undo and redo, a scenario file, the command line, pictures. Nothing that is there is overwritten.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool identify awk

start_display 1400x900
cd "$work" || exit 1
start_window deep-sigmoid --size 1280x720
wait_until 30 'is run complete true && is explorer history_count 1'

# Undo and redo. A drag is one change.
at_control depth 40
button down
for across in 45 50 55 60; do at_control depth $across; done
button up
wait_until 10 'is explorer history_count 2 && [ "$(spec explorer depth)" -gt 30 ]'
deep=$(spec explorer depth)
keys ctrl+z
wait_until 20 '[ "$(spec run depth)" = 30 ] && is explorer edited false'
keys ctrl+z
wait_until 5 'is explorer said "There is nothing to undo."'
keys ctrl+y
wait_until 20 '[ "$(spec run depth)" = "$deep" ] && is explorer edited true'
keys ctrl+z ctrl+shift+z
wait_until 20 '[ "$(spec run depth)" = "$deep" ] && is explorer history 1'
# Across scenarios.
keys 1
wait_until 20 'is explorer scenario_index 0 && is explorer history 2'
keys ctrl+z
wait_until 20 'is explorer scenario deep-sigmoid && [ "$(spec run depth)" = "$deep" ]'

# The command line gives the same network again.
focus norm
keys Down Escape
wait_until 20 '[ "$(spec explorer norm)" = batch ]'
keys ctrl+c
wait_until 5 'case $(state explorer said) in "Copied: gradflow run --depth"*) ;; *) false ;; esac'
command=$(state explorer said)
command="\"\$GRADFLOW\" ${command#Copied: gradflow } --format json"
eval "$command" >"$work/run.json" || fail "'$command' ended with $?"
for field in depth activation init norm seed; do
    value=$(spec explorer $field)
    grep -qE "\"$field\": \"?$value\"?,?\$" "$work/run.json" || fail "'$command' has another $field than $value"
done

# A scenario file, that can be opened.
keys ctrl+s
wait_until 5 'is explorer saving true && is explorer typing true'
keys Escape
wait_until 5 'is explorer saving false'
[ -e "$work/gradflow-scenario.json" ] && fail 'a cancelled file was written'
keys ctrl+s
wait_until 5 'is explorer saving true && is explorer typing true'
keys Return
wait_until 5 'is explorer saving false && [ -s "$work/gradflow-scenario.json" ]'
"$GRADFLOW" run "$work/gradflow-scenario.json" --format json >"$work/saved.json" || fail 'the saved scenario cannot be run'
grep -q '"norm": "batch"' "$work/saved.json" || fail 'the saved scenario has lost its norm'
grep -q "\"depth\": $deep" "$work/saved.json" || fail 'the saved scenario has lost its depth'
keys ctrl+s
wait_until 5 'is explorer typing true'
keys ctrl+a
text 'none/x.json'
keys Return
wait_until 5 'case $(state explorer said) in "Not saved:"*none*) ;; *) false ;; esac'

# Pictures, numbered.
keys s
wait_until 10 '[ -s "$work/gradflow-deep-sigmoid-seed1.png" ]'
keys S
wait_until 10 '[ -s "$work/gradflow-deep-sigmoid-seed1-2.png" ]'
[ "$(identify -format '%wx%h' "$work/gradflow-deep-sigmoid-seed1-2.png")" = 1280x720 ] || fail 'the picture has another size'
[ "$(colours "$work/gradflow-deep-sigmoid-seed1.png")" -gt 200 ] || fail 'the picture is empty'
echo 'what is kept can be used again'
