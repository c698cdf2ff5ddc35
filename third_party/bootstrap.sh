#!/bin/sh
# From a fresh Debian 12 to a running program. Installs the packages that are missing, builds into build/, then:
#   sh third_party/bootstrap.sh run [SCENARIO]   open the explorer (without a display: draw the first scenarios as PNG)
#   sh third_party/bootstrap.sh test             run every test
#   sh third_party/bootstrap.sh build            stop after build/gradflow
#
# Safe to run again: with nothing missing it neither needs the network nor asks for rights. third_party/README.md says
# what each package is for.
set -eu

build_packages='
    gcc g++ libc6-dev cmake ninja-build pkg-config python3-glad
    libglfw3-dev libx11-dev libgl-dev libopengl-dev libegl-dev libcglm-dev libimgui-dev libstb-dev libfreetype-dev libpng-dev
    ocl-icd-opencl-dev libopenblas-dev libjansson-dev libpopt-dev
    pocl-opencl-icd libgl1-mesa-dri libegl-mesa0 fonts-dejavu-core'
test_packages='libcmocka-dev xvfb xdotool openbox x11-xserver-utils imagemagick oclgrind valgrind libc6-dbg ffmpeg
    strace locales'

say() { printf 'bootstrap: %s\n' "$*"; }
fail() {
    printf 'bootstrap: %s\n' "$*" >&2
    exit 1
}

usage() {
    sed -n 's/^#   //p' "$0" >&2
    exit 2
}

# The words on one line.
words() { echo $*; }

# The packages among $* that dpkg does not call installed.
missing_of() {
    for package in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || echo "$package"
    done
}

system_name() {
    if [ -r /etc/os-release ]; then (. /etc/os-release && echo "${PRETTY_NAME:-$NAME}"); else uname -s; fi
}

refuse_unknown_system() {
    fail "this system ($(system_name)) has no apt-get and dpkg, so nothing can be installed from here." \
        "Install what these Debian packages hold: $(words "$@")." \
        'Then: cmake -B build -S . && cmake --build build && build/gradflow'
}

# Run a command as root: directly, or through sudo (without a question where nobody can answer).
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

# Under sudo the tree's owner builds and runs, so that build/ is not left to root.
as_owner() {
    if [ "$(id -u)" = 0 ] && [ "${SUDO_USER:-root}" != root ] && [ "$(stat -c %U .)" = "$SUDO_USER" ]; then
        sudo -H -u "$SUDO_USER" -- env ${DISPLAY:+"DISPLAY=$DISPLAY"} ${XAUTHORITY:+"XAUTHORITY=$XAUTHORITY"} "$@"
    else
        "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        -o Acquire::http::Timeout=30 -o Acquire::Retries=2 "$@" </dev/null
}

install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then refuse_unknown_system "$@"; fi
    missing=$(words $(missing_of "$@"))
    if [ -z "$missing" ]; then
        say 'every package is already installed'
        return
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "packages are missing, and this user is not root and has no sudo. As root: apt-get install $missing"
    fi
    say "installing $missing"
    apt update >/dev/null || say 'the package lists could not be refreshed; trying with the ones that are here'
    apt install --no-install-recommends $missing ||
        fail "could not install packages on $(system_name): is it offline, without rights, or not Debian 12?" \
            "As root: apt-get install $missing -- then run this again."
}

build() {
    [ -w . ] || fail "cannot write to $PWD: build/ goes there"
    if [ -f build/CMakeCache.txt ]; then generator=; else generator='-G Ninja'; fi
    say "building into $PWD/build"
    log=$(as_owner cmake -B build -S . $generator -DCMAKE_BUILD_TYPE=Release "$@" 2>&1) || {
        printf '%s\n' "$log" >&2
        fail 'configuring failed, see above'
    }
    as_owner cmake --build build --parallel "$(nproc)"
    say "built $PWD/build/gradflow"
}

# Without a display: the first three scenarios as pictures.
render_first() {
    as_owner mkdir -p build/pictures
    for file in $(ls scenarios/*.json | grep -v '\.schema\.json$' | head -n 3); do
        name=$(basename "$file" .json)
        as_owner build/gradflow render "$name" -o "build/pictures/$name.png"
        say "drew $PWD/build/pictures/$name.png"
    done
    say 'there is no display (DISPLAY and WAYLAND_DISPLAY are empty), so these pictures stand for the window'
}

run() {
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then as_owner build/gradflow explore "$@"; else render_first; fi
}

cd "$(dirname "$0")/.."
[ $# -gt 0 ] || usage
command=$1
shift
case $command in
build | run)
    install_packages $build_packages
    build
    [ "$command" = build ] || run "$@"
    ;;
test)
    install_packages $build_packages $test_packages
    build -DBUILD_TESTING=ON
    as_owner ctest --test-dir build --no-tests=error --output-on-failure --parallel "$(nproc)"
    ;;
*) usage ;;
esac
