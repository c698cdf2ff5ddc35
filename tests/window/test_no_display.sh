# Without a display: one sentence that says what to do instead, and exit code 1.
set -u
unset DISPLAY WAYLAND_DISPLAY
said=$("$GRADFLOW" explore 2>&1)
code=$?
[ $code = 1 ] || { echo "exit code $code, expected 1: $said"; exit 1; }
[ "$(printf '%s\n' "$said" | wc -l)" = 1 ] || { echo "more than one line: $said"; exit 1; }
case $said in
*'gradflow render'*) echo "it says: $said" ;;
*) echo "no word about 'gradflow render': $said"; exit 1 ;;
esac
