#!/usr/bin/env bash
# Print where Chromium is. On a Debian machine without one, root installs it.
set -euo pipefail

find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if ! find_browser; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "gnomon: installing Debian's chromium for the browser tests" >&2
        { apt-get -q update && apt-get -q install -y --no-install-recommends chromium fonts-dejavu-core; } >&2
        find_browser
    else
        echo "gnomon: the browser tests need Chromium; on Debian: apt install chromium" >&2
        exit 1
    fi
fi
