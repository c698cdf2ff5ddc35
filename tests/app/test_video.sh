#!/bin/sh
# Videos and folders of frames: as many frames as asked for, moving; and whatever goes wrong or is called off on the way
# costs one sentence, never a half file.
set -u
unset DISPLAY WAYLAND_DISPLAY
work=$(mktemp -d) || exit 1
trap 'umount "$work/full" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
fail() { echo "FAILED: $*" >&2; exit 1; }

small='--size 320x180 --fps 10 --device cpu --depth 4 --width 8 --batch 4'
render() { (PATH=$search && exec "$GRADFLOW" render $small "$@") 2>said </dev/null; }
expect() { # expect CODE PART ARGUMENT...: that exit code, one sentence with PART, nothing left behind
    code=$1 part=$2
    shift 2
    render "$@"
    got=$?
    [ $got = "$code" ] || fail "exit code $got, expected $code, for: $*: $(cat said)"
    grep -qF -- "$part" said && [ "$(wc -l <said)" = 1 ] || fail "not one sentence with '$part' for: $*: $(cat said)"
    left=$(ls -d out* 2>/dev/null)
    [ -z "$left" ] || fail "left behind after: $*: $left"
}
fake_ffmpeg() { # fake_ffmpeg SCRIPT: what PATH finds as ffmpeg from now on
    mkdir -p fake
    printf '#!/bin/sh\n%s\n' "$1" >fake/ffmpeg
    chmod +x fake/ffmpeg
    search=$work/fake:$PATH
}
search=$PATH # where the program looks for ffmpeg

# A folder of frames: all there, numbered, of the right size, moving while the waves move and still while the end is held.
render -o out/ --seconds 1 || fail "no folder of frames: $(cat said)"
[ "$(ls out | tr '\n' ' ')" = "$(seq -f 'frame-%05.0f.png' -s ' ' 1 10) " ] || fail "frames are: $(ls out)"
[ "$(od -An -tu1 -j 16 -N 8 out/frame-00001.png | tr -s ' ')" = ' 0 0 1 64 0 0 0 180' ] || fail 'frames are not 320x180'
for i in 1 2 3 4 5 6 7 8; do
    after=$(printf 'out/frame-%05d.png' $((i + 1)))
    same=$(cmp -s "$(printf 'out/frame-%05d.png' $i)" "$after" && echo yes)
    # 10 frames, of which the last 0.2 s show the end that frame 8 has reached
    if [ $i -lt 8 ]; then [ -z "$same" ] || fail "nothing moves from frame $i on"; fi
    if [ $i -eq 8 ]; then [ "$same" ] || fail 'the end is not held'; fi
done
cp out/frame-00001.png first.png
render -o out --seconds 1 && fail 'frames were mixed with frames that were there'
grep -q 'holds frames already' said || fail "it says: $(cat said)"
cmp -s first.png out/frame-00001.png || fail 'a frame that was there has changed'
rm -r out

# A lecture: a pass for each step, or for one.
"$GRADFLOW" render one-bad-layer --size 320x180 --fps 5 --seconds 0.2 -o out/ --device cpu 2>said || fail "$(cat said)"
steps=$(grep -c '"text"' "$GF_SOURCE/scenarios/one-bad-layer.json")
[ "$(ls out | wc -l)" = "$steps" ] || fail "$(ls out | wc -l) frames for $steps steps of one frame each"
cmp -s out/frame-00001.png out/frame-00002.png && fail 'the second step looks like the first'
cp out/frame-00002.png second.png
rm -r out
"$GRADFLOW" render one-bad-layer --size 320x180 --fps 5 --seconds 0.2 --step 2 -o out/ --device cpu || fail 'no step 2'
[ "$(ls out)" = frame-00001.png ] || fail "frames of one step are: $(ls out)"
if command -v compare >/dev/null; then # but for the time that the pass took, which is in the picture: 48 pixels
    apart=$(compare -metric AE -fuzz 4% out/frame-00001.png second.png null: 2>&1)
    [ "$apart" -lt 300 ] || fail "step 2 alone and in the lecture differ in $apart pixels; two steps do in 1200"
fi
rm -r out

