"""`python -m benchmarks [NAME...]`: run them all, or the named ones, and write RESULTS.md.

Lines and sections of benchmarks that were not run this time stay as they are. A benchmark has `measure()`, which gives
lines of the table, or `HEADING` and `section()`, which gives a section of its own below it.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
import traceback
from pathlib import Path

from benchmarks.harness import Result, machine, number

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
NOT_QUESTIONS = {"browser", "harness", "tree", "journals", "__main__"}
ON_REQUEST = {"sdk"}
"""Need what is kept outside the repository; run only when they are named."""
HEAD = """# Results

Made by `make bench`; `make bench ARGS=log_cost` measures one question again and leaves the other lines alone. *Asked*
is the number set before there was any code. Nothing in the test suite asserts a time: on a busy or a slow machine these
numbers are larger, and only their ratios mean something. What the columns mean exactly is said at the top of each file
in this folder.

"""


def questions() -> list[str]:
    found = [module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.ispkg]
    return [name for name in found if name not in NOT_QUESTIONS]


def lines_by_question() -> dict[str, list[str]]:
    """The lines that RESULTS.md has now, by the benchmark in their last column."""
    found: dict[str, list[str]] = {}
    if RESULTS.exists():
        for line in RESULTS.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("|") and len(cells) == 6 and cells[5].endswith(".py)"):
                name = cells[5].rpartition("(")[2].removesuffix(".py)")
                found.setdefault(name, []).append(line)
    return found


def sections_now() -> dict[str, str]:
    """The sections that RESULTS.md has now, by their heading."""
    if not RESULTS.exists():
        return {}
    _, *parts = RESULTS.read_text(encoding="utf-8").split("\n## ")
    return {heading: body.strip() for heading, _, body in (part.partition("\n") for part in parts)}


def line(result: Result, question: str) -> str:
    held = "" if result.most is None and result.least is None else ("yes" if result.holds else "**no**")
    cells = (
        result.what,
        result.asked,
        f"{number(result.reached)} {result.unit}",
        held,
        result.note.replace("|", "/"),
        f"[{question}]({question}.py)",
    )
    return f"| {' | '.join(cells)} |"


def measured_before() -> str:
    """When and where the lines of the table were measured, as RESULTS.md has it now."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    return next((line for line in lines if line.startswith("Last measured on ")), "")


def write(found: dict[str, list[str]], sections: dict[str, str], measured: str) -> None:
    lines = [line for question in sorted(found) for line in found[question]]
    table = "| what | asked | reached | holds | note | from |\n|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
    text = f"{HEAD}{measured}\n\n{table}"
    text += "".join(f"\n## {heading}\n\n{body.strip()}\n" for heading, body in sorted(sections.items()))
    RESULTS.write_text(text, encoding="utf-8")


def main(names: list[str]) -> int:
    unknown = set(names) - set(questions())
    if unknown:
        print(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(questions())}", file=sys.stderr)
        return 2
    failed = False
    for name in names or [name for name in questions() if name not in ON_REQUEST]:
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "measure") and not hasattr(module, "section"):
            continue
        print(f"{name} …", flush=True)
        try:
            results = list(module.measure()) if hasattr(module, "measure") else []
            section = module.section() if hasattr(module, "section") else None
        except Exception:
            traceback.print_exc()
            failed = True
            continue
        # read only now: another question may have been answered meanwhile
        found, sections = lines_by_question(), sections_now()
        if section is not None:
            sections[module.HEADING] = section
        measured = measured_before()
        if results or not measured:
            measured = f"Last measured on {time.strftime('%Y-%m-%d')}: {machine()}."
            found[name] = [line(result, name) for result in results]
        for result in results:
            mark = "" if result.holds else "   <- not reached"
            print(f"    {result.what}: {number(result.reached)} {result.unit} (asked {result.asked}){mark}", flush=True)
        write(found, sections, measured)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
