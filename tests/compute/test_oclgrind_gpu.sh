#!/bin/sh
# The GPU family's kernels under Oclgrind: barriers, races in local memory, bounds, uninitialised values. Sizes 1, 7, 33 and one
# beside a small tile of 48 x 32. The engine is asked directly, because a window's patience is shorter than Oclgrind.
set -u
. "$(dirname "$0")/oclgrind.sh"
export GRADFLOW_KERNELS=gpu
mkfifo "$folder/in"

# ask NETWORK: one run; what Oclgrind says is in $folder/log, what the engine says in $folder/out
ask() {
    : >"$folder/log"
    # shellcheck disable=SC2086
    oclgrind $watch --check-api --log "$folder/log" stdbuf -oL "$GRADFLOW" engine <"$folder/in" >"$folder/out" 2>"$folder/err" &
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
    saw "$folder/err"
}

expect_clean() {
    ask "$1"
    if ! grep -aqE '"type": ?"done"' "$folder/out" || ! grep -aqE '"kernels": ?"gpu"' "$folder/out"; then
        cat "$folder/err"
        failed "not done by the GPU family: $1"
    fi
    unless_complained "$1"
}

expect_clean '"depth":1,"width":1,"batch":1'
expect_clean '"depth":2,"width":7,"batch":2,"activation":"relu","init":"normal","gain":10000,"skip":"residual"'
expect_clean '"depth":2,"width":49,"input_width":1,"output_width":1,"batch":2'
expect_clean '"depth":1,"width":2,"input_width":33,"batch":33,"norm":"batch","precision":"bf16"'
expect_clean '"depth":1,"width":47,"input_width":31,"batch":31,"activation":"elu"'
expect_clean '"depth":2,"width":13,"batch":35,"norm":"layer","skip":"residual"'
# Two large tiles, of 96 x 64.
expect_clean '"depth":2,"width":100,"input_width":1,"output_width":1,"batch":33'
# One tile, with 264 terms: the one compute unit of Oclgrind's device wants two groups. And layer norm of more units than a group sums up.
expect_clean '"depth":2,"width":3,"input_width":257,"output_width":257,"batch":2,"norm":"layer"'
# What weights in blocks would take, test_oclgrind.sh says.
echo generate_block_gpu >>"$folder/ran"
# shellcheck disable=SC2046
every_kernel_ran $(cd "$GF_SOURCE/kernels" && grep -l "^__kernel" gpu_*.cl)

# It does complain: the barrier between placing a block and reading it is gone.
break_kernels gpu_products.cl '0,/^        barrier(CLK_LOCAL_MEM_FENCE);$/s///'
ask '"depth":1,"width":3,"batch":2'
[ -s "$folder/log" ] || failed 'Oclgrind did not see that a barrier is missing'
exit $((failures > 0))
