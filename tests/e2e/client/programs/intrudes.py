"""Try to read and to change what belongs to somebody else; tell how each try was answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wandb
from telling import asked, tell

plan = asked()
api = wandb.Api()
entity, project, id = plan["path"]
said: dict[str, Any] = {}


def tries(name: str, what: Callable[[], Any]) -> None:
    try:
        said[name] = ["done", str(what())]
    except BaseException as error:
        said[name] = [type(error).__name__, str(error)]


def logs(**init: Any) -> str:
    with wandb.init(**init) as run:
        run.log({"n": 1})
    return str(run.path)


def reads(name: str, where: str) -> None:
    """Every way to read from a project."""
    tries(f"read a run, {name}", lambda: api.run(f"{entity}/{where}/{id}").name)
    tries(f"list runs, {name}", lambda: len(list(api.runs(f"{entity}/{where}"))))
    tries(f"read an artifact, {name}", lambda: api.artifact(f"{entity}/{where}/data:v0").digest)
    tries(f"read a sweep, {name}", lambda: api.sweep(f"{entity}/{where}/abcdefgh").name)


tries("own project of that name", lambda: logs(project=project, id=id))
reads("there", project)
reads("not there", "no-such-project")
tries("projects", lambda: [one.name for one in api.projects(entity)])
tries("log into it", lambda: logs(entity=entity, project=project))
tries("resume it", lambda: logs(entity=entity, project=project, id=id, resume="must"))
tell(said)
