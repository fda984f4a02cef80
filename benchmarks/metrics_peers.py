"""What does the metric store take beside DuckDB, chDB (ClickHouse in the process), Parquet and SQLite rows?

The same data for all in one run: full-entropy float64 with steps and times, one store an engine. A question is asked
of each engine in a process of its own, the engines in turn, `ROUNDS` times over; what is told is the median of all. A
chart is one metric of a run over all its steps, in at most 1,000 buckets with min, max, mean, first, last and count,
as arrays; the first answer of every process is compared with a scan of all points, and the benchmark fails where one
number differs. `while ingesting` draws in one thread and takes batches in another, in one process.

The engines are in `benchmarks/stores/`, an adapter each. They are installed into `benchmarks/.peers`, an
environment of their own (the extra `bench`), since what they bring would hide that something of ours is missing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.harness import ROOT, folder, machine, median, number, percentile
from benchmarks.stores import data
from benchmarks.stores.engine import APPENDS, ENGINES
from benchmarks.stores.training import KEYS, record

HEADING = "The metric store beside other engines"
PEERS = ROOT / "benchmarks" / ".peers"
ROUNDS = 2
STEPS = 16_000
"""Of a recorded training."""
OURS = next(iter(ENGINES))


class Row(NamedTuple):
    """A line of the table: a number an engine that was asked."""

    what: str
    unit: str
    values: dict[str, float]
    more_is_better: bool = False
    note: str = ""


def environment() -> Path:
    """The Python that has the peers, installed where it is not there yet. Raises RuntimeError where that fails."""
    python = PEERS / "bin" / "python"
    mark = PEERS / "installed"
    wanted = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return python
    uv = [sys.executable, "-m", "uv", "--quiet"]
    print("    installing the peers into benchmarks/.peers (600 MB) …", flush=True)
    for command in (
        [*uv, "venv", "--allow-existing", "--python", sys.executable, str(PEERS)],
        [*uv, "pip", "install", "--compile-bytecode", "--python", str(python), "--extra", "server", "--extra", "bench",
         "-r", str(ROOT / "pyproject.toml")],
    ):  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"the peers cannot be installed: {done.stderr.strip()[-2000:]}")
    mark.write_text(wanted, encoding="utf-8")
    return python


class Workers:
    """Processes of one engine each. One that lacks its packages is left out, and said so."""

    def __init__(self, python: Path, home: Path) -> None:
        self._python, self._home = python, home
        self.missing: dict[str, str] = {}

    def ask(self, engine: str, store: str, *action: str) -> dict[str, Any] | None:
        """What the worker answers, or None where the engine is not here. Raises RuntimeError where it fails."""
        if engine in self.missing:
            return None
        command = [str(self._python), "-m", "benchmarks.stores.worker", engine, str(self._home / engine / store)]
        paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
        done = subprocess.run(
            [*command, *action], cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True,
            timeout=1800,
        )  # fmt: skip
        if done.returncode == 0:
            answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            return answer
        if "ModuleNotFoundError" in done.stderr:
            self.missing[engine] = done.stderr.strip().splitlines()[-1]
            return None
        raise RuntimeError(f"{engine} failed at {' '.join(action)}: {done.stderr.strip()[-2000:]}")

    def in_turn(
        self,
        store: str,
        *action: str,
        engines: Sequence[str] = tuple(ENGINES),
        rounds: int = ROUNDS,
        fresh: bool = False,
    ) -> dict[str, list[dict[str, Any]]]:
        """The answers of each engine, asked one after another, round after round; in a fresh store where wanted."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for round_ in range(rounds):
            for engine in engines:
                answer = self.ask(engine, f"{store}-{round_}" if fresh else store, *action)
                if answer is not None:
                    found[engine].append(answer)
        return found


def medians(found: dict[str, list[dict[str, Any]]], name: str) -> dict[str, float]:
    """Of all that was measured in all rounds, be it a number or a list of them."""
    told: dict[str, float] = {}
    for engine, answers in found.items():
        values = [answer[name] for answer in answers]
        told[engine] = median([one for value in values for one in (value if isinstance(value, list) else [value])])
    return told


