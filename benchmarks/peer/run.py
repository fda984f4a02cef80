"""Run the side-by-side suite with Gnomon in it; see README.md beside this file."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.harness import machine, number  # noqa: E402

ENTRANCE = f"""

import importlib.util as _util
_spec = _util.spec_from_file_location("gnomon_trackers", {str(HERE / "trackers.py")!r})
_ours = _util.module_from_spec(_spec)
_spec.loader.exec_module(_ours)
for _class in [*_ours.classes(Tracker, free_port), _ours.official_client(Wandb, {sys.executable!r}, free_port)]:
    PEERS.append(_class)
    ALL[_class.name] = _class
_ours.with_artifacts(ALL)
"""
CASES = """

CASES["files"] = ("artifact", ["--calls", os.environ.get("BENCH_FILES", "10000")])
CASES["bigfile"] = ("artifact", ["--calls", "1", "--steps", os.environ.get("BENCH_MEGABYTES", "1024")])
"""
CASE = """
def case_artifact(t, a, out):
    import importlib.util
    spec = importlib.util.spec_from_file_location("gnomon_artifact_case", {case!r})
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.measure(t, a, out, sys.modules[__name__], {content!r})
"""
MAIN = "\n\ndef main():\n"
"""Before this line of the suite's worker, its cases end."""
RAW = ROOT / "benchmarks" / "results" / "peer.jsonl"
PAGE = ROOT / "benchmarks" / "PEERS.md"


def medians(records: list[dict[str, Any]]) -> str:
    """Tables of what was measured, one a case, the quickest tracker first."""
    text = ""
    for case in dict.fromkeys(record["case"] for record in records):
        columns: dict[str, list[dict[str, Any]]] = {}
        for record in records:
            if record["case"] == case and record["w"].get("ok"):
                columns.setdefault(record["tracker"], []).append(record)
        names = {
            "p50_us": "median µs", "p99_us": "p99 µs", "caller_cpu_us": "caller CPU µs", "finish_s": "finish s",
            "init_s": "init s", "first_log_s": "first log s", "overhead_cpu_pct": "CPU overhead %",
            "overhead_pct": "wall overhead %", "logged": "logged", "found": "found", "lost": "lost",
        }  # fmt: skip
        there = [name for name in names if any(name in one["w"] for ones in columns.values() for one in ones)]
        lines = []
        for tracker, ones in columns.items():
            values = [[one["w"][name] for one in ones if one["w"].get(name) is not None] for name in there]
            cells = [number(statistics.median(value)) if value else "–" for value in values]
            trees = f"{statistics.median(one['tree']['cpu_s'] for one in ones):.2f}" if "tree" in ones[0] else "–"
            lines.append((statistics.median(values[0]) if values and values[0] else 0.0, tracker, cells, trees))
        text += f"\n## {case}\n\n| tracker | {' | '.join(names[name] for name in there)} | tree CPU s | n |\n"
        text += "|---" * (len(there) + 3) + "|\n"
        for _, tracker, cells, trees in sorted(lines):
            text += f"| {tracker} | {' | '.join(cells)} | {trees} | {len(columns[tracker])} |\n"
    return text


def put_together(copy: Path, suite: Path) -> None:
    """The suite with our trackers and cases in it, in the folder `copy`."""
    copy.mkdir()
    for path in suite.glob("*.py"):
        shutil.copyfile(path, copy / path.name)
    with (copy / "adapters.py").open("a", encoding="utf-8") as file:
        file.write(ENTRANCE)
    case = CASE.format(case=str(HERE / "artifact_case.py"), content=str(copy.with_name("content")))
    for name, more in (("worker.py", case), ("run.py", CASES)):
        text = (copy / name).read_text(encoding="utf-8")
        (copy / name).write_text(text.replace(MAIN, f"\n\n{more}{MAIN}", 1), encoding="utf-8")


def measured(arguments: list[str], **more: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the suite with these arguments: its exit status, and what it measured. Raises RuntimeError without one."""
    suite = Path(os.environ.get("BENCH_SUITE", ROOT.parent / "shared" / "peer-bench"))
    if not (suite / "run.py").exists() or "BENCH_VENVS" not in os.environ:
        raise RuntimeError("BENCH_SUITE must name the suite, and BENCH_VENVS the folder of environments")
    ours = Path(os.environ["BENCH_VENVS"]) / "gnomon"
    if not ours.exists():
        ours.symlink_to(Path(sys.prefix))
    with tempfile.TemporaryDirectory(prefix="gnomon-peers-", dir=os.environ.get("BENCH_TMP")) as folder:
        copy = Path(folder) / "suite"
        put_together(copy, suite)
        RAW.parent.mkdir(exist_ok=True)
        before = RAW.stat().st_size if RAW.exists() else 0
        environment = {**os.environ, "BENCH_RAW": str(RAW), **more}
        status = subprocess.run([sys.executable, str(copy / "run.py"), *arguments], env=environment).returncode
    with RAW.open(encoding="utf-8") as file:
        file.seek(before)
        return status, [json.loads(line) for line in file]


def main(arguments: list[str]) -> int:
    try:
        status, records = measured(arguments)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 2
    text = (
        "# Side by side with other trackers\n\nMade by `benchmarks/peer/run.py`; see [how](peer/README.md). One run, "
        f"trackers in turn; medians; only ratios mean something. Measured on {time.strftime('%Y-%m-%d')}: "
        f"{machine()}.\n" + medians(records)
    )
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
