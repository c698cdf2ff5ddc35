#!/bin/sh
# Draws the scenes of tests/view/test_scenes.sh again: sh tests/expected/make_scenes.sh, or into another folder, or with another
# program: GRADFLOW=PROGRAM sh tests/expected/make_scenes.sh FOLDER. Look at them before you commit them.
#
# The reference backend computes, so that every number is the same everywhere. Of each channel the five highest bits are
# kept, which the eye does not miss and which takes a third off the files.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/scenes}
program=${GRADFLOW:-$here/../../build/gradflow}
mkdir -p "$folder"

"$program" bench --render --frames 1 --format json | awk '/"renderer"/ { print; exit }' >"$folder/renderer.txt"

scene() { # scene NAME ARGUMENT...
    name=$1
    shift
    for size in 1280x720 1920x1080; do
        "$program" render "$@" --device reference --size $size -o "$folder/drawn.png"
        # The time that the pass took is never the same: the right end of the head is left out.
        width=${size%x*} height=${size#*x}
        convert "$folder/drawn.png" -fill black \
            -draw "rectangle $((width * 82 / 100)),0 $width,$((height * 6 / 100))" \
            -posterize 32 -strip -define png:compression-level=9 -define png:compression-filter=5 \
            -define png:exclude-chunks=date,time "PNG24:$folder/$name-$size.png"
    done
    rm "$folder/drawn.png"
}

scene vanishing deep-sigmoid
scene exploding exploding-relu
scene healthy healthy-relu
scene dead dying-relu
scene deep thousand-layers
scene wide --depth 3 --width 4096 --batch 2 --input-width 16 --output-width 8 --activation relu --init he_normal
scene tiny tiny-by-hand
scene compare side-by-side-inits
scene inspector healthy-tanh --layer 5
scene light exploding-tanh --light
