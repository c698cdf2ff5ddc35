# The disk is full when a picture and a scenario are to be kept: a sentence with the name and the reason, nothing half, what was
# there stays, and the window goes on. With room again both are kept.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb openbox xdotool awk

disk=$(mktemp -d) || exit 1
trap 'end_all; cd /; umount -l "$disk" 2>/dev/null; rmdir "$disk"' EXIT
mount -t tmpfs -o size=1m tmpfs "$disk" 2>/dev/null || { echo 'skipped: no right to mount a small disk'; exit 77; }
cd "$disk" || exit 1

save() { # save SENTENCE: and wait until it is said
    keys ctrl+s
    wait_until 5 'is explorer saving true && is explorer typing true'
    keys Return
    wait_until 20 'is explorer said "'"$1"'"'
}

start_display 1400x900
start_window deep-sigmoid --size 1280x720 --device cpu
wait_until 30 'is run complete true && is engine waiting false'
saved='Saved. To open it: gradflow explore gradflow-scenario.json'
save "$saved"
cp gradflow-scenario.json "$work/before.json"

dd if=/dev/zero of=filler bs=1024 2>/dev/null
[ "$(df --output=avail "$disk" | tail -n 1)" -eq 0 ] || fail "the disk is not full: $(df "$disk")"
focus depth
keys Right Escape
wait_until 20 'is explorer edited true && is engine waiting false'
save 'Not saved: gradflow-scenario.json cannot be written: No space left on device'
cmp gradflow-scenario.json "$work/before.json" || fail 'the scenario that was there is another one'
keys s
wait_until 20 'is explorer said "No picture: gradflow-deep-sigmoid-seed1.png cannot be written: No space left on device"'
[ "$(echo *)" = 'filler gradflow-scenario.json' ] || fail "on the full disk are: $(echo *)"
frames=$(state window frames)
keys Home
wait_until 20 'is explorer moment 1.0 && [ "$(state window frames)" -gt '$((frames + 10))' ]'
[ -s "$work/stderr" ] && fail 'the program complained elsewhere'

rm filler
save "$saved"
cmp -s gradflow-scenario.json "$work/before.json" && fail 'the scenario was not saved again'
keys s
wait_until 20 'is explorer said "Picture saved: gradflow-deep-sigmoid-seed1.png"'
[ "$(tail -c 8 gradflow-deep-sigmoid-seed1.png | head -c 4)" = IEND ] || fail 'the picture is half a picture'
echo 'a full disk is told'
