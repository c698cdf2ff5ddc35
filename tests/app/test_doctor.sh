#!/bin/sh
# The page for the evening before: what is broken is named with what to do about it, nothing that is broken takes the page
# with it, and the exit code is that of the problems.
set -u
folder=$(mktemp -d) || exit 1
display_pid=''
end() {
    [ -n "$display_pid" ] && kill "$display_pid" && wait "$display_pid"
    rm -rf "$folder"
}
trap end EXIT
unset DISPLAY WAYLAND_DISPLAY

fail() {
    echo "$*"
    cat "$folder/page"
    exit 1
}

doctor() { # doctor [VARIABLE=VALUE]... [OPTION]...: sets code; the page is in $folder/page
    variables=''
    while :; do
        case ${1:-} in
        [A-Z]*=*) variables="$variables $1"; shift ;;
        *) break ;;
        esac
    done
    # shellcheck disable=SC2086
    env $variables "$GRADFLOW" doctor --seconds 0.2 "$@" >"$folder/page" 2>"$folder/stderr"
    code=$?
}

# says LEVEL WORDS: a finding of this level has these words; lines are put together first.
says() {
    awk '/^  [a-zA-Z]/ { printf "\n" } { sub(/^ +/, ""); printf "%s ", $0 }' "$folder/page" | grep "^$1 .*$2" >"$folder/line" ||
        fail "no '$1' with '$2'"
}

# Without a display it says so, and times frames all the same.
doctor
[ $code = 1 ] || fail "without a display the code is $code"
says PROBLEM 'no window can be opened.*-> '
says '[a-zA-Z]*' 'frames of 1920x1080: half within'
says ok 'cpu .*self-test passed'
says ok 'kernels come with the program'
[ "$(awk 'length > 80' "$folder/page" | wc -l)" = 0 ] || fail 'a line is wider than 80 columns'
grep -q "$(printf '\033')" "$folder/page" && fail 'colours in a file'
[ -s "$folder/stderr" ] && fail "stderr: $(cat "$folder/stderr")"

# Colours are for terminals that want them. A container may have none.
if script -qec true /dev/null >/dev/null 2>&1; then
    escape=$(printf '\033')
    env -u NO_COLOR script -qec "'$GRADFLOW' doctor --seconds 0.1" /dev/null >"$folder/page" 2>&1
    grep -q "$escape\[1;31mPROBLEM " "$folder/page" || fail 'no colours on a terminal'
    NO_COLOR=1 script -qec "'$GRADFLOW' doctor --seconds 0.1" /dev/null >"$folder/page" 2>&1
    grep -q "$escape" "$folder/page" && fail 'colours in spite of NO_COLOR'
    grep -q '^  PROBLEM ' "$folder/page" || fail 'no mark but the colour'
else
    echo 'not tested: colours, for which script(1) found no terminal'
fi

# As JSON.
doctor --format json
[ $code = 1 ] || fail "with --format json the code is $code"
python3 - "$folder/page" <<'END' || fail 'the JSON is not what it should be'
import json, sys
page = json.load(open(sys.argv[1]))
levels = [finding["level"] for finding in page["findings"]]
assert page["problems"] == levels.count("problem") >= 1, levels
assert page["warnings"] == levels.count("warning")
assert {f["topic"] for f in page["findings"]} == {"devices", "kernels", "memory", "drawing", "video", "display"}
assert all(f["advice"] for f in page["findings"] if f["level"] != "ok")
END

# Drivers: none, one that is gone, one that crashes when it is loaded, one that never comes back.
mkdir "$folder/none" "$folder/gone" "$folder/crash" "$folder/hang"
echo /nowhere/libdriver.so >"$folder/gone/gone.icd"
for kind in none gone; do
    doctor OCL_ICD_VENDORS="$folder/$kind/" OPENCL_VENDOR_PATH="$folder/$kind"
    says warning 'no OpenCL device.*-> Install'
    says ok 'cpu .*self-test passed'