def measured(workers: Workers, home: Path) -> list[Row]:
    rows: list[Row] = []

    def say(row: Row) -> None:
        rows.append(row)
        cells = (f"{engine} {cell(row, engine)}" for engine in row.values)
        print(f"    {row.what}, {row.unit}: {', '.join(cells)}", flush=True)

    curves = home / "curves.npz"
    record(curves, max(1000, int(STEPS * min(1.0, data.SCALE))))
    print("    loading …", flush=True)
    loaded = workers.in_turn("charts", "load", "charts", rounds=1)
    noise = workers.in_turn("random", "load", "random", rounds=1)
    trained = workers.in_turn("trained", "load", str(curves), rounds=1)
    for question in data.CHARTS:
        found = workers.in_turn("charts", "charts", question)
        firsts = ", ".join(f"{engine} {number(value)}" for engine, value in medians(found, "first").items())
        say(Row(question, "ms", medians(found, "ms"), note=f"first: {firsts}"))
    say(Row("1 % of 10^7 points, each place once", "ms", medians(workers.in_turn("charts", "zooms"), "ms")))
    found = workers.in_turn("ingest", "ingest", engines=APPENDS, fresh=True)
    say(Row("durable ingest, 20 runs, batches of 1,000 rows × 10", "million points/s", scaled(found, "rate"), True,
            note=", ".join(f"{engine} p99 {number(percentile([ms for one in answers for ms in one['ms']], 0.99))} ms"
                           for engine, answers in found.items())))  # fmt: skip
    say(Row("the same, until it is in its final place", "million points/s", scaled(found, "rate_closed"), True))
    say(Row("loaded in bulk and made ready to read", "million points/s",
            {engine: one["points"] / one["secs"] / 1e6 for engine, (one,) in loaded.items()}, True))  # fmt: skip
    for what, (store, note) in {
        "on disk, one metric a run": (loaded, "random walks"),
        "on disk, ten metrics of noise": (noise, ""),
        "on disk, recorded trainings": (trained, ", ".join(KEYS)),
    }.items():
        say(Row(what, "bytes/point", {engine: one["bytes_a_point"] for engine, (one,) in store.items()}, note=note))
    found = workers.in_turn("charts", "first_answer", rounds=3)
    imports = ", ".join(f"{engine} {number(value)}" for engine, value in medians(found, "import_ms").items())
    say(Row("opened, and one curve of 10^5 points drawn", "ms", medians(found, "ms"), note=f"imports: {imports}"))
    found = workers.in_turn("charts", "memory", rounds=1)
    peaks = ", ".join(f"{engine} {number(value)}" for engine, value in medians(found, "peak_mb").items())
    say(Row("memory after all these charts", "MB", medians(found, "mb"), note=f"at most: {peaks}"))
    found = workers.in_turn("charts", "together", engines=APPENDS, rounds=1)
    say(Row("20 runs × 10^5 points while ingesting", "ms", medians(found, "ms")))
    say(Row("ingest while these are drawn", "million points/s", scaled(found, "rate"), True))
    return rows


def scaled(found: dict[str, list[dict[str, Any]]], name: str) -> dict[str, float]:
    """Medians of rates, in millions."""
    return {engine: value / 1e6 for engine, value in medians(found, name).items()}


def cell(row: Row, engine: str) -> str:
    """A number, and how many times ours it costs: above 1 ours is better."""
    if engine not in row.values:
        return "–"
    value = row.values[engine]
    if engine == OURS or OURS not in row.values:
        return number(value)
    ours = row.values[OURS]
    return f"{number(value)} ({number(ours / value if row.more_is_better else value / ours)} ×)"


def table(rows: Sequence[Row], missing: dict[str, str]) -> str:
    """The rows as Markdown."""
    lines = [f"| what | unit | {' | '.join(ENGINES)} | note |", "|---" * (len(ENGINES) + 3) + "|"]
    for row in rows:
        lines.append(f"| {row.what} | {row.unit} | {' | '.join(cell(row, one) for one in ENGINES)} | {row.note} |")
    lines += [f"\n{engine} was not measured: {why}." for engine, why in missing.items()]
    return "\n".join(lines) + "\n"


def section() -> str:
    """The table, and how it was made."""
    began = time.perf_counter()
    python = environment()
    with folder() as home:
        workers = Workers(python, home)
        rows = measured(workers, home)
    missing = workers.missing
    names = ("numpy", "duckdb", "pyarrow", "chdb")
    asked = (
        "import importlib.metadata as m, sys; print(*(f'{name} {m.version(name)}' for name in sys.argv[1:]), sep=', ')"
    )
    versions = subprocess.run([str(python), "-c", asked, *names], check=True, capture_output=True, text=True).stdout
    small = f" at {data.SCALE:g} of the size that is written" if data.SCALE != 1 else ""
    return (
        f"Made by `make bench ARGS=metrics_peers` in {(time.perf_counter() - began) / 60:.0f} minutes{small}; "
        f"`metrics_peers.py` says how. In brackets how many times ours an engine takes, so above 1 ours is better. "
        f"All answers were equal to a scan. Measured on {time.strftime('%Y-%m-%d')}: {machine()}; "
        f"{versions.strip()}.\n\n"
        f"{table(rows, missing)}"
    )
