"""Write `docs/guides/from-wandb.md`: the words are here, the table comes from what the tests compare.

    python -m tools.wandb_guide            write the page
    python -m tools.wandb_guide --check    exit 1 when the page is not what would be written

`tests/sdk/signature_differences.json` says where our functions differ from the official client's, and
`tests/e2e/sdk/differences.json` where the same script leaves something else. What a user notices has a `guide` there.
"""
# ruff: noqa: E501  # lines of Markdown tables

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gnomon.cli.root import LEFT_OUT
from tools.docs import table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "guides" / "from-wandb.md"
SIGNATURES = ROOT / "tests" / "sdk" / "signature_differences.json"
RUNS = ROOT / "tests" / "e2e" / "sdk" / "differences.json"

HEAD = """<!-- Made by tools/wandb_guide.py from what the tests compare. Do not edit: run `make docs`. -->

# Coming from wandb

Change one line:

```python
import gnomon as wandb
```

or none at all: `gnomon run train.py` ([how](gnomon-run.md)), or [keep the official package](official-client.md) and
point it here. All three log to the same server, and to the same runs.

`WANDB_*` variables are understood where there is no `GNOMON_*` variable of the same name. `WANDB_BASE_URL` and
`WANDB_API_KEY` name our server and its key too, so a job that is set up for another server needs `GNOMON_BASE_URL` to
find this one.

## What is the same

The functions, classes, methods and parameters of the client's public interface are there, with the same names, order and
defaults; a test compares them with the installed client, one by one. Another runs the same scripts with both: rows,
config, summary, media to the pixel, tables, charts, artifacts to the digest, files and what was printed come out the
same on the server. What is not so is in the table below. Programs to begin with: [examples/seeds](../../examples/seeds/),
every block of five tutorials.

| | |
|---|---|
| logging | `init`, `log`, `config`, `summary`, `define_metric`, `finish`, `save`, `alert`, `watch`, `Settings`: [logging](logging.md) |
| values | `Image` with boxes and masks, `Audio`, `Video`, `Html`, `Histogram`, `Object3D`, `Molecule`, `Plotly`, `Bokeh`: [media](media.md) |
| tables, charts | `Table`, `plot.*`, `sklearn.*`: [tables and charts](tables-and-charts.md) |
| artifacts | `Artifact`, `log_artifact`, `use_artifact`, `log_model`, `link_model`: [artifacts](artifacts.md) |
| sweeps | `sweep`, `agent`, `controller`, the same YAML files: [sweeps](sweeps.md) |
| reading back | `Api` with runs, histories, files, artifacts, sweeps: [the Api](api.md) |
| many processes | shared runs, launchers, forks: [many processes](many-processes.md) |
| frameworks | Keras, XGBoost, LightGBM, Lightning, Transformers, TensorBoard: [frameworks](frameworks.md) |
| the command line | `login`, `init`, `sync`, `offline`, `sweep`, `agent`, `artifact`, `pull`, `restore`, `verify`: [commands](../reference/commands.md) |

## What is different on purpose

| | wandb | here |
|---|---|---|
| a step that goes back | the row is dropped with a warning | the row is kept at that step |
| `log(..., commit=False)` | waits in memory for the next commit | is on disk at once; rows of one step are merged when read |
| `finish()` with no server | waits, for long | waits for a bounded time; nothing is lost by not waiting |
| run folders | `./wandb/` | `./gnomon-runs/` |
| what `init` of the command line keeps | `./wandb/settings` | `./.gnomon.json`, which may be shared with the scripts |
| a process killed with `-9` | rows in memory are gone | every row for which `log()` returned is there |
"""

REST = """
Everything else in which a name or a run differs, with its reason, is in `tests/sdk/signature_differences.json` and
`tests/e2e/sdk/differences.json`.

## Commands that are not here

"""


def page() -> str:
    """The whole page."""
    rows = "".join(f"| {' | '.join(row)} |\n" for row in noticed())
    return HEAD + rows + REST + commands()


def noticed() -> Iterator[tuple[str, str, str]]:
    """What somebody who comes from there notices: where, what the client does, what ours does."""
    for place in (RUNS, SIGNATURES):
        groups: list[dict[str, Any]] = json.loads(place.read_text(encoding="utf-8"))
        for group in groups:
            if "guide" in group:
                where, theirs, ours = group["guide"]
                yield where, theirs, ours


def commands() -> str:
    """Commands that are left out, and what to do instead."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in LEFT_OUT.items():
        by_reason.setdefault(reason, []).append(f"`{name}`")
    return table(("command", "instead"), [(", ".join(names), reason) for reason, names in by_reason.items()])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    given = parser.parse_args()
    wanted = page()
    if given.check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
            print(f"{PAGE.relative_to(ROOT)} is not up to date; run `make docs`", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
