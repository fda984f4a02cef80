"""`gnomon verify`: a run, a file and an artifact to a server and back, so that what does not work has a name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from gnomon.cli import where
from gnomon.sdk import credentials
from gnomon.sdk.errors import CommError
from gnomon.sdk.service import Service, path

PROJECT = "gnomon-verify"
ROWS = 100
MOST_SKEW_SECS = 60.0
WAIT_SECS = 60.0
INSIDE = bytes(range(256)) * 4096

SCRIPT = """
import sys, gnomon
settings = gnomon.Settings(console="off")
run = gnomon.init(project=sys.argv[1], id=sys.argv[2], config={"checked": True}, settings=settings)
for step in range(int(sys.argv[3])):
    run.log({"value": step / 2})
open("kept.txt", "w").write("kept")
run.save("kept.txt", policy="now")
artifact = gnomon.Artifact("verify-" + run.id, type="verify")
with artifact.new_file("inside.bin", mode="wb") as file:
    file.write(bytes(range(256)) * 4096)
run.log_artifact(artifact)
run.finish()
"""


class Check(NamedTuple):
    """What was tried; `trouble` is empty where it worked."""

    what: str
    trouble: str
    secs: float


@click.command(
    epilog="""\b
Examples:
  gnomon verify
  gnomon verify --host https://gnomon.example.org
"""
)
@click.option("--host", metavar="URL", help=where.HOST_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print what was tried as JSON.")
def verify(host: str | None, as_json: bool) -> None:
    """Try what a server can do: sign in, log rows, keep a file and an artifact, and read all of it back.

    What it makes is in the project gnomon-verify, and is removed again. The exit code is 1 where something did not
    work.
    """
    url = where.base_url(host)
    checks: list[Check] = []
    for check in checked(Service(url, timeout_secs=10.0)):
        checks.append(check)
        if not as_json:
            click.echo(f"{'ok  ' if not check.trouble else 'FAIL'}  {check.what}  {check.secs:.2f} s")
            if check.trouble:
                click.echo(f"      {check.trouble}")
    failed = sum(bool(check.trouble) for check in checks)
    if as_json:
        click.echo(json.dumps({"server": url, "checks": [check._asdict() for check in checks]}, indent=2))
    else:
        click.echo(f"{url}: {f'{failed} of {len(checks)} checks failed' if failed else 'all is well'}")
    if failed:
        sys.exit(1)


def checked(service: Service) -> Iterator[Check]:
    """Every check in turn; what needs one that failed is not tried."""
    entity: list[str] = []
    yield (first := _try("signing in", lambda: entity.append(str(service.get("/viewer")["user"]["name"]))))
    if first.trouble:
        return
    yield _try("the clocks agree", lambda: _clock(service))
    with tempfile.TemporaryDirectory(prefix="gnomon-verify-") as folder:
        run = f"verify-{os.urandom(4).hex()}"
        yield (logged := _try("a run is logged", lambda: _log(service, Path(folder), run)))
        if logged.trouble:
            return
        at = path("runs", entity[0], PROJECT, run)
        yield _try(f"its {ROWS} rows come back", lambda: _rows(service, at))
        yield _try("its file comes back", lambda: _file(service, at))
        yield _try("its artifact comes back", lambda: _artifact(service, entity[0], run))
        yield _try("what was made is removed", lambda: service.delete(at, artifacts="true"))


def _try(what: str, act: Callable[[], object]) -> Check:
    began = time.monotonic()
    try:
        act()
    except (CommError, OSError, LookupError, TypeError, ValueError, subprocess.SubprocessError) as error:
        return Check(what, str(error) or type(error).__name__, time.monotonic() - began)
    return Check(what, "", time.monotonic() - began)


def _clock(service: Service) -> None:
    from email.utils import parsedate_to_datetime

    said = service.request("GET", "/viewer").headers.get("date")
    skew = abs(parsedate_to_datetime(said).timestamp() - time.time()) if said else 0.0
    if skew > MOST_SKEW_SECS:
        raise ValueError(f"the server's clock is {skew:.0f} seconds away from this machine's")


def _log(service: Service, folder: Path, run: str) -> None:
    """The script of a run, in a process of its own; it has ended when the server has all of it."""
    ours = {**os.environ, "GNOMON_BASE_URL": service.base_url, "GNOMON_DIR": str(folder), "GNOMON_MODE": "online"}
    ours["GNOMON_API_KEY"] = credentials.find_key(service.base_url) or ""
    ours["GNOMON_SILENT"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, PROJECT, run, str(ROWS)],
        cwd=folder, env=ours, capture_output=True, text=True, timeout=WAIT_SECS,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the script failed")


def _rows(service: Service, at: str) -> None:
    rows = service.get(f"{at}/rows", keys="value", limit=10 * ROWS)["rows"]
    if [row.get("value") for row in rows] != [step / 2 for step in range(ROWS)]:
        raise ValueError(f"{len(rows)} rows came back, and not as they were logged")


def _file(service: Service, at: str) -> None:
    found = bytearray()
    service.download(f"{at}/files/kept.txt", found.extend)
    if bytes(found) != b"kept":
        raise ValueError(f"{len(found)} bytes came back, and not what was saved")


def _artifact(service: Service, entity: str, run: str) -> None:
    found = bytearray()
    at = path("artifacts", entity, PROJECT, "collections", f"verify-{run}", "versions", "v0", "files", "inside.bin")
    service.download(at, found.extend)
    if bytes(found) != INSIDE:
        raise ValueError(f"{len(found)} bytes came back, and not what was logged")
