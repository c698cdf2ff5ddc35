# Sourced by the tests that run kernels under Oclgrind: what it watches, what it says, and which kernels it has seen.
#
# Oclgrind 21.10 cannot follow what optimisation makes of divisions and of functions that return structures, hence -cl-opt-disable. And
# it keeps the old size of a buffer that was released when its place is given to a larger one, whose end then counts as uninitialised for
# ever: one network a process, without self-test. What the host writes at an offset counts as uninitialised too: no orthogonal weights,
# and no run of layers that is done again.
command -v oclgrind >/dev/null || {
    echo "SKIPPED: oclgrind is not installed"
    exit 77
}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0
export GRADFLOW_SELF_TEST=off
watch='--build-options -cl-opt-disable --data-races --uninitialized --max-errors 20 --inst-counts'

failed() {
    echo "$*"
    failures=$((failures + 1))
}

# A run is over: its complaints are in $folder/log, what it printed in the files named; kernels that ran are in $folder/ran. Engines are
# killed, hence `stdbuf -oL` before the program.
saw() {
    sed -n "s/^.*Instructions executed for kernel '\(.*\)':.*/\1/p" "$@" >>"$folder/ran"
}

# unless_complained NAME: there is nothing in $folder/log
unless_complained() {
    [ -s "$folder/log" ] || return 0
    head -20 "$folder/log"
    failed "complaints: $*"
}

# break_kernels FILE SED_SCRIPT: the program takes kernels of which one is wrong
break_kernels() {
    cp "$GF_SOURCE"/kernels/*.cl "$folder" || exit 1
    sed -i "$2" "$folder/$1"
    cmp -s "$folder/$1" "$GF_SOURCE/kernels/$1" && failed "the kernel in $1 was not broken"
    export GRADFLOW_KERNEL_DIR="$folder"
}

# every_kernel_ran FILE...: each kernel that these files of the kernels' folder define was seen. Those of the GPU family are there twice.
every_kernel_ran() {
    for file in "$@"; do
        sed -n 's/^__kernel .*void \([A-Za-z_()]*[a-z)]\)(.*/\1/p' "$GF_SOURCE/kernels/$file"
    done | sed 's/^GF_GPU(\(.*\))$/\1_gpu\n\1_gpu_small/' >"$folder/kernels"
    [ "$(wc -l <"$folder/kernels")" -ge "$#" ] || failed "too few kernels in $*: $(cat "$folder/kernels")"
    while read -r kernel; do
        grep -qx "$kernel" "$folder/ran" || failed "no run has reached the kernel $kernel"
    done <"$folder/kernels"
    echo "$(wc -l <"$folder/kernels") kernels"
}
