#!/bin/sh
# The static checkers over src/: clang-tidy (.clang-tidy says what is asked) and cppcheck (tests/cppcheck.txt says what is not).
# Needs Debian's clang-tidy and cppcheck, not installed by bootstrap.sh, and a configured build/. Some minutes; 0 when clean.
#   sh tests/check.sh [FILE...]
set -u
cd "$(dirname "$0")/.." || exit 1
[ -f build/compile_commands.json ] || {
    echo 'check: there is no build/compile_commands.json; run: sh third_party/bootstrap.sh build' >&2
    exit 1
}
everything=$([ $# -eq 0 ] && echo yes)
[ $# -gt 0 ] || set -- $(find src -name '*.c' -o -name '*.cpp')
failures=0

printf '%s\n' "$@" | xargs -P "$(nproc)" -n 4 clang-tidy -p build --quiet \
    --extra-arg=-Wno-unknown-attributes --extra-arg=-Wno-unknown-warning-option 2>build/clang-tidy.log || failures=1

if [ "$everything" ]; then
    cppcheck --project=build/compile_commands.json --file-filter='src/*' --enable=warning,style,performance,portability \
        --inline-suppr --suppressions-list=tests/cppcheck.txt --suppress=missingIncludeSystem --error-exitcode=1 --quiet \
        -j "$(nproc)" --std=c11 || failures=1
fi
[ $failures -eq 0 ] && echo 'check: clean'
exit $failures
