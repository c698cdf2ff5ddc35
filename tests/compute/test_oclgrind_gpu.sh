#!/bin/sh
# The GPU family's kernels under Oclgrind: barriers, races in local memory, bounds, uninitialised values. Sizes 1, 7, 33 and one
# beside a tile of 48 x 32. The engine is asked directly, because a window's patience is shorter than Oclgrind; for the
# rest test_oclgrind.sh says why things are as they are.
set -u
command -v oclgrind >/dev/null || {
    echo "SKIPPED: oclgrind is not installed"
    exit 77
}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0
export GRADFLOW_SELF_TEST=off GRADFLOW_KERNELS=gpu
mkfifo "$folder/in"

# ask NETWORK: one run; what Oclgrind says is in $folder/log, what the engine says in $folder/out
ask() {
    : >"$folder/log"
    oclgrind --build-options -cl-opt-disable --data-races --uninitialized --check-api --max-errors 20 --log "$folder/log" \
        "$GRADFLOW" engine <"$folder/in" >"$folder/out" 2>"$folder/err" &
    engine=$!
    exec 3>"$folder/in"
    printf '{"type":"run","id":1,"device":"opencl:0","rows":4,"network":{%s}}\n' "$1" >&3
    for _ in $(seq 1000); do
        grep -aqE '"type": ?"(done|error)"' "$folder/out" && break
        kill -0 $engine 2>/dev/null || break
        sleep 0.1
    done
    kill $engine 2>/dev/null # left alone, it never comes to an end inside Oclgrind
    wait $engine 2>/dev/null
    exec 3>&-
}

expect_clean() {
    ask "$1"
    if ! grep -aqE '"type": ?"done"' "$folder/out" || ! grep -aqE '"kernels": ?"gpu"' "$folder/out"; then
        echo "not done by the GPU family: $1"
        cat "$folder/err"
        failures=$((failures + 1))
    fi
    [ -s "$folder/log" ] || return 0
    echo "complaints: $1"
    head -20 "$folder/log"
    failures=$((failures + 1))
}

expect_clean '"depth":1,"width":1,"batch":1'
expect_clean '"depth":2,"width":7,"batch":2,"activation":"relu","init":"normal","gain":10000,"skip":"residual"'
expect_clean '"depth":2,"width":49,"input_width":1,"output_width":1,"batch":2'
expect_clean '"depth":1,"width":2,"input_width":33,"batch":33,"norm":"batch","precision":"bf16"'
expect_clean '"depth":1,"width":47,"input_width":31,"batch":31,"activation":"elu"'

# It does complain: the barrier between placing a block and reading it is gone.
cp "$GF_SOURCE"/kernels/*.cl "$folder" || exit 1
sed -i '0,/^        barrier(CLK_LOCAL_MEM_FENCE);$/s///' "$folder/gpu_products.cl"
cmp -s "$folder/gpu_products.cl" "$GF_SOURCE/kernels/gpu_products.cl" && {
    echo "the kernel was not broken"
    exit 1
}
export GRADFLOW_KERNEL_DIR="$folder"
ask '"depth":1,"width":3,"batch":2'
[ -s "$folder/log" ] || {
    echo "Oclgrind did not see that a barrier is missing"
    failures=$((failures + 1))
}
exit $((failures > 0))
