#!/bin/sh
# Rows 1, 2, 5, 6 and 10 to 13 of the faults: drivers that are missing, crash, hang or lose their cache; kernels that do not compile or
# never end. `run` ends well with the right numbers and one sentence; `devices` says what is wrong.
set -u
. "$(dirname "$0")/faults.sh"

# vendors NAME LINE...: a folder of drivers, one .icd file a line.
vendors() {
    folder=$work/$1.vendors
    mkdir -p "$folder"
    shift
    for library in "$@"; do
        echo "$library" >"$folder/$(basename "$library").icd"
    done
    OCL_ICD_VENDORS=$folder/
    export OCL_ICD_VENDORS
}
bad=$GF_FAULTS_DIR/libfault_driver.so

vendors none
completes 'no driver'
"$GRADFLOW" devices >"$work/out" 2>"$work/err" || fail 'no driver: devices'
grep -q 'no OpenCL device' "$work/err" || fail 'devices does not say that there is no OpenCL device'
vendors dangling /nowhere/libOpenCLdriver.so
completes 'a driver whose library is gone'
vendors empty "$bad"
completes 'a driver without platforms'
vendors bad "$bad"
with FAULT_DRIVER=crash completes 'a driver that crashes' 'crashed with signal 11.*the processor without OpenCL'
with FAULT_DRIVER=abort completes 'a driver that aborts' 'crashed with signal 6.*the processor without OpenCL'
FAULT_DRIVER=crash "$GRADFLOW" devices >"$work/out" 2>"$work/err" || fail 'a driver that crashes: devices'
grep -q 'crashed with signal 11' "$work/err" || fail 'devices does not name the crash'
grep -q '^cpu' "$work/out" || fail 'devices lists nothing'
start=$(date +%s)
FAULT_DRIVER=hang "$GRADFLOW" devices >"$work/listed" 2>&1 &
listing=$!
with FAULT_DRIVER=hang completes 'a driver that hangs' 'did not answer in time.*the processor without OpenCL'
wait $listing || fail 'a driver that hangs: devices'
grep -q 'did not answer in time' "$work/listed" || fail 'devices does not say that the driver hangs'
[ $(($(date +%s) - start)) -le 30 ] || fail 'a driver that hangs: half a minute'
unset OCL_ICD_VENDORS

if ! has_pocl; then
    echo "SKIPPED: PoCL is not installed; $(wc -l <$work/cases) cases without it"
    exit 77
fi

# With PoCL.
completes 'PoCL as it is'
vendors both "$bad" "$(cat /etc/OpenCL/vendors/pocl.icd)"
completes 'one good driver and one without platforms'
unset OCL_ICD_VENDORS

mkdir "$work/kernels"
cp "$GF_SOURCE"/kernels/*.cl "$work/kernels"
echo 'this is no kernel' >>"$work/kernels/forward.cl"
with GRADFLOW_KERNEL_DIR=$work/kernels completes 'kernels that do not compile' 'do not compile.*the processor without OpenCL'
GRADFLOW_KERNEL_DIR=$work/kernels "$GRADFLOW" devices >"$work/out" 2>"$work/err" || fail 'devices with kernels that do not compile'
grep -q 'does not work: .*do not compile' "$work/out" || fail 'devices does not say that the kernels do not compile'
cp "$GF_SOURCE"/kernels/*.cl "$work/kernels"
sed -i '/^__kernel void loss/,/^{/ s/^{/{ volatile int stay = 1; while (stay) ;/' "$work/kernels/loss.cl"
cmp -s "$work/kernels/loss.cl" "$GF_SOURCE/kernels/loss.cl" && fail 'the endless kernel is not endless'
printf 'echo started >>"%s/starts"\nexec "$GRADFLOW" engine "$@"\n' "$work" >"$work/counted"
with GRADFLOW_PATIENCE=1 GRADFLOW_KERNEL_DIR=$work/kernels completes 'a kernel that never ends' 'have not come to an end within 3 s.*the processor without OpenCL' --engine "sh $work/counted"
[ "$(wc -l <"$work/starts")" = 2 ] || fail 'a kernel that never ends is waited for more than once'

# The kernel cache: gone, not writable, broken. PoCL without one would have no devices.
on_opencl() {
    "$GRADFLOW" run >"$work/out" 2>"$work/err" || fail "$1: exit code $?"
    grep -q '(opencl:0)' "$work/out" || fail "$1: not computed with OpenCL"
}
echo file >"$work/file"
with POCL_CACHE_DIR=$work/file/cache completes 'a cache that cannot be written'
with POCL_CACHE_DIR=$work/file/cache on_opencl 'a cache that cannot be written'
mkdir "$work/home"
with HOME=$work/home XDG_CACHE_HOME= POCL_CACHE_DIR= completes 'a cache without a name'
with HOME=$work/home XDG_CACHE_HOME= POCL_CACHE_DIR= on_opencl 'a cache without a name'
HOME=$work/home XDG_CACHE_HOME='' POCL_CACHE_DIR='' "$GRADFLOW" verify --device opencl:0 >"$work/out" 2>"$work/err" || fail 'a cache without a name: verify'
with POCL_CACHE_DIR=$work/cache completes 'a cache that is not there'
find "$work/cache" -name '*.so' -exec sh -c 'for f; do echo broken >"$f"; done' sh {} +
with POCL_CACHE_DIR=$work/cache completes 'a broken cache' 'kernel cache of its own'
with POCL_CACHE_DIR=$work/cache on_opencl 'a broken cache'
# Where no cache can be had, OpenCL is left.
with POCL_CACHE_DIR=$work/file/a XDG_CACHE_HOME=$work/file/b TMPDIR=$work/file/c completes 'no cache at all'

echo "$(wc -l <"$work/cases") cases of drivers and devices that are no good"