done
driver() { # driver NAME STATEMENT: a driver that does this as soon as it is loaded
    printf '#include <stdlib.h>\n#include <unistd.h>\n__attribute__((constructor)) static void start(void) { %s; }\n' "$2" >"$folder/$1.c"
    cc -shared -fPIC -o "$folder/$1.so" "$folder/$1.c" || fail "the driver '$1' cannot be compiled"
    echo "$folder/$1.so" >"$folder/$1/$1.icd"
}
if command -v cc >/dev/null; then
    driver crash 'abort()'
    doctor OCL_ICD_VENDORS="$folder/crash/" OPENCL_VENDOR_PATH="$folder/crash"
    says PROBLEM 'signal 6.*-> '
    says ok 'cpu .*self-test passed'
    driver hang 'sleep(1000)'
    doctor OCL_ICD_VENDORS="$folder/hang/" OPENCL_VENDOR_PATH="$folder/hang"
    says PROBLEM 'not answer in time.*-> '
    says ok 'cpu .*self-test passed'
fi

# A graphics driver that crashes, an ffmpeg that hangs: a line each.
if command -v cc >/dev/null; then
    printf '#include <stdlib.h>\nint eglInitialize(void) { abort(); }\n' >"$folder/egl.c"
    cc -shared -fPIC -o "$folder/egl.so" "$folder/egl.c" || fail 'egl.c cannot be compiled'
    doctor LD_PRELOAD="$folder/egl.so"
    says PROBLEM 'OpenGL without a window crashed with signal 6.*-> Update'
    says PROBLEM 'OpenGL in a window crashed with signal 6.*-> Update'
    says ok 'cpu .*self-test passed'
fi
mkdir "$folder/slow"
printf '#!/bin/sh\nexec sleep 1000\n' >"$folder/slow/ffmpeg"
chmod +x "$folder/slow/ffmpeg"
doctor PATH="$folder/slow:$PATH"
says PROBLEM 'ffmpeg did not answer within 5 s.*-> Install'

# OpenGL that is not there.
doctor LIBGL_DRIVERS_PATH=/nowhere
says PROBLEM 'nothing can be drawn.*-> '
says ok 'cpu .*self-test passed'

# Folders and files. PATH keeps nothing: the program is named with its own.
mkdir "$folder/empty"
doctor PATH="$folder/empty"
says warning 'no ffmpeg in PATH.*-> Install ffmpeg'
printf '#!/bin/sh\nkill -9 $$\n' >"$folder/empty/ffmpeg"
chmod +x "$folder/empty/ffmpeg"
doctor PATH="$folder/empty"
says warning 'no ffmpeg in PATH'
doctor XDG_CACHE_HOME=/proc/nowhere POCL_CACHE_DIR=/proc/elsewhere
says warning 'compiled by PoCL: cannot be kept in /proc/elsewhere .*-> Make'
says warning 'bench --tune finds: cannot be kept in /proc/nowhere/gradflow'
doctor GRADFLOW_KERNEL_DIR=/nowhere
says PROBLEM "GRADFLOW_KERNEL_DIR is '/nowhere'.*-> Unset"
doctor GRADFLOW_KERNEL_DIR="$GF_SOURCE/kernels"
says warning 'kernels come from GRADFLOW_KERNEL_DIR'

# With a display.
if command -v Xvfb >/dev/null; then
    Xvfb -displayfd 3 -screen 0 1024x600x24 -noreset -nolisten tcp 3>"$folder/display" >/dev/null 2>&1 &
    display_pid=$!
    for try in $(seq 240); do
        [ -s "$folder/display" ] && break
        sleep 0.25
    done
    doctor DISPLAY=":$(cat "$folder/display")"
    says '[a-zA-Z]*' 'window: OpenGL'
    says warning 'monitor screen, 1024x600: less than 1280x720.*-> '
    says '[a-zA-Z]*' 'frames of 1024x600: half within'
    if grep -q '^  PROBLEM' "$folder/page"; then expected=1; else expected=0; fi
    [ $code = $expected ] || fail "with a display the code is $code"
fi

"$GRADFLOW" doctor --seconds 0 >"$folder/page" 2>&1
[ $? = 2 ] || fail '--seconds 0 is taken'
"$GRADFLOW" doctor --format csv >"$folder/page" 2>&1
[ $? = 2 ] || fail '--format csv is taken'
echo 'the doctor finds what is broken and says what to do'
