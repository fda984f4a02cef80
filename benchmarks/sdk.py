"""What does the SDK cost beside other trackers, all in one run?

Ours sends to a server of its own or stays offline; the official client sends to a server of ours, or stays offline;
trackio, MLflow, TensorBoard (its writer), SwanLab and Aim are as they are installed. Each measurement is a process of
its own in a folder of its own, the trackers in turn; what is told is the median. System metrics, console and code are
switched off for all of them. `log()` is the time a call takes; CPU, memory and disk are of all processes the script
started, its own included; server processes of Gnomon and MLflow count in where there is one.

The suite and the environments are kept outside: see `benchmarks/peer/README.md`. `GNOMON_BENCH_ROUNDS` (2),
`GNOMON_BENCH_FILES` (10,000) and `GNOMON_BENCH_MEGABYTES` (5,000) say how much is measured.
"""

from __future__ import annotations

import cProfile
import importlib.util
import io
import os
import pstats
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from benchmarks.harness import ROOT, folder, machine, median, number

HEADING = "The SDK beside other trackers"
OURS = "gnomon(server)"
OURS_HERE = "gnomon(offline)"
SENDING = ("wandb(our server)",)
"""Trackers that send to a server, as `OURS` does; all others keep what is logged on this disk, as `OURS_HERE` does."""
TRACKERS = {
    OURS: "Gnomon",
    OURS_HERE: "Gnomon, offline",
    "wandb(our server)": "wandb, to our server",
    "wandb(offline)": "wandb, offline",
    "trackio(local)": "trackio",
    "mlflow(sqlite,sync)": "MLflow",
    "mlflow(sqlite,async)": "MLflow, async",
    "tensorboardX": "TensorBoard",
    "swanlab(offline)": "SwanLab",
    "aim(local repo)": "Aim",
}
MODULES = {
    "gnomon": OURS, "wandb": "wandb(our server)", "trackio": "trackio(local)", "mlflow": "mlflow(sqlite,sync)",
    "tensorboardX": "tensorboardX", "swanlab": "swanlab(offline)", "aim": "aim(local repo)",
}  # fmt: skip
TIMES_ON_LOG = 10
"""So many times quicker than every other tracker our `log()` is meant to be."""
SPARE_MB = 12_000
"""What has to stay free on the disk while the large file is there, twice or three times."""


REASONS = {
    "init": "ours makes the run's folder, writes who runs what, and starts the process that sends; trackio and "
    "TensorBoard make nothing until something is logged.",
    "finish": "this run ends a few milliseconds after it began, and so waits for the sending process to start, which "
    "`init` has not waited for; that of wandb has started by then, because its `init` takes 0.4 s. After a run of half "
    "a second it is 0.011 s (`init_finish.py`). Offline there is nothing to wait for; the rest is the summary.",
    "log()": "trackio and SwanLab put the row into a list in memory, TensorBoard into a buffer, and what lies there is "
    "lost when the process is killed; ours is with the operating system when the call returns, and that `write` alone "
    "takes 1 µs.",
    "artifact of one file": "all three copy the file once; the disk still writes what was copied before, so this "
    "differs by a factor of two from one try to the next. A checkpoint that will not change is not copied at all with "
    '`policy="immutable"`.',
    "memory": "the process that sends and samples the machine is counted; TensorBoard has none.",
}
"""Why another tracker may be ahead, by how the line begins."""


class Line(NamedTuple):
    """A row of the table: what is read from a measurement, in which case."""

    what: str
    unit: str
    case: str
    read: Callable[[dict[str, Any]], float | None]


def said(*names: str, times: float = 1.0) -> Callable[[dict[str, Any]], float | None]:
    """The number at a path of what the suite wrote; None where there is none."""

    def read(record: dict[str, Any]) -> float | None:
        found: Any = record
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found * times if isinstance(found, (int, float)) else None

    return read


