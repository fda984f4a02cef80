"""Pages about the SDK from its own docstrings: each name of the front door, how it is called and what it promises."""

from __future__ import annotations

import enum
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

INNER = frozenset(
    ("bound", "bound_list", "stored", "restored", "column_type", "found", "of", "named", "known", "settings", "given",
     "over")
)  # fmt: skip
"""Members by which parts of the SDK hand values to each other; they are no promise to scripts."""
LINE = 100
"""A call that is longer stands on a line a parameter."""


class Page(NamedTuple):
    """A page: its file, heading, a sentence, and what is on it (`name`, or `module:name` for what is not in front)."""

    file: str
    heading: str
    says: str
    names: tuple[str, ...]


PAGES = (
    Page(
        "runs.md",
        "Runs",
        "Beginning a run, logging to it and ending it. What is a method of a run is a function of `gnomon` too, and "
        "means the active one: `gnomon.log()` is `gnomon.run.log()`. `gnomon.config` and `gnomon.summary` are the "
        "active run's own.",
        ("init", "finish", "login", "setup", "teardown", "require", "Run", "Config", "gnomon.sdk.summary:Summary",
         "AlertLevel", "Settings"),
    ),
    Page(
        "values.md",
        "Media",
        "What may be logged besides numbers and texts, alone or in lists: `run.log({\"key\": Image(...)})`.",
        ("Image", "Classes", "BoundingBoxes2D", "ImageMask", "Audio", "Video", "Html", "Histogram", "Object3D", "box3d",
         "Molecule", "Plotly", "Bokeh", "Graph", "Node", "Edge", "Trace", "WBTraceTree"),
    ),
    Page(
        "tables.md",
        "Tables and charts",
        "Rows with typed columns, and charts that are drawn from them.",
        ("Table", "JoinedTable", "PartitionedTable", "EvalTable", "plot_table",
         *(f"gnomon.plot:{name}" for name in (
             "line", "line_series", "scatter", "bar", "histogram", "roc_curve", "pr_curve", "confusion_matrix",
             "visualize"))),
    ),
    Page(
        "artifacts.md",
        "Artifacts",
        "Versions of data sets, models and whatever else belongs together.",
        ("Artifact", "ArtifactTTL"),
    ),
    Page(
        "sweeps.md",
        "Sweeps",
        "Searching over hyperparameters.",
        ("sweep", "agent", "controller"),
    ),
    Page(
        "api.md",
        "Api",
        "Reading back what was logged, and changing what is said of it.",
        ("Api", *(f"gnomon.apis.public:{name}" for name in (
            "Runs", "Run", "Files", "File", "Projects", "Project", "Sweep", "Agent", "ArtifactType",
            "ArtifactCollection", "Reports", "BetaReport", "User", "Team", "Member"))),
    ),
    Page(
        "errors.md",
        "Errors",
        "What the SDK raises: only from constructors and from what asks a server on purpose. After `init()` nothing is "
        "raised because of a disk, a network or a server.",
        ("Error", "UsageError", "ConfigError", "CommError", "AuthenticationError", "UnsupportedError"),
    ),
)  # fmt: skip


def pages() -> dict[str, str]:
    """Every page by its path below `docs/reference`."""
    found = {f"sdk/{page.file}": _page(page) for page in PAGES}
    listed = "".join(
        f"- [{page.heading}]({page.file}): {', '.join(f'`{_short(name)}`' for name in page.names)}\n" for page in PAGES
    )
    found["sdk/README.md"] = f"# The SDK\n\nWhat `import gnomon` gives, from its own words.\n\n{listed}"
    return found


def _page(page: Page) -> str:
    parts = [f"# {page.heading}\n\n{page.says}\n"]
    parts += [_entry(name) for name in page.names]
    return "\n".join(parts)


