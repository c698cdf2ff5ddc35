#!/bin/sh
# The C backends under valgrind: reading what was never written, writing out of bounds, memory lost. Small and odd sizes; every norm,
# skip and precision, far exponents, activations and weights that are made again for want of room, a run called off, and every array
# read back. One engine is watched, without OpenCL: drivers are not ours to mend. It is spoken to directly, for the window would lose
# patience with something so slow.
set -u
command -v valgrind >/dev/null || {
    echo "SKIPPED: valgrind is not installed"
    exit 77
}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

# It does complain.
printf '#include <stdlib.h>\nint main(void) { char *byte = malloc(1); return byte[1] == 7; }\n' >"$folder/wrong.c"
if command -v cc >/dev/null && cc -O0 -o "$folder/wrong" "$folder/wrong.c" &&
    valgrind -q --error-exitcode=9 "$folder/wrong" 2>/dev/null; then
    echo "valgrind did not see a byte read out of bounds"
    exit 1
fi

mkfifo "$folder/in"
GRADFLOW_MEMORY_MIB=2 valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9 \
    --log-file="$folder/log" "$GRADFLOW" engine --no-opencl <"$folder/in" >"$folder/out" 2>"$folder/err" &
engine=$!
exec 3>"$folder/in"
id=0

# Say it, and wait for the answer: a run that comes too early would cancel the one before.
ask() {
    id=$((id + 1))
    printf '{"id":%d,%s}\n' $id "$1" >&3
    until grep -aq "\"type\":\"$2\",\"id\":$id[,}]" "$folder/out"; do
        if grep -aq '"type":"error"' "$folder/out" || ! kill -0 $engine 2>/dev/null; then return; fi
        sleep 0.05
    done
}

run() { ask "\"type\":\"run\",\"device\":\"$device\",\"rows\":5,\"network\":{$1}" 'done'; }

for device in cpu reference; do
    run '"depth":1,"width":1,"batch":1'
    run '"depth":3,"width":33,"batch":7,"activation":"gelu","norm":"layer","skip":"residual","init":"orthogonal"'
    run '"depth":3,"width":13,"batch":35,"activation":"relu","norm":"batch","output":"linear","precision":"bf16"'
    run '"depth":5,"width":7,"batch":2,"activation":"relu","init":"normal","gain":10000,"skip":"residual"'
    run '"depth":4,"width":9,"batch":5,"init":"normal","sigma":1e-20,"activation":"tanh","precision":"fp32"'
    run '"depth":70,"width":6,"batch":3' # its first layers' gradients are far below what float32 holds
    run '"depth":2,"width":17,"batch":3,"input_width":5,"output_width":3,"bias_std":1,"precision":"fp16","loss_scale":1024'
    for tensor in 0 1 2 3 4 5 6 7 8; do
        ask "\"type\":\"inspect\",\"layer\":2,\"tensor\":$tensor" tensor
    done
done
# 2 MiB do not hold their activations; the second's weights neither.
device=cpu
run '"depth":60,"width":24,"batch":128'
run '"depth":100,"width":24,"batch":128'
ask '"type":"inspect","layer":2,"tensor":3' tensor
# Called off on the way, and what comes after it is whole. Both in one write, or the run might be over before it is called off.
for device in cpu reference; do
    id=$((id + 1))
    printf '{"id":%d,"type":"run","device":"%s","rows":5,"network":{"depth":50,"width":24,"batch":24}}\n{"id":%d,"type":"cancel"}\n' \
        $id $device $id >&3
    until grep -aq "\"type\":\"cancelled\",\"id\":$id[,}]" "$folder/out" || ! kill -0 $engine 2>/dev/null; do sleep 0.05; done
    run '"depth":4,"width":9,"batch":5'
done
exec 3>&-
wait $engine
code=$?
if [ $code -ne 0 ] || [ -s "$folder/log" ] || grep -aq '"type":"error"' "$folder/out"; then
    echo "the engine ended with $code after $id requests"
    grep -a '"type":"error"' "$folder/out"
    head -60 "$folder/log" "$folder/err"
    exit 1
fi
done=$(grep -ac '"type":"done"' "$folder/out")
echo "$done runs, $((id - done - 2)) arrays, 2 called off: nothing to complain about"
[ "$done" -eq 18 ]