expect 2 'allowed are numbers from 0.1 to 3600' -o out.mp4 --seconds 0
expect 2 'allowed are numbers from 0.1 to 3600' -o out.mp4 --seconds 1e9
expect 2 'allowed are numbers from 0.1 to 3600' -o out/ --seconds nan
expect 2 'allowed are whole numbers from 1 to 240' -o out.mp4 --fps 0
expect 2 'allowed are whole numbers from 1 to 240' -o out.mp4 --fps 241
expect 2 'allowed are whole numbers from 1 to 240' -o out.mp4 --fps 29.97
expect 2 'a video needs even numbers, such as 320x180' -o out.mp4 --size 321x181
expect 2 'a folder takes up to 99999' -o out/ --seconds 3600 --fps 240
expect 2 "--at is '0.5'" -o out.mp4 --at 0.5
expect 2 "--seconds is '3'" -o out.png --seconds 3
expect 2 'this scenario has no steps' -o out.mp4 --step 2
expect 2 'in .mp4' -o out.avi
expect 1 '/nowhere/out.mp4 cannot be written' -o /nowhere/out.mp4
expect 1 '/nowhere/out cannot be made' -o /nowhere/out/

# No ffmpeg, an ffmpeg that dies, one that lies, and one that hangs until we are told to stop.
mkdir empty
search=$work/empty
expect 1 'apt install ffmpeg' -o out.mp4
fake_ffmpeg 'head -c 10 >/dev/null; echo "muxer fell over" >&2; exit 3'
expect 1 'ffmpeg ended with code 3: muxer fell over' -o out.mp4
fake_ffmpeg 'head -c 10 >/dev/null'
expect 1 'no video was made' -o out.mp4
fake_ffmpeg 'cat >/dev/null'
expect 1 'no video was made' -o out.mp4
echo keep >out.mp4
render -o out.mp4 && fail 'a failed video counts as one'
[ "$(cat out.mp4)" = keep ] || fail 'a failed video has replaced the one that was there'
rm out.mp4

cancel() { # cancel SIGNAL PATH-TO-WAIT-FOR ARGUMENT...: exit code 1 soon after the signal, and a word about it
    signal=$1 awaited=$2
    shift 2
    # env: a shell starts what is in the background with SIGINT ignored, which it would keep
    env --default-signal=INT PATH="$search" "$GRADFLOW" render $small "$@" 2>said &
    pid=$!
    for i in $(seq 100); do [ -e "$awaited" ] && break; sleep 0.1; done
    [ -e "$awaited" ] || fail "$awaited never came: $(cat said)"
    kill -"$signal" $pid
    wait $pid
    code=$?
    [ $code = 1 ] && grep -q 'cancelled; nothing was written' said || fail "SIG$signal: exit code $code: $(cat said)"
}
fake_ffmpeg "echo \$\$ >$work/child; exec sleep 60"
cancel TERM child -o out.mp4 --seconds 60
kill -0 "$(cat child)" 2>/dev/null && fail 'an ffmpeg that hangs outlives us'
cancel INT out/frame-00003.png -o out/ --seconds 600
mkdir mine
echo mine >mine/notes
cancel TERM mine/frame-00003.png -o mine --seconds 600
[ "$(ls mine)" = notes ] || fail "in a folder of the user's are: $(ls mine)"
left=$(ls -d out* 2>/dev/null)
[ -z "$left" ] || fail "left behind by what was cancelled: $left"
search=$PATH

# A disk of 64 KiB.
mkdir full
if mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
    expect 1 'No space left' -o full/out/ --size 640x360 --seconds 2
    [ -z "$(ls full)" ] || fail "on the full disk are: $(ls full)"
else
    echo 'no right to mount a small disk: not tested with one'
fi

if ! command -v ffmpeg >/dev/null || ! command -v ffprobe >/dev/null; then
    echo 'no ffmpeg: a real video was not tested'
    exit 77
fi
if mountpoint -q full; then
    expect 1 'No space left' -o full/out.mp4 --size 1280x720 --fps 30 --seconds 4
    [ -z "$(ls full)" ] || fail "on the full disk are: $(ls full)"
fi
render -o "out: it's 100%d.mp4" --seconds 1 || fail "no video: $(cat said)"
[ "$(ls -d out*)" = "out: it's 100%d.mp4" ] || fail "beside the video are: $(ls -d out*)"
facts=$(ffprobe -v error -count_frames -show_entries stream=codec_name,width,height,pix_fmt,nb_read_frames,duration \
    -of csv=p=0 "file:out: it's 100%d.mp4")
[ "$facts" = 'h264,320,180,yuv420p,1.000000,10' ] || fail "the video is: $facts"
echo 'videos and folders of frames are whole or not there'
