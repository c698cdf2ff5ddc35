#!/bin/sh
# Row 3 of the faults: libOpenCL.so.1 is not there, is no library, or lacks functions. Everything works on the processor, and one sentence
# says why nothing else does.
set -u
. "$(dirname "$0")/faults.sh"

without='OpenCL cannot be used: .*libOpenCL'
with LD_PRELOAD=$GF_FAULTS_DIR/libfault_loader.so completes 'no loader' "$without"
mkdir "$work/broken" "$work/foreign"
echo 'no library' >"$work/broken/libOpenCL.so.1"
cp "$GF_FAULTS_DIR/libfault_driver.so" "$work/foreign/libOpenCL.so.1"
with LD_LIBRARY_PATH=$work/broken completes 'a loader that is no library' "$without"
with LD_LIBRARY_PATH=$work/foreign completes 'a loader without its functions' 'libOpenCL.so.1 has no clBuildProgram'
with LD_LIBRARY_PATH=$work/broken completes 'no loader, and nobody asks for it' '' --device cpu --engine "$GRADFLOW engine --no-opencl"
for command in devices 'doctor --seconds 0.1' 'verify --device cpu' 'bench --device cpu --shape 2x8x2 --seconds 0.01'; do
    # shellcheck disable=SC2086
    LD_LIBRARY_PATH=$work/broken "$GRADFLOW" $command >"$work/out" 2>"$work/err" || [ "${command%% *}" = doctor ] || fail "no loader: $command"
    grep -q 'cpu' "$work/out" || fail "no loader: $command does not find the processor"
done
LD_LIBRARY_PATH=$work/broken "$GRADFLOW" devices >"$work/out" 2>"$work/err"
grep -q "$without" "$work/err" || fail 'devices does not say that the loader is broken'
echo "$(wc -l <"$work/cases") loaders that are no good"
