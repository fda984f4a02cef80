"""What the official client can be called with, as JSON: names, parameters, their order and defaults, and commands.

    .clients/0.31.0/bin/python tools/record_signatures.py > tests/recorded/signatures-0.31.0.json

Run by the Python that has the client, it needs nothing of ours. `described` reads any package that has these names; the
tests read ours with it.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

FUNCTIONS = (
    *("init", "finish", "setup", "teardown", "require", "login", "log", "save", "restore", "sweep", "agent"),
    *("controller", "define_metric", "watch", "unwatch", "alert", "mark_preempting", "pin_config_keys", "plot_table"),
    *("log_artifact", "use_artifact", "log_model", "use_model", "link_model", "box3d"),
    *(f"plot.{name}" for name in (
        "line", "line_series", "scatter", "bar", "histogram", "roc_curve", "pr_curve", "confusion_matrix", "plot_table",
        "visualize",
    )),
)  # fmt: skip
CLASSES = {
    **{name: name for name in (
        "Run", "Config", "Artifact", "ArtifactTTL", "AlertLevel", "Image", "Audio", "Video", "Html", "Histogram",
        "Object3D", "Molecule", "Plotly", "Graph", "Classes", "Table", "JoinedTable", "EvalTable", "Api", "Error",
        "UsageError", "CommError",
    )},
    **{name: f"data_types.{name}" for name in (
        "Bokeh", "Node", "Edge", "BoundingBoxes2D", "ImageMask", "PartitionedTable", "WBTraceTree",
    )},
    "Trace": "sdk.data_types.trace_tree.Trace",
    **{f"apis.public.{name}": f"apis.public.{name}" for name in (
        "Runs", "Run", "Sweep", "Files", "File", "Projects", "Project", "ArtifactTypes", "ArtifactType",
        "ArtifactCollections", "ArtifactCollection", "Artifacts", "RunArtifacts", "ArtifactFiles", "BetaReport",
        "Reports", "Team", "Member", "User", "Registries", "Registry",
    )},
    "apis.public.Agent": "apis.public.sweeps.Agent",
}  # fmt: skip
"""Classes by their name, and where the client has them. Where ours are, the name itself says."""

Parameter = list[Any]
"""Name, kind, and the default as it is written; no default at all is None."""


def described(package: str, *, theirs: bool) -> dict[str, Any]:
    """Every function, class, method and property of the lists above, by its name.

    What is not there is left out. A function is its list of parameters; a property is `"property"`, and a class that
    scripts do not make themselves is `"class"`.
    """
    found: dict[str, Any] = {}
    for name in FUNCTIONS:
        thing = at(package, name)
        if callable(thing):
            found[name] = parameters(thing)
    for name, place in CLASSES.items():
        kind = at(package, place if theirs else name)
        if isinstance(kind, type):
            found[name] = parameters(kind) if _is_made_by_scripts(kind, name) else "class"
            found.update((f"{name}.{part}", said) for part, said in parts(kind, package))
    return found


def _is_made_by_scripts(kind: type, name: str) -> bool:
    """Whether the constructor is for scripts: those of `apis.public` and of a run are not, they are given out."""
    return name != "Run" and not name.startswith("apis.public.") and not issubclass(kind, (enum.Enum, BaseException))


def at(package: str, name: str) -> Any:
    """What is called `<package>.<name>`; None where nothing is."""
    thing = importlib.import_module(package)
    so_far = package
    for word in name.split("."):
        so_far = f"{so_far}.{word}"
        try:
            if hasattr(thing, word):  # which imports it, where a name is loaded when it is first used
                thing = getattr(thing, word)
            else:
                thing = importlib.import_module(so_far)
        except ImportError:
            return None
    return thing


def parts(kind: type, package: str) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that this package wrote, inherited ones included."""
    for name in dir(kind):
        if name.startswith("_") or not _is_of(kind, name, package):
            continue
        raw = inspect.getattr_static(kind, name)
        if isinstance(raw, property) or type(raw).__name__ in ("cached_property", "_cached"):
            yield name, "property"
        elif isinstance(raw, (staticmethod, classmethod)) or inspect.isfunction(raw):
            yield name, parameters(getattr(kind, name), bound=not isinstance(raw, (staticmethod, classmethod)))


def _is_of(kind: type, name: str, package: str) -> bool:
    owner = next((each for each in kind.__mro__ if name in vars(each)), None)
    return owner is not None and owner.__module__.split(".")[0] == package


def parameters(thing: Any, *, bound: bool = False) -> list[Parameter]:
    """Name, kind and default of each; without `self`, which the function of a class (`bound`) calls as it likes."""
    try:
        listed = list(inspect.signature(thing).parameters.values())
    except (TypeError, ValueError):
        return []
    if bound or (listed and listed[0].name == "self"):
        listed = listed[1:]
    return [[one.name, one.kind.name, shown(one.default)] for one in listed]


def shown(default: Any) -> str | None:
    """A default as it is written; functions and marks that only mean "not said" are `…`."""
    if default is inspect.Parameter.empty:
        return None
    if isinstance(default, enum.Enum):
        default = default.value
    if default is None or isinstance(default, (bool, int, float, str, tuple, list, dict)):
        return repr(default)
    return "…"


def commands(group: Any) -> dict[str, list[str]]:
    """Every command below this one by its words, with the options it takes."""
    import click

    found: dict[str, list[str]] = {}
    waiting: list[tuple[str, Any]] = [("", group)]
    while waiting:
        path, command = waiting.pop()
        if path:
            options = [one for one in command.params if isinstance(one, click.Option)]
            found[path] = sorted({name for one in options for name in (*one.opts, *one.secondary_opts)})
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                if below is not None:
                    waiting.append((f"{path} {name}".strip(), below))
    return dict(sorted(found.items()))


if __name__ == "__main__":
    import wandb
    from wandb.cli.cli import cli

    recorded = {
        "client": wandb.__version__,
        "names": described("wandb", theirs=True),
        "commands": commands(cli),
    }
    json.dump(recorded, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
