#!/bin/sh
# What the tests run: lines of everything, and branches of the parsers and the planner. Needs Debian's gcovr, not installed by
# bootstrap.sh. Takes some minutes; build-coverage/ keeps the details.
#   sh tests/coverage.sh          build without optimisation, run every test, print both tables
#   sh tests/coverage.sh report   print them again
set -eu
cd "$(dirname "$0")/.."
case ${1-} in
'' | report) ;;
*)
    sed -n 's/^#   //p' "$0" >&2
    exit 2
    ;;
esac

if [ "${1-}" != report ]; then
    cmake -B build-coverage -S . -G Ninja -DCMAKE_BUILD_TYPE=Debug -DGF_COVERAGE=ON >/dev/null
    cmake --build build-coverage
    find build-coverage -name '*.gcda' -delete
    ctest --test-dir build-coverage --output-on-failure --parallel "$(nproc)" || echo 'coverage: a test failed, see above'
fi

# Only build-coverage/src is searched: the fuzz targets' own copy of the code does not count.
report() {
    gcovr build-coverage/src --root . --object-directory build-coverage --sort-percentage "$@" 2>build-coverage/gcovr.log |
        sed '1,/^---/d'
}
echo 'Lines: count, run, share, those that were not run'
report --filter src/
echo
echo 'Branches of the parsers and the planner: count, taken, share, lines with one that was not taken'
# jansson's loops over members ask for NULL where none can be: one branch each that nothing takes.
report --branches --exclude-branches-by-pattern '.*json_(object|array)_foreach.*' --filter src/scenario/ --filter src/base/number.c --filter src/engine/protocol.c \
    --filter src/engine/plausible.c --filter src/engine/tensor.c --filter src/model/field.c --filter src/compute/plan.c
