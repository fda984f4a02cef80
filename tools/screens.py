"""Pictures of every page, light and dark, wide and narrow, on the demo's data: what `make screens` does.

    python -m tools.screens              train the demo, take the pictures, print where they are
    python -m tools.screens --data DIR   use a folder that `tools/demo.py --exit --data DIR` has filled
    python -m tools.screens --quick      fewer and shorter runs

They lie in build/screens, with an index.html that shows them side by side. `web/screens/places.ts` lists the pages.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.demo import Server, all_ended, demo_home, environment_of, free_port, seed

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "build" / "screens"


def shoot(server: Server) -> int:
    """Take all pictures; the exit status of what took them."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    keys = json.loads((Path(server.environment["GNOMON_CONFIG_DIR"]) / "credentials.json").read_text())
    command = ["exec", "--", "playwright", "test", "--config", "screens.config.ts"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/page.py"), "npm", *command],
        env={
            **os.environ,
            "GNOMON_URL": server.address,
            "GNOMON_KEY": keys[server.address],
            "GNOMON_SCREENS": str(PICTURES),
        },
    )
    return done.returncode


def contact_sheet() -> Path:
    """A page with all pictures, a row for each page of the product."""
    views = sorted(folder.name for folder in PICTURES.iterdir() if folder.is_dir())
    names = sorted({picture.stem for view in views for picture in (PICTURES / view).glob("*.png")})
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><div>"
        + "".join(f'<a href="{view}/{name}.png"><img loading="lazy" src="{view}/{name}.png"></a>' for view in views)
        + "</div>"
        for name in names
    )
    style = "body{font:14px system-ui;margin:24px;background:#888}div{display:flex;gap:12px}img{height:420px}"
    sheet = PICTURES / "index.html"
    sheet.write_text(f"<!doctype html><meta charset=utf-8><title>Pages</title><style>{style}</style>{rows}")
    return sheet


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder that the demo has filled")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    given = parser.parse_args()
    filled = given.data is not None and any(given.data.iterdir())
    with demo_home(None if filled else given.data) as made:
        home = given.data.resolve() if filled else made
        port = free_port()
        server = Server(home, port, environment_of(home, f"http://localhost:{port}"))
        try:
            server.wait_until_up()
            if not filled and not (seed(home, server.environment, given.quick) and all_ended(server)):
                return 1
            status = shoot(server)
            print(f"screens: {contact_sheet()}", flush=True)
            return status
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
