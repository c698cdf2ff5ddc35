#!/bin/sh
# Without any OpenCL driver everything works on the C backend, and the output says where it ran.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
export OCL_ICD_VENDORS="$folder/"
export OPENCL_VENDOR_PATH="$folder"

fail() {
    echo "$*"
    exit 1
}

"$GRADFLOW" devices >"$folder/devices" || fail "devices failed"
grep -q '^opencl' "$folder/devices" && fail "there is an OpenCL device after all: this test tests nothing"
grep -q '^cpu' "$folder/devices" || fail "no cpu device"
"$GRADFLOW" run >"$folder/table" || fail "run failed"
grep -q '(cpu)' "$folder/table" || fail "the table does not say that it ran on cpu"
grep -q '1.97[0-9]e-09' "$folder/table" || fail "the listing's first layer is not 1.97e-09"
"$GRADFLOW" run --device opencl:0 2>"$folder/error" && fail "a device that is not there was used"
grep -q "'opencl:0' is not there" "$folder/error" || fail "it does not say that opencl:0 is not there"
echo "without OpenCL it runs on the C backend and says so"
