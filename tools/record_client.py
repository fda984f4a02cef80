"""Hold the conversations of the conformance suite anew, and keep them.

    python -m tools.record_client                      every case with the newest client
    python -m tools.record_client --all                every case with every client that has the feature
    python -m tools.record_client resume_allow alert   these cases
    python -m tools.record_client --version 0.16.6 …   with these clients (may be given more than once)
    python -m tools.record_client --dry …              hold them and keep nothing

Each case of `tests/recorded/` runs its script with the real client against a real server on an empty data folder, with
a proxy between the two that writes down what is said. What came of it goes to `tests/recorded/results.json`: a script
that fails is told there, and its conversation is not kept. `make docs` makes the guide from that.
"""

from __future__ import annotations

import argparse
import getpass
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.wandb_clients.cases import Case, Outcome, cases, keep_outcome
from tests.wandb_clients.conversations import RECORDED, Scrubber, forget_unused, save
from tests.wandb_clients.proxy import Exchange, listening
from tests.wandb_clients.scripts import NEWEST, VERSIONS, client_env
from tests.wandb_clients.serving import KEY, serving
from tools import clients

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(tempfile.gettempdir()) / "gnomon-suite"
"""Where scripts run; what they say of it is kept under another name."""

SETTINGS = {
    "WANDB_USER_EMAIL": "ann@example.org",
    "WANDB__SAVE_REQUIREMENTS": "false",
}
"""What scripts run with, beside the usual variables."""

LONGEST_SECS = 120.0
NOT_THE_SCRIPTS = ("/sdk/otel/",)
"""What clients ask beside what they were told to do."""


class Recording:
    """Where the script of a case logs to: the proxy."""

    key = KEY

    def __init__(self, url: str) -> None:
        self.url = url


def hold(case: Case, version: str) -> tuple[Outcome, list[Exchange], str]:
    """Run the case's script with this client: what came of it, what was said, and to which address."""
    work = WORK / f"{case.name}-{version}"
    shutil.rmtree(work, ignore_errors=True)
    base, server_folder = work / "work", work / "server"
    base.mkdir(parents=True)
    server_folder.mkdir()
    script = base / "train.py"
    shutil.copy(case.script, script)
    with serving(server_folder) as server, listening(server.port) as proxy:
        env = client_env(Recording(proxy.url), base, **{**SETTINGS, **case.env})
        command = [str(clients.python_of(version)), str(script)]
        try:
            done = subprocess.run(command, cwd=base, env=env, capture_output=True, text=True, timeout=LONGEST_SECS)
            failed = done.returncode != 0
            told = (done.stdout + done.stderr).strip()
        except subprocess.TimeoutExpired as error:
            failed = True
            told = f"{error.stdout!r}\n{error.stderr!r}\nno end after {LONGEST_SECS:.0f} s"
        exchanges = [one for one in proxy.exchanges if not one.path.startswith(NOT_THE_SCRIPTS)]
    if failed:
        print(told[-6000:], file=sys.stderr)
    refused = [one for one in exchanges if one.status == 400 or one.status >= 500]
    for one in exchanges if failed else refused:
        if one.status >= 400 or b'"errors"' in one.answer[:200]:
            print(f"    {one.method} {one.path} {one.body[:300]!r}", file=sys.stderr)
            print(f"        {one.status} {one.answer[:600]!r}", file=sys.stderr)
    # A script may end well although the client was told that the server does not understand it.
    shutil.rmtree(work, ignore_errors=True)
    return Outcome("fails" if failed or refused else "works"), exchanges, proxy.url


def words_of_this_machine() -> dict[str, str]:
    """What may not be kept, and what stands for it."""
    python = str(Path(sys.base_prefix).resolve())
    return {
        str(clients.CLIENTS): "/opt/clients",
        str(ROOT): "/opt/gnomon",
        python: "/usr",
        socket.gethostname(): "node-1",
    }


def refuse_what_tells(text: str) -> None:
    """Raises ValueError where what is to be kept speaks of this machine."""
    home = str(Path.home())
    telling = [word for word in (socket.gethostname(), str(ROOT), home, f"{getpass.getuser()}@") if word in text]
    if telling:
        at = text.index(telling[0])
        raise ValueError(f"it says {telling[0]!r}: …{text[max(0, at - 200) : at + 100]}…")


def record(case: Case, version: str, *, keeps: bool) -> bool:
    """Hold one conversation, and keep it if asked to; whether its script did what the guide says it does."""
    began = time.perf_counter()
    outcome, exchanges, url = hold(case, version)
    took = time.perf_counter() - began
    print(f"{case.name} {version}: {outcome.how}, {len(exchanges)} exchanges, {took:.1f} s", flush=True)
    target = RECORDED / case.name / f"{version}.jsonl"
    if keeps:
        if outcome.how == "works":
            work = WORK / f"{case.name}-{version}" / "work"
            scrubber = Scrubber(url, {str(work): f"/suite/{case.name}-{version}", **words_of_this_machine()})
            save(target, scrubber.lines(exchanges), check=refuse_what_tells)
        else:
            target.unlink(missing_ok=True)
        with _keeping:
            keep_outcome(case.name, version, outcome)
    return outcome.how == "works" or version in case.remarks


_keeping = threading.Lock()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--all", action="store_true", help="with every client")
    parser.add_argument("--version", action="append", choices=VERSIONS, help="with this client")
    parser.add_argument("--at-once", type=int, default=3, help="how many at a time; they wait more than they compute")
    parser.add_argument("--dry", action="store_true", help="keep nothing")
    given = parser.parse_args(arguments)
    known = {case.name: case for case in cases()}
    if unknown := set(given.cases) - known.keys():
        parser.error(f"there is no case {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    versions = given.version or (VERSIONS if given.all else [NEWEST])
    chosen = [
        (known[name], version)
        for name in given.cases or known
        for version in reversed(versions)
        if known[name].is_in(version)
    ]
    for version in versions:
        clients.install(version)
    with ThreadPoolExecutor(given.at_once) as pool:
        works = list(pool.map(lambda one: record(*one, keeps=not given.dry), chosen))
    forget_unused()
    print(f"{sum(works)} of {len(works)} conversations went as the guide says")
    return 0 if all(works) else 1


if __name__ == "__main__":
    sys.exit(main())
