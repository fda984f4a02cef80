"""Write `docs/guides/official-client.md` from what came of the conformance suite.

    python -m tools.client_guide            write the page
    python -m tools.client_guide --check    exit 1 when the page is not what would be written

The table is `tests/recorded/results.json`, which `python -m tools.record_client --all` writes; the words around it are
here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.frameworks.results import kept
from tests.wandb_clients.cases import Case, Outcome, cases, outcomes
from tools import clients
from tools.docs import table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "guides" / "official-client.md"

HEAD = """<!-- Made by tools/client_guide.py from tests/recorded/results.json. Do not edit: run `make docs`. -->

# The official client

The `wandb` package from PyPI works with a Gnomon server as it is: scripts, the callbacks that frameworks bring, the
`wandb` command, and notebooks that read with `wandb.Api()`. Nothing is installed in its place and no line is changed.

```sh
export WANDB_BASE_URL=http://localhost:8585
export WANDB_API_KEY=…      # from /authorize of the server, or `gnomon admin user create NAME`
python train.py
```

or once for this user and machine:

```sh
wandb login --host http://localhost:8585
```

It asks for a key and says where the page with keys is. Runs appear under the key's user, or under the team that
`entity=` or `WANDB_ENTITY` names. `GNOMON_BASE_URL` and `GNOMON_API_KEY` are our own SDK's; where they are not set, it
takes the `WANDB_*` variables too, so both clients can log to one server from one shell.

Programs to try it with, as tutorials show them, are in [examples/client](../../examples/client/).

Behind a proxy, tell the server the address that clients reach it at (`GNOMON_SERVER_BASE_URL`): files go to and come
from signed addresses that begin with it. `WANDB_APP_URL` need not be set, unless the server's name begins with `api.`,
which the client takes for a hint that the page is elsewhere.

## What works

"""

HOW = """
`yes`: a script with that version does it against a real server, end to end, and what is stored is compared with what
was logged. `no`: it does not, for the reason below the tables. `–`: that version of the client has no such thing. The
scripts are the folders of [tests/recorded](../../tests/recorded/), each with the conversations that the client and the
server had; every change of the server has to answer them as before. To see for yourself: `make test-clients`.
"""

FRAMEWORKS = """
## Frameworks

With the newest client, each through the callbacks that it or the client brings, on a CPU: `make test-frameworks`.

"""

DIFFERENT = """
## What to know

- The page and the API have one address. The client's reports about itself are answered with 404, upon which it stops
  sending them.
- A run that is begun again by its id, without `resume`, is overwritten, from the first step that is logged then; here
  that can be undone for 7 days ([Editing history](editing-history.md)). A run that was heard of in the last 45 seconds
  is joined instead.
- Rewinding and deleting can be undone for as long. A fork takes no room for the history it shares.
- Files come and go by signed addresses that hold for a day and for one thing.
- *Stop* on the page reaches a script of 0.28 or newer with its next request; older ones ask every half minute or so.
- There are users and teams. Organizations and their registries, automations and launch queues are not there: calls that
  need them say so.
- Several processes that log into one run are best told apart by shared mode. Without it they number their rows alike;
  the original server lets one overwrite the other, here both are kept.

Each version speaks its own dialect: those up to 0.27 ask the server what its schema has before they use it, newer ones
ask for a list of features. What packages an older one needs is said at the top of its file in
[tests/wandb_clients/locks](../../tests/wandb_clients/locks/).
"""

SIGNS = {"works": "yes", "fails": "no"}


def sign(case: Case, version: str, outcome: Outcome | None) -> str:
    """What a cell of the table says."""
    if not case.is_in(version):
        return "–"
    return SIGNS[outcome.how] if outcome is not None else "not tried"


def groups(known: Sequence[Case]) -> dict[str, list[Case]]:
    """The cases by the group they are in, in the order of the guide."""
    order = ("Signing in", "Runs", "Media and files", "Artifacts", "Sweeps", "Reading with `wandb.Api()`")
    found = {name: [case for case in known if case.group == name] for name in order}
    if lost := {case.group for case in known} - set(order):
        raise ValueError(f"the guide has no place for {', '.join(sorted(lost))}")
    return found


def page(known: Sequence[Case], came: Mapping[str, Mapping[str, Outcome]], versions: Sequence[str]) -> str:
    """The whole page."""
    newest_first = list(reversed(versions))
    text = HEAD
    for name, of_group in groups(known).items():
        rows = [
            (case.says, *(sign(case, version, came.get(case.name, {}).get(version)) for version in newest_first))
            for case in of_group
        ]
        text += table((name, *newest_first), rows) + "\n"
    remarks = [
        f"- {version}, {case.says}: {case.remarks[version]}"
        for case in known
        for version in newest_first
        if version in case.remarks
    ]
    said = "\n" + "\n".join(remarks) + "\n" if remarks else ""
    return text.rstrip() + "\n" + said + HOW + frameworks(kept()) + DIFFERENT


def frameworks(came: Mapping[str, Mapping[str, str]]) -> str:
    """The table of frameworks, the client's callbacks for which were tried."""
    rows = [(name, one["version"], SIGNS[one["client"]], one["says"]) for name, one in came.items() if "client" in one]
    return FRAMEWORKS + table(("package", "version", "works", "what"), rows) if rows else ""


def wanted() -> str:
    """The page as it should be now."""
    return page(cases(), outcomes(), clients.versions())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    given = parser.parse_args()
    made = wanted()
    if given.check:
        there = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if there != made:
            print(f"{PAGE.name} is not up to date; run `make docs`", file=sys.stderr)
        return int(there != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
