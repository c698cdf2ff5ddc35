#!/bin/sh
# Row 25 of the faults, what is printed: a full disk behind stdout of every command is exit code 1 and a sentence with the reason; a reader
# that goes away ends the command as it ends others. And a picture on a full disk.
set -u
. "$(dirname "$0")/faults.sh"
cd "$work" || exit 1

# full COMMAND...: stdout is a full disk.
full() {
    echo "$*" >>cases
    "$GRADFLOW" "$@" >/dev/full 2>err
    code=$?
    cp err out
    [ $code = 1 ] || fail "$*: exit code $code"
    grep -q 'gradflow: the output cannot be written: No space left on device' err || fail "$*: no reason given"
    [ "$(grep -c 'gradflow: the\|could not be made' err)" = 1 ] || fail "$*: more than one reason"
}
for format in table json csv; do
    full run --device cpu --format $format
    full run --device cpu --format $format --depth 1 --width 2
    full sweep --device cpu --format $format --x depth=2,5
    full bench --device cpu --format $format --shape 2x8x2 --seconds 0.01
done
full devices
full scenarios
full --help
full --version
full run --help
full verify --device cpu
full bench --render --frames 2 --format json
full doctor --seconds 0.1 --format json
if has_pocl; then
    export XDG_CACHE_HOME="$work/choices" # what is tuned here is for nobody else
    full bench --tune --kernels cpu --device opencl --shape 2x8x2 --format json
fi

# closed COMMAND...: nobody reads.
closed() {
    echo "$*" >>cases
    { "$GRADFLOW" "$@" 2>err; echo $? >code; } | head -c 1 >/dev/null
    [ "$(cat code)" = 141 ] || fail "$* | head: exit code $(cat code)"
    [ -s err ] && fail "$* | head: it says something"
}
closed run --device cpu --format json --depth 500 --width 4
closed run --device cpu --format csv --depth 2000 --width 4
closed run --device cpu --rows 0 --depth 2000 --width 4

# A picture where there is no room for it: a limit on files stands for the disk.
mkdir pictures
for command in 'render -o' 'sweep --x depth=2,5 -o' 'bench --shape 2x8x2 --seconds 0.01 --plot'; do
    echo old >pictures/p.png
    # shellcheck disable=SC2086
    (ulimit -f 8 && "$GRADFLOW" $command pictures/p.png --device cpu --size 1280x720 >out 2>err)
    code=$?
    [ $code = 1 ] || fail "$command: exit code $code"
    grep -q 'p.png cannot be written: File too large' err || fail "$command: no reason"
    [ "$(cat pictures/p.png)" = old ] || fail "$command: the old picture was lost"
    [ "$(ls pictures)" = p.png ] || fail "$command: something is left"
    echo "$command" >>cases
done
echo "$(wc -l <cases) full disks and closed pipes"
