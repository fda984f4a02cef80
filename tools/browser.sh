#!/usr/bin/env bash
# Print where Chromium is. On a Debian machine root installs its headless shell, which tests need half as long with;
# any other Chromium that is there will do.
set -euo pipefail

find_browser() { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome; }
install() { apt-get -q install -y --no-install-recommends "$1" fonts-dejavu-core; }

if ! command -v chromium-headless-shell >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "gnomon: installing Debian's chromium for the browser tests" >&2
    { apt-get -q update && install chromium-headless-shell || find_browser || install chromium; } >&2 || true
fi
find_browser || {
    echo "gnomon: the browser tests need Chromium; on Debian: apt install chromium-headless-shell" >&2
    exit 1
}
