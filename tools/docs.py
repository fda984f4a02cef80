"""Write `docs/reference/` from the code, so that it cannot say what the code does not do.

    python tools/docs.py            write the pages
    python tools/docs.py --check    exit 1 when a page is not what would be written

Every list there is declared once in the code: settings with their sentence, commands with their help, routes with their
documentation, errors with their meaning, the names of the SDK with their docstrings.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import sdk_docs  # noqa: E402

TARGET = ROOT / "docs" / "reference"
HEAD = "<!-- Made by tools/docs.py from the code. Do not edit: change the code and run `make docs`. -->\n\n"


def cell(text: object) -> str:
    """Text as it may stand in a cell of a table."""
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines) + "\n"


def plain(default: object) -> str:
    """A default as it is written in a settings file or a variable."""
    if default is None or default in ((), ""):
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


def settings_page() -> str:
    from gnomon.sdk import setting_names as names
    from gnomon.sdk import settings as sdk
    from gnomon.server import settings as server

    ours = [
        (
            f"`{one.name}`",
            plain(one.default),
            " ".join(f"`GNOMON_{name}`" for name in one.env) or "–",
            one.says,
        )
        for one in sdk.DECLARED.values()
    ]
    servers = [
        (f"`{one.name}`", plain(one.default), f"`GNOMON_SERVER_{one.name.upper()}`", one.metadata["about"])
        for one in dataclasses.fields(server.Settings)
    ]
    others = ", ".join(f"`{other}` is `{name}`" for other, name in names.ALIASES.items() if not other.startswith("_"))
    without_effect = ", ".join(f"`{name}`" for name in sorted(names.WITHOUT_EFFECT))
    return (
        "# Settings\n\n"
        "What a call was given wins over `GNOMON_*` variables, those over the `WANDB_*` ones of the same name, those "
        "over the settings file (`settings.json` in the config folder), and that over the defaults.\n\n"
        "## Of a run\n\n"
        "Given as `init(settings=gnomon.Settings(name=value))`, as a variable, or in the settings file.\n\n"
        + table(("setting", "default", "variable", "what it says"), ours)
        + f"\nOther names that are understood: {others}. Accepted without effect, because they speak of the insides of "
        f"another client: {without_effect}.\n\n"
        "Where things are kept: `GNOMON_CONFIG_DIR` (keys and settings file, `~/.config/gnomon`), `GNOMON_STATE_DIR` "
        "(which run folders still have something to send, `~/.local/state/gnomon`).\n\n"
        "## Of a server\n\n"
        "Given to `gnomon server` as options where it has one, or as variables.\n\n"
        + table(("setting", "default", "variable", "what it says"), servers)
    )


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The command and all below it that are not hidden, by their full names."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from commands(below, f"{path} {name}")


def command_text(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    parts = [f"## {path}\n", f"    {usage}\n", inspect.cleandoc(command.help or "").replace("\b\n", "") + "\n"]
    rows = []
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and not parameter.hidden and "--help" not in parameter.opts:
            record = parameter.get_help_record(context)
            if record is not None:
                rows.append((f"`{record[0]}`", record[1]))
    if rows:
        parts.append(table(("option", "what it says"), rows))
    if command.epilog and not isinstance(command, click.Group):
        taught = inspect.cleandoc(command.epilog.replace("\b\n", "")).removeprefix("Examples:\n")
        parts.append("```sh\n" + inspect.cleandoc(taught) + "\n```\n")
    return "\n".join(parts)


def commands_page() -> str:
    from gnomon.cli.root import cli

    texts = [command_text(path, command) for path, command in commands(cli, "gnomon")]
    return "# Commands\n\n`python -m gnomon …` is `gnomon …`.\n\n" + "\n".join(texts)


def routes_page() -> str:
    from gnomon.server.api.openapi import description, routes_for
    from gnomon.server.app import ROUTES

    document = description([*ROUTES, *routes_for(ROUTES)])
    by_tag: dict[str, list[tuple[str, ...]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            said = f"{operation['summary']} {operation.get('description', '')}".strip()
            query = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
            asked = " ".join(f"`{name}`" for name in query) or "–"
            by_tag.setdefault(operation["tags"][0], []).append((f"`{method.upper()} {path}`", asked, said))
    text = (
        "# Routes\n\n"
        "The HTTP API in short. A running server shows all of it, with every field, at `/api/docs`, and as OpenAPI "
        "3.1 at `/api/openapi.json`. Send an API key as `Authorization: Bearer KEY`, or as the password of basic "
        "authentication.\n"
    )
    for tag, rows in by_tag.items():
        text += f"\n## {tag}\n\n" + table(("route", "query", "what it does"), rows)
    return text


def errors_page() -> str:
    from gnomon.model import errors as model
    from gnomon.server.edge.errors import STATUS, Failure, Problem

    assert Failure is not None
    statuses = [(f"`{kind.__name__}`", str(status), inspect.getdoc(kind) or "") for kind, status in STATUS.items()]
    fields = [f"`{name}`" for name in Problem.__struct_fields__]
    return (
        "# Errors\n\n"
        "What can go wrong is a closed set. Every answer of the server that is not a success has the body "
        '`{"error": {"kind": …, "message": …}}`; '
        f"the fields are {', '.join(fields)}, and those that say nothing are left out.\n\n"
        + table(("kind", "status", "what it means"), statuses)
        + "\nThe same kinds in Python, in `gnomon.model.errors`:\n\n```text\n"
        + inspect.cleandoc(model.__doc__ or "").partition("\n\n")[2]
        + "\n```\n"
    )


def front_page() -> str:
    return (
        "# Reference\n\n"
        "Made from the code by `make docs`; a test checks that it is up to date.\n\n"
        "- [The SDK](sdk/README.md): every name of `import gnomon`\n"
        "- [Settings](settings.md) of runs and servers, and their variables\n"
        "- [Commands](commands.md) of `gnomon`\n"
        "- [Routes](routes.md) of the HTTP API\n"
        "- [Errors](errors.md) and their statuses\n"
        "- Formats on disk, by hand: [journal](../formats/journal.md), [segments](../formats/segments.md)\n"
    )


def pages() -> dict[str, str]:
    """Every page of the reference, by its file name."""
    made = {
        "README.md": front_page(),
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "routes.md": routes_page(),
        "errors.md": errors_page(),
        **sdk_docs.pages(),
    }
    return {name: HEAD + text.rstrip() + "\n" for name, text in made.items()}


def differing(wanted: dict[str, str]) -> list[str]:
    """The pages that are not what they should be, or should not be there."""
    there: dict[str, Any] = {
        str(path.relative_to(TARGET)): path.read_text(encoding="utf-8") for path in TARGET.rglob("*.md")
    }
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the pages are up to date")
    given = parser.parse_args()
    wanted = pages()
    stale = differing(wanted)
    if given.check:
        for name in stale:
            print(f"docs/reference/{name} is not up to date; run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
            (TARGET / name).write_text(wanted[name], encoding="utf-8")
        else:
            (TARGET / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
