# Sourced by the fault tests in shell: a folder, what must come out, and how it is said.
work=$(mktemp -d) || exit 1
started=''
end_all() {
    for pid in $started; do
        kill -9 "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    chmod -R u+w "$work" 2>/dev/null
    rm -rf "$work"
}
trap end_all EXIT
trap 'exit 1' INT TERM HUP

fail() {
    echo "FAILED: $*"
    for file in "$work/out" "$work/err"; do
        [ -f "$file" ] && head -5 "$file"
    done
    exit 1
}

# completes NAME [SENTENCE_PART] [ARGUMENTS...]: `run` ends well and with the right numbers; what it says has the part, and where
# there is none it says nothing.
completes() {
    name=$1 part=${2:-}
    shift $(($# > 1 ? 2 : 1))
    echo "$name" >>"$work/cases"
    "$GRADFLOW" run --format csv "$@" >"$work/out" 2>"$work/err" </dev/null || fail "$name: exit code $?"
    grep -q '^1,1.97570[0-9]*e-09,' "$work/out" || fail "$name: the first layer is wrong"
    # Abort messages of the C library and of PoCL are not ours.
    grep '^gradflow: ' "$work/err" >"$work/said"
    if [ -n "$part" ]; then
        grep -q -- "$part" "$work/said" || fail "$name: it does not say '$part'"
        # An engine that ends says why, PoCL's with both caches, and so does the command.
        [ "$(wc -l <"$work/said")" -le 3 ] || fail "$name: too many sentences"
    elif [ -s "$work/said" ]; then
        fail "$name: it says something"
    fi
}

# with NAME=VALUE... FUNCTION ARGUMENTS: in that environment. (Before a function the shell would not export them.)
with() {
    (
        while :; do
            case $1 in *=*) export "${1?}" && shift ;; *) break ;; esac
        done
        "$@"
    ) || exit 1
}

has_pocl() {
    "$GRADFLOW" devices 2>/dev/null | grep -q PoCL
}
