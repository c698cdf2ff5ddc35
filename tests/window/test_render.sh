# Pictures without a display: their sizes, their moments, and what is said about wrong values.
set -u
unset DISPLAY WAYLAND_DISPLAY
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

side() { # side FILE OFFSET: a big-endian number of the PNG's header
    od -An -tu1 -j "$2" -N 4 "$1" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

for size in 1920x1080 1280x720 800x450; do
    file=$work/$size.png
    "$GRADFLOW" render deep-sigmoid -o "$file" --size $size || fail "no picture of $size"
    [ "$(side "$file" 16)x$(side "$file" 20)" = $size ] || fail "asked for $size, got $(side "$file" 16)x$(side "$file" 20)"
    # A picture of nothing is a few thousand bytes.
    [ "$(wc -c <"$file")" -gt 30000 ] || fail "the picture of $size has only $(wc -c <"$file") bytes"
done

"$GRADFLOW" render deep-sigmoid -o "$work/start.png" --size 1280x720 --at 0 || fail 'no picture at 0'
"$GRADFLOW" render deep-sigmoid -o "$work/end.png" --size 1280x720 --at 1 || fail 'no picture at 1'
if command -v compare >/dev/null; then
    apart=$(compare -metric AE -fuzz 4% "$work/start.png" "$work/end.png" null: 2>&1 | awk '{ printf "%d", $1 }')
    [ "${apart:-0}" -gt 10000 ] || fail "the beginning and the end of the wave differ in $apart pixels only"
fi

"$GRADFLOW" render deep-sigmoid -o "$work/light.png" --size 1280x720 --at 1 --light || fail 'no light picture'
"$GRADFLOW" render deep-sigmoid -o "$work/3d.png" --size 1280x720 --at 1 --3d || fail 'no picture in perspective'
if command -v compare >/dev/null; then
    for look in light 3d; do
        apart=$(compare -metric AE -fuzz 4% "$work/$look.png" "$work/end.png" null: 2>&1 | awk '{ printf "%d", $1 }')
        [ "${apart:-0}" -gt 50000 ] || fail "--$look changes $apart pixels only"
    done
fi

# A film plays: its button says pause, but for the end that is held. A picture of the same moment stands still.
if command -v compare >/dev/null; then
    "$GRADFLOW" render deep-sigmoid -o "$work/film/" --size 1280x720 --seconds 1 --fps 4 || fail 'no film'
    button() { # button ONE OTHER: how many of its pixels differ
        for file in "$1" "$2"; do convert "$file" -crop 36x33+88+572 +repage "$file.button.png"; done
        compare -metric AE -fuzz 4% "$1.button.png" "$2.button.png" null: 2>&1 | awk '{ printf "%d", $1 }'
    }
    ls "$work/film" | head -n 1 >"$work/first"
    ls "$work/film" | tail -n 1 >"$work/last"
    [ "$(button "$work/film/$(cat "$work/first")" "$work/start.png")" -gt 50 ] || fail 'a film is shown as paused'
    [ "$(button "$work/film/$(cat "$work/last")" "$work/end.png")" -lt 5 ] || fail 'the end of a film is shown as playing'
fi

refused() { # refused FLAG ALLOWED ARGUMENT...: exit 2, a sentence with both, no file
    flag=$1 allowed=$2
    shift 2
    said=$("$GRADFLOW" render deep-sigmoid "$@" 2>&1)
    code=$?
    [ $code = 2 ] || fail "exit code $code, expected 2, for: $*: $said"
    case $said in *"$flag"*"$allowed"*) ;; *) fail "'$said' does not name $flag and $allowed" ;; esac
}
refused --size 1920x1080 -o "$work/no.png" --size 0x0
refused --size 1920x1080 -o "$work/no.png" --size 1920
refused --size 1920x1080 -o "$work/no.png" --size 99999x99999
refused --size 1920x1080 -o "$work/no.png" --size 1920x1080x2
refused --at 1 -o "$work/no.png" --at 1.5
refused --at 1 -o "$work/no.png" --at nan
refused --at 1 -o "$work/no.png" --at half
refused -o .png -o "$work/no.jpg"
refused -o .png
[ -e "$work/no.png" ] || [ -e "$work/no.jpg" ] && fail 'a refused picture was written'

"$GRADFLOW" render deep-sigmoid -o "$work/none/no.png" 2>"$work/said"
code=$?
[ $code = 1 ] || fail "exit code $code, expected 1, for a folder that is not there"
grep -q "$work/none" "$work/said" || fail "the folder is not named: $(cat "$work/said")"
echo 'pictures come in the size and at the moment asked for'
