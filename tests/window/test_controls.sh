# Every control by the keyboard alone: Tab finds it, arrows and Enter change it, and a new pass comes of it.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

start_display 1400x900
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true'

shown() { # shown FIELD VALUE: the controls have it, and so has the picture
    wait_until 20 '[ "$(spec explorer '"$1"')" = "'"$2"'" ] && [ "$(spec run '"$1"')" = "'"$2"'" ] && is engine waiting false'
}
choice() { # choice CONTROL FIELD KEY VALUE: the list has the focus, KEY is pressed, the field has VALUE
    focus "$1"
    keys "$3"
    shown "$2" "$4"
}
typed() { # typed CONTROL FIELD TEXT VALUE: Enter opens the number, the text replaces it
    focus "$1"
    keys Return
    wait_until 5 'is explorer typing true'
    text "$3"
    keys Return
    shown "$2" "$4"
}

# The arrows are the control's while it has the focus, and the wave's before and after.
focus depth
keys Right
wait_until 5 '[ "$(spec explorer depth)" -gt 30 ]'
keys Left
shown depth 30
typed depth depth 12 12
typed width width 20 20
typed batch batch 8 8
typed gain gain 1.5 1.5
choice activation activation Down tanh
# With the list open: Down moves in it, Escape leaves it, Enter takes it.
focus init
was=$(spec explorer init)
keys Return Down Escape
[ "$(spec explorer init)" = "$was" ] || fail 'Escape in a list changed the network'
keys Return Down Return
shown init xavier_uniform
choice skip skip Down residual
typed skip_scale skip_scale 0.5 0.5
choice norm norm Down batch
focus reseed
seed=$(spec explorer seed)
keys Return
shown seed $((seed + 1))

# What is folded opens.
focus more
keys Return
wait_until 5 'is explorer more_open true'
typed bias_std bias_std 0.25 0.25
choice output output Down linear
choice precision precision Down fp32
typed loss_scale loss_scale 1024 1024.0
typed input_width input_width 7 7
typed output_width output_width 3 3
focus more shift+Tab
keys Return
wait_until 5 'is explorer more_open false'
focus network shift+Tab
keys Return
wait_until 5 'is explorer network_folded true'
keys Return
wait_until 5 'is explorer network_folded false'

# Playback and the list of scenarios.
focus histograms
keys Return
wait_until 5 'is explorer histograms false'
focus speed shift+Tab
keys Right
wait_until 5 '! is explorer speed 1.0'
focus end shift+Tab
keys Return
wait_until 5 'is explorer moment 1.0'
focus scenario.list shift+Tab
index=$(state explorer scenario_index)
keys Down
wait_until 10 'is explorer scenario_index $((index + 1))'
keys Up
wait_until 10 'is explorer scenario_index "$index"'

keys Escape
wait_until 5 'is explorer focus ""'
keys End
wait_until 5 'is explorer moment 1.0'
keys Right
wait_until 5 'is explorer front 2.0'
echo 'every control can be worked by the keyboard'
