# Ten scenes at two sizes are drawn as they were when somebody looked at them. expected/make_scenes.sh draws them again.
#
# With the renderer that drew them not a pixel differs but for what the five bits of a channel leave out; 500 pixels in a
# million may be off by more than 4 %, for a library of letters that rounds an edge differently. Another renderer smooths every
# edge in its own way and may differ in ten times as many. One colour of the palette that is another is more than 500: the test
# shows it for every picture, with the colour of the measured curve.
set -u
for tool in convert compare identify; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
unset DISPLAY WAYLAND_DISPLAY
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
scenes=$GF_SOURCE/tests/expected/scenes

sh "$GF_SOURCE/tests/expected/make_scenes.sh" "$work" || { echo 'FAILED: the scenes cannot be drawn'; exit 1; }
strict=500 allowed=500
cmp -s "$scenes/renderer.txt" "$work/renderer.txt" || allowed=5000

differing() { # of two pictures, in parts of a million of all pixels
    pixels=$(compare -metric AE -fuzz 4% "$1" "$2" null: 2>&1)
    awk -v pixels="$pixels" -v all="$(identify -format '%[fx:w*h]' "$1")" 'BEGIN { printf "%.0f", 1e6 * pixels / all }'
}

failed=0 count=0 worst=0 least=1000000
for picture in "$scenes"/*.png; do
    name=$(basename "$picture")
    count=$((count + 1))
    apart=$(differing "$picture" "$work/$name")
    [ "$apart" -gt "$worst" ] && worst=$apart
    [ "$apart" -le $allowed ] || { echo "FAILED: $name: $apart pixels in a million are others, $allowed may be"; failed=1; }
    # The mutant: #f0a43c, or #b85c00 on white, as make_scenes.sh leaves it, becomes the colour of the theory.
    case $name in light*) from='#b45a00' to='#5a6674' ;; *) from='#eea439' to='#98a4b2' ;; esac
    convert "$picture" -fuzz 1% -fill $to -opaque $from "$work/mutant.png"
    apart=$(differing "$picture" "$work/mutant.png")
    [ "$apart" -lt "$least" ] && least=$apart
    [ "$apart" -gt $strict ] || { echo "FAILED: $name: another colour would not be noticed ($apart)"; failed=1; }
done
[ $count = 20 ] || { echo "FAILED: $count pictures instead of 20"; failed=1; }
echo "$count pictures: at most $worst pixels in a million are others, $allowed may be; another colour of the curve changes $least"
exit $failed