def _entry(name: str) -> str:
    module, _, inner = name.rpartition(":")
    thing = getattr(importlib.import_module(module or "gnomon"), inner)
    called = f"{module}.{inner}" if module else f"gnomon.{inner}"
    if module == "gnomon.apis.public" or module.startswith("gnomon.sdk"):
        called = inner
    text = f"## {inner}\n\n"
    if isinstance(thing, type):
        return text + _class(thing, called)
    return text + f"{_call(called, thing)}\n{_doc(thing)}\n"


def _class(kind: type, called: str) -> str:
    text = ""
    if issubclass(kind, enum.Enum):
        text += f"`{'`, `'.join(f'{kind.__name__}.{one.name}' for one in kind)}`\n\n"
    elif not issubclass(kind, BaseException) and "apis" not in kind.__module__ and _is_constructed(kind):
        text += f"{_call(called, kind)}\n"
    text += f"{_doc(kind)}\n"
    for name, member in _members(kind):
        raw = inspect.getattr_static(kind, name)
        if isinstance(raw, property):
            text += f"\n**`.{name}`** {_flowing(_doc(raw.fget))}\n"
        elif isinstance(raw, (staticmethod, classmethod)):
            text += f"\n{_call(f'{kind.__name__}.{name}', member)}\n{_doc(member)}\n"
        else:
            text += f"\n{_call(f'.{name}', member, bound=True)}\n{_doc(member)}\n"
    return text


def _is_constructed(kind: type) -> bool:
    """Whether scripts make it themselves: what is given out has no word about its parameters."""
    return kind.__name__ == "Api" or not kind.__module__.startswith(("gnomon.sdk.run", "gnomon.sdk.public"))


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Public members with a docstring, in the order in which they are written."""
    seen: set[str] = set()
    for holder in (kind, *kind.__mro__[1:]):
        if not holder.__module__.startswith("gnomon"):
            continue
        for name, raw in vars(holder).items():
            if name.startswith("_") or name in seen or name in INNER:
                continue
            seen.add(name)
            inner = raw.fget if isinstance(raw, property) else getattr(raw, "__func__", raw)
            if inspect.isfunction(inner) and inspect.getdoc(inner):
                yield name, getattr(kind, name)


def _call(called: str, thing: Any, *, bound: bool = False) -> str:
    """How it is called, as a block of code."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return f"    {called}(...)\n"
    listed = list(signature.parameters.values())
    if bound:
        listed = listed[1:]
    parts: list[str] = []
    keywords = False
    for one in listed:
        if one.kind is one.KEYWORD_ONLY and not keywords:
            keywords = True
            parts.append("*")
        keywords |= one.kind is one.VAR_POSITIONAL
        parts.append(_parameter(one))
    gives = (
        ""
        if signature.return_annotation in (inspect.Signature.empty, None, "None")
        else (f" -> {_type(signature.return_annotation)}")
    )
    if isinstance(thing, type):
        gives = ""
    line = f"{called}({', '.join(parts)}){gives}"
    if len(line) > LINE:
        line = f"{called}(\n" + "".join(f"    {part},\n" for part in parts) + f"){gives}"
    return f"```python\n{line}\n```\n"


def _parameter(one: inspect.Parameter) -> str:
    stars = "*" if one.kind is one.VAR_POSITIONAL else "**" if one.kind is one.VAR_KEYWORD else ""
    kind = "" if one.annotation is one.empty else f": {_type(one.annotation)}"
    if one.default is one.empty:
        return f"{stars}{one.name}{kind}"
    equals = " = " if kind else "="
    return f"{stars}{one.name}{kind}{equals}{_default(one.default)}"


def _type(annotation: Any) -> str:
    """A type as it is written, without where it lives."""
    said = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z_])", "", said).replace("'", "").replace('"', "")


def _default(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if value is None or isinstance(value, (bool, int, float, str, tuple, list, dict)):
        return repr(value)
    return "..."


def _doc(thing: Callable[..., Any] | type | None) -> str:
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def _flowing(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _short(name: str) -> str:
    module, _, inner = name.rpartition(":")
    return f"plot.{inner}" if module == "gnomon.plot" else inner
