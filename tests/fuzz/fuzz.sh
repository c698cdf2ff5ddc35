#!/bin/sh
# Search for inputs that break a parser: every target, or those named, for SECONDS each. Needs Debian's clang and
# libclang-rt-14-dev, not installed by bootstrap.sh.
#   sh tests/fuzz/fuzz.sh SECONDS [TARGET...]
# Starts from the committed corpus. What it finds is kept in build-fuzz/corpus; an input that breaks something is written to
# build-fuzz/findings: copy it to tests/fuzz/corpus/TARGET, where every test run replays it, then mend what it breaks.
#   sh tests/fuzz/fuzz.sh minimise
# rewrites the committed corpus: the smallest inputs, up to 4 KiB, that reach what all that were found reach.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || {
    sed -n 's/^#   //p' "$0" >&2
    exit 2
}
seconds=$1
shift
all='client flags message number scenario server tuning'
[ $# -gt 0 ] || set -- $all

mkdir -p build-fuzz/findings
cmake -B build-fuzz -S . -G Ninja -DCMAKE_C_COMPILER=clang -DGF_FUZZ=ON >build-fuzz/configure.log || exit 1
cmake --build build-fuzz --target fuzz >build-fuzz/build.log || {
    tail -n 20 build-fuzz/build.log
    exit 1
}
export ASAN_OPTIONS=detect_leaks=1

minimise() {
    rm -rf build-fuzz/least
    mkdir -p build-fuzz/least
    build-fuzz/tests/fuzz/fuzz_"$1" -set_cover_merge=1 -use_counters=0 -max_len=4096 build-fuzz/least build-fuzz/corpus/"$1" \
        tests/fuzz/corpus/"$1" 2>build-fuzz/"$1".log || return 1
    # What once broke something stays.
    find tests/fuzz/corpus/"$1" -type f ! -name 'broke-*' -delete
    for file in build-fuzz/least/*; do
        cp "$file" tests/fuzz/corpus/"$1"/"$(basename "$file" | cut -c 1-12)" || return 1
    done
    echo "$1: $(ls tests/fuzz/corpus/"$1" | wc -l) inputs"
}

# The limit for one input is wall-clock time: long, because the search may be stopped meanwhile.
search() {
    build-fuzz/tests/fuzz/fuzz_"$1" -max_total_time="$seconds" -timeout=120 -rss_limit_mb=1024 -max_len=65536 \
        -dict=tests/fuzz/"$1".dict -artifact_prefix=build-fuzz/findings/"$1"- -print_final_stats=1 \
        build-fuzz/corpus/"$1" tests/fuzz/corpus/"$1" >build-fuzz/"$1".log 2>&1
    code=$?
    sed -n 's/^stat::number_of_executed_units: *\(.*\)/\1 inputs/p; s/^stat::average_exec_per_sec: *\(.*\)/\1 a second/p' \
        build-fuzz/"$1".log | paste -s -d ',' | sed "s/^/$1: /"
    [ $code -eq 0 ] || grep -E 'SUMMARY|runtime error|not kept|Test unit written' build-fuzz/"$1".log
    return $code
}

failures=0
for target in "$@"; do
    mkdir -p build-fuzz/corpus/"$target" tests/fuzz/corpus/"$target"
    if [ "$seconds" = minimise ]; then minimise "$target"; else search "$target"; fi || failures=$((failures + 1))
done
exit $((failures > 0))
