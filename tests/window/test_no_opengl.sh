# A display without the OpenGL that is needed: what is needed, what was found, what to do instead, in one line, with code 1.
set -u
. "$(dirname "$0")/window.sh"
need Xvfb awk

says() { # says WHAT: of the text in $said and the $code
    [ "$code" = 1 ] || fail "exit code $code, expected 1: $said"
    [ "$(printf '%s\n' "$said" | grep -c '^gradflow:')" = 1 ] || fail "not one sentence: $said"
    for part in 'OpenGL 3.3' "$@" 'gradflow render'; do
        case $said in *"$part"*) ;; *) fail "no word about '$part': $said" ;; esac
    done
    echo "it says: $said"
}

start_server 800x600
# Too old, and a driver that is not there (what Mesa itself says of that comes before).
said=$(MESA_GL_VERSION_OVERRIDE=2.1 timeout 60 "$GRADFLOW" explore 2>&1)
code=$?
says 'OpenGL found: 2.1' LIBGL_ALWAYS_SOFTWARE
said=$(LIBGL_DRIVERS_PATH="$work" timeout 60 "$GRADFLOW" explore 2>&1)
code=$?
says 'OpenGL found: none'

# Off screen the same.
for trouble in MESA_GL_VERSION_OVERRIDE=2.1 LIBGL_DRIVERS_PATH="$work"; do
    said=$(env "$trouble" timeout 60 "$GRADFLOW" render -o "$work/picture.png" 2>&1)
    code=$?
    [ $code = 1 ] || fail "render with $trouble: exit code $code, expected 1: $said"
    case $said in *'OpenGL 3.3'*) ;; *) fail "render with $trouble: no word about OpenGL 3.3: $said" ;; esac
    case $said in *'gradflow run'*) ;; *) fail "render with $trouble: no word about what works still: $said" ;; esac
done
[ -e "$work/picture.png" ] && fail 'a picture came of it'
"$GRADFLOW" run classic-listing --device cpu >/dev/null || fail 'the table needs no OpenGL, but did not come'
kill "$display_pid" && wait "$display_pid" 2>/dev/null

# No GLX at all.
rm -f "$work/display"
start_server 800x600 -extension GLX
said=$(timeout 60 "$GRADFLOW" explore 2>&1)
code=$?
says GLX 'OpenGL found: none'