def lines(files: int, megabytes: int) -> list[Line]:
    """The rows of the table; a smaller number is better in all of them."""
    image, histogram, table = (said("w", kind, "p50_us", times=1e-3) for kind in ("image", "histogram", "table"))
    return [
        Line("import", "s", "import", said("tree", "wall_s")),
        Line("init", "s", "lifecycle", said("w", "init_s")),
        Line("finish, after 100 rows", "s", "lifecycle", said("w", "finish_s")),
        Line("log() of 1 number", "µs", "hot1", said("w", "p50_us")),
        Line("log() of 10 numbers", "µs", "hot10", said("w", "p50_us")),
        Line("log() of 10 numbers, the slowest in 100", "µs", "hot10", said("w", "p99_us")),
        Line("log() of 100 numbers", "µs", "hot100", said("w", "p50_us")),
        Line("image of 256 × 256", "ms", "media", image),
        Line("histogram of 1,000,000 numbers", "ms", "media", histogram),
        Line("table of 10,000 rows", "ms", "media", table),
        Line(f"artifact of {files:,} small files, call and finish", "s", "files", said("w", "artifact_s")),
        Line(f"artifact of one file of {megabytes:,} MB, call and finish", "s", "bigfile", said("w", "artifact_s")),
        Line("memory of all processes, logging 10 numbers", "MB", "hot10", said("tree", "peak_rss_tree_mb")),
        Line("CPU of all processes, a row of 10 numbers", "µs", "hot10", cpu_per_row),
        Line("disk, a row of 10 numbers", "bytes", "hot10", disk_per_row),
        Line("training of 1 ms steps, CPU of its thread added", "%", "train", said("w", "overhead_cpu_pct")),
    ]


def cpu_per_row(record: dict[str, Any]) -> float | None:
    """Microseconds from the first row to the end of `finish()`."""
    seconds, calls = record["w"].get("loop_finish_tree_cpu_s"), record["w"].get("calls")
    return seconds / calls * 1e6 if seconds is not None and calls else None


def disk_per_row(record: dict[str, Any]) -> float | None:
    calls = record["w"].get("calls")
    return record["disk"]["bytes"] / calls if calls else None


def measured(files: int, megabytes: int, rounds: int) -> list[dict[str, Any]]:
    """Everything, one case after the other. Raises RuntimeError without suite and environments."""
    suite = _suite()
    more = {"BENCH_FILES": str(files), "BENCH_MEGABYTES": str(megabytes)}
    only = ["--only", *TRACKERS, "--skip", "mlflow(server", "+ crc32c"]
    found: list[dict[str, Any]] = []
    for cases, times in (
        (["import"], rounds + 1),
        (["lifecycle", "hot1", "hot10", "hot100", "train"], rounds),
        (["media", "files", "bigfile"], 1),
    ):
        began = time.monotonic()
        seconds = ["--max-seconds", "2", "--timeout", "240"]
        _, records = suite.measured([*cases, *only, "--repeats", str(times), *seconds], **more)
        found += records
        print(f"    {' '.join(cases)}: {time.monotonic() - began:.0f} s", flush=True)
    return found


