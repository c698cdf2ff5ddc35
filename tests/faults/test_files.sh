#!/bin/sh
# Rows 25 and 27 of the faults, as far as files and words go: a file that may not grow, odd names, words that only a shell would obey.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    cat "$work/err"
    exit 1
}
cd "$work" || exit 1

# A limit on the size of files: the old file stays, nothing is left beside it, the signal does not end the program.
mkdir limit
echo old >limit/out.safetensors
(ulimit -f 8 && "$GRADFLOW" run --device cpu --export limit/out.safetensors >/dev/null 2>"$work/err")
[ $? -eq 1 ] || fail 'a file that may not grow: not exit code 1'
grep -q 'out.safetensors cannot be written: File too large\|layers.*cannot be written: File too large' err || fail 'no sentence about the file'
[ "$(cat limit/out.safetensors)" = old ] || fail 'the old file was lost'
[ "$(ls limit | wc -l)" -eq 1 ] || fail 'something is left beside the file'

# Names with spaces, quotes, line ends and bytes that are no UTF-8.
for name in 'a b' "it's" 'say "so"' "$(printf 'two\nlines')" "$(printf 'caf\351')" '$(touch obeyed)' '; touch obeyed'; do
    printf '{"title":"T","label":"L","network":{"depth":2,"width":4}}' >"$name.json"
    "$GRADFLOW" run --device cpu "./$name.json" --export "$name.safetensors" >out 2>err || fail "scenario '$name'"
    [ -s "$name.safetensors" ] || fail "no file '$name.safetensors'"
done

# The engine's command is cut into words and started; no shell sees it.
for words in '; touch obeyed' '$(touch obeyed)' '`touch obeyed`' '| touch obeyed' '&& touch obeyed' '> obeyed'; do
    timeout 60 "$GRADFLOW" run --engine "$GRADFLOW engine $words" >out 2>err && fail "an engine with the argument '$words'"
    [ -s err ] || fail "nothing said about '$words'"
done
[ -e obeyed ] && fail 'somebody obeyed'
echo 'files and words are what they are'
