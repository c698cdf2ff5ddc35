#!/bin/sh
# What the tests run: lines of everything, and branches of the parsers and the planner. Needs Debian's gcovr, not installed by
# bootstrap.sh. Takes half an hour on two cores; build-coverage/ keeps the details. Exit code 1 where a goal is not met.
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

# report WHAT GOAL OPTIONS...: a table and whether GOAL percent are reached. Only build-coverage/src is searched: the fuzz
# targets' own copy of the code does not count.
missed=0
report() {
    what=$1 goal=$2
    shift 2
    gcovr build-coverage/src --root . --object-directory build-coverage --sort-percentage "$@" 2>build-coverage/gcovr.log \
        >build-coverage/table || {
        cat build-coverage/gcovr.log
        exit 1
    }
    sed '1,/^---/d' build-coverage/table
    awk -v what="$what" -v goal="$goal" '$1 == "TOTAL" { total = $2; run = $3 }
        END {
            good = total > 0 && 100 * run >= goal * total
            printf "%s: %.2f %% (%d of %d), the goal is %d %%: %s\n\n", what, total ? 100 * run / total : 0, run, total, goal,
                good ? "met" : "NOT MET"
            exit !good
        }' build-coverage/table || missed=1
}

echo 'Lines: count, run, share, those that were not run'
report 'Lines of everything' 85 --filter src/
echo 'Branches of the parsers and the planner: count, taken, share, lines with one that was not taken'
# Two kinds are left out. jansson's loops over members ask for NULL where none can be: one branch each that nothing takes.
# Branches on the lines that say GF_MEMORY: faults_memory makes one allocation in eleven fail, which ones is chance.
report 'Branches of the parsers and the planner' 100 --branches \
    --exclude-branches-by-pattern '.*(json_(object|array)_foreach|GF_MEMORY).*' \
    --filter src/scenario/ --filter src/base/number.c --filter src/model/field.c \
    --filter src/engine/protocol.c --filter src/engine/plausible.c --filter src/engine/tensor.c \
    --filter src/app/options.c --filter src/app/picture_size.c --filter src/app/sweep_axis.c --filter src/app/bench_shapes.c \
    --filter src/app/export.c --filter src/compute/opencl/tuning_cache.c --filter src/compute/plan.c
exit $missed