def _suite() -> ModuleType:
    """`benchmarks/peer/run.py`."""
    spec = importlib.util.spec_from_file_location("gnomon_peer_run", ROOT / "benchmarks" / "peer" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def values(records: Sequence[dict[str, Any]], line: Line) -> dict[str, float]:
    """The median of each tracker that did it."""
    found: dict[str, list[float]] = {}
    for record in records:
        tracker = MODULES.get(record["tracker"]) if line.case == "import" else record["tracker"]
        if record["case"] != line.case or tracker not in TRACKERS or not record["w"].get("ok"):
            continue
        value = line.read(record)
        if value is not None:
            found.setdefault(tracker, []).append(value)
    return {tracker: median(each) for tracker, each in found.items()}


def beside(found: dict[str, float], tracker: str) -> float | None:
    """Our number that this tracker's stands beside."""
    return found.get(OURS) if tracker in SENDING else found.get(OURS_HERE, found.get(OURS))


def table(records: Sequence[dict[str, Any]], asked: Sequence[Line]) -> tuple[str, list[str]]:
    """The table in Markdown, and a line for each peer we are not ahead of as far as is meant."""
    there = [name for name in TRACKERS if any(record["tracker"] == name for record in records)]
    text = f"| what | unit | {' | '.join(TRACKERS[name] for name in there)} |\n" + "|---" * (len(there) + 2) + "|\n"
    behind: list[str] = []
    for line in asked:
        found = values(records, line)
        cells = []
        for name in there:
            value, ours = found.get(name), beside(found, name)
            if value is None or ours is None or name.startswith("gnomon"):
                cells.append("–" if value is None else number(value))
                continue
            cells.append(f"{number(value)} ({number(value / ours)} ×)")
            wanted = TIMES_ON_LOG if line.what.startswith("log()") else 1
            if value < wanted * ours:
                behind.append(
                    f"{line.what}: {TRACKERS[name]} takes {number(value)} {line.unit}, ours {number(ours)} {line.unit}"
                    f" ({number(value / ours)} ×, wanted {wanted} ×)"
                )
        text += f"| {line.what} | {line.unit} | {' | '.join(cells)} |\n"
    return text, behind


def profile() -> str:
    """Where our own calls spend their time, function by function: 20,000 `log()`s of 10 numbers, 50 images."""
    import numpy as np

    import gnomon

    with folder() as home:
        run = gnomon.init(
            project="profile", mode="offline", dir=home,
            settings=gnomon.Settings(console="off", x_disable_stats=True, silent=True),
        )  # fmt: skip
        row = {f"train/metric_{number}": number / 7 for number in range(10)}
        picture = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)

        def numbers() -> None:
            for _ in range(20_000):
                run.log(row)

        def pictures() -> None:
            for _ in range(50):
                run.log({"image": gnomon.Image(picture)})

        text = ""
        for what, act in (("log() of 10 numbers", numbers), ("images", pictures)):
            looking = cProfile.Profile()
            looking.runcall(act)
            text += f"{what}:\n{_top(looking)}"
        run.finish()
    return text


def _top(looking: cProfile.Profile, count: int = 6) -> str:
    """The functions that took most by themselves, without where they lie."""
    stats = pstats.Stats(looking, stream=io.StringIO())
    own: dict[Any, Any] = vars(stats)["stats"]
    total = sum(each[2] for each in own.values())
    ordered = sorted(own.items(), key=lambda item: -item[1][2])[:count]
    return "".join(f"  {100 * each[2] / total:4.0f} %  {Path(where[0]).name}:{where[2]}\n" for where, each in ordered)


def reasons(behind: Sequence[str]) -> str:
    """What is known of the lines in which another tracker is ahead."""
    said = [(what, why) for what, why in REASONS.items() if any(one.startswith(what) for one in behind)]
    return "".join(f"- Why, {what}: {why}\n" for what, why in said)


def section() -> str:
    files = int(os.environ.get("GNOMON_BENCH_FILES", "10000"))
    megabytes = int(os.environ.get("GNOMON_BENCH_MEGABYTES", "5000"))
    rounds = int(os.environ.get("GNOMON_BENCH_ROUNDS", "2"))
    free_mb = shutil.disk_usage(os.environ.get("BENCH_TMP", tempfile.gettempdir())).free / 1e6
    if free_mb < 3 * megabytes + SPARE_MB:
        print(f"    {free_mb:,.0f} MB are free: one file of 1,000 MB instead of {megabytes:,}", file=sys.stderr)
        megabytes = 1000
    began = time.monotonic()
    records = measured(files, megabytes, rounds)
    text, behind = table(records, lines(files, megabytes))
    failed = sorted({f"{record['tracker']}: {record['case']}" for record in records if not record["w"].get("ok")})
    return (
        f"Made by `make bench ARGS=sdk` in {(time.monotonic() - began) / 60:.0f} minutes; `sdk.py` says how. In "
        "brackets how many times ours a tracker takes, so above 1 ours is better: one that sends to a server stands "
        "beside Gnomon, one that keeps everything on this disk beside Gnomon, offline. Measured on "
        f"{time.strftime('%Y-%m-%d')}: {machine()}.\n\n{text}\n"
        + (f"Not offered, or failed: {'; '.join(failed)}.\n\n" if failed else "")
        + "Where we are not ahead of another tracker, or not ten times on `log()`:\n\n"
        + "".join(f"- {one}\n" for one in behind or ["nowhere"])
        + f"\n{reasons(behind)}"
        + f"\nWhere our calls spend their time (`cProfile`, which makes them slower):\n\n```text\n{profile()}```\n"
    )
