"""`gnomon.Api()`: what was logged, read back, and what people may change of it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import unquote

from gnomon.model.account import User as Account
from gnomon.sdk import credentials
from gnomon.sdk import settings as options
from gnomon.sdk.errors import CommError, Error, UsageError
from gnomon.sdk.names import random_id
from gnomon.sdk.public import sql as sql_questions
from gnomon.sdk.public.absent import Absent
from gnomon.sdk.public.artifact_calls import ArtifactCalls
from gnomon.sdk.public.paths import folder_in, is_folder, project_path, run_path
from gnomon.sdk.public.projects import Project, Projects
from gnomon.sdk.public.remote import Remote
from gnomon.sdk.public.reports import BetaReport, Reports
from gnomon.sdk.public.run import Run
from gnomon.sdk.public.runs import Runs
from gnomon.sdk.public.source import BadPathError, RunNotFoundError, Source
from gnomon.sdk.public.sweeps import Sweep
from gnomon.sdk.public.teams import Team
from gnomon.sdk.public.users import User
from gnomon.sdk.service import TIMEOUT_SECS, Service
from gnomon.sdk.service import path as service_path

DEFAULT_PROJECT = "uncategorized"


class Api(ArtifactCalls, Absent):
    """A server, or run folders of this disk, as scripts and notebooks ask them.

    `overrides` may say `base_url`, `entity` and `project`; what it does not say is what scripts of this user mean. A
    `base_url` that is `file:///…/gnomon-runs` reads the run folders there, with no server and no account. `timeout` is
    how many seconds one question may take, with everything that is tried again.

    Run folders are read by their paths without having signed in; what asks the server raises AuthenticationError then.
    """

    def __init__(
        self, overrides: Mapping[str, Any] | None = None, timeout: float | None = None, api_key: str | None = None
    ) -> None:
        given = options.load(os.environ, file=credentials.settings_file())
        self.settings: dict[str, Any] = {
            "base_url": given.base_url, "entity": given.entity, "project": given.project, "organization": None,
            **(overrides or {}),
        }  # fmt: skip
        base_url = self.settings["base_url"] = str(self.settings["base_url"]).rstrip("/")
        self.api_key: str | None = None
        self._viewer: User | None = None
        self._source: Source
        folder = folder_in(base_url)
        if folder is not None:
            from gnomon.sdk.public.local import Local

            self._source = Local(folder)
        else:
            self.api_key = credentials.find_key(base_url, api_key)
            service = Service(base_url, self.api_key, timeout_secs=TIMEOUT_SECS if timeout is None else timeout)
            self._source = Remote(service)
        self.flush()

    @property
    def _service(self) -> Service:
        return self._source.service

    # Who asks

    @property
    def user_agent(self) -> str:
        """How this names itself to the server."""
        return "gnomon-api"

    @property
    def viewer(self) -> User:
        """Who asks."""
        if self._viewer is None:
            said = self._service.get("/viewer")["user"]
            account = Account(name=said["name"], admin=said.get("admin", False), teams=tuple(said.get("teams", ())))
            self._viewer = User.of(self._service, account, self.api_key)
        return self._viewer

    @property
    def default_entity(self) -> str | None:
        """Whose projects are meant where none is said; of run folders, None."""
        return None if folder_in(self.settings["base_url"]) is not None else str(self.viewer.entity)

    def _entity(self, said: str | None = None) -> str:
        if said or self.settings["entity"]:
            return str(said or self.settings["entity"])
        return self.default_entity or "-"

    def _place(self, path: str | None) -> tuple[str, str]:
        entity, project = project_path(path)
        return self._entity(entity), project or self.settings["project"] or DEFAULT_PROJECT

    def flush(self) -> None:
        """Forget what was read, so that it is asked for anew."""
        self._runs: dict[str, Any] = {}
        self._sweeps: dict[str, Sweep] = {}
        self._projects: dict[str, Projects] = {}
        self._reports: dict[str, Reports] = {}

    # Projects

    def projects(self, entity: str | None = None, per_page: int = 200) -> Projects:
        """The projects of an entity, the newest first."""
        entity = self._entity(entity)
        if entity not in self._projects:
            self._projects[entity] = Projects(self._source, entity, per_page)
        return self._projects[entity]

    def project(self, name: str, entity: str | None = None) -> Project:
        """A project; it is asked for when something of it is needed."""
        return Project(self._source, self._entity(entity), name)

    def create_project(self, name: str, entity: str) -> None:
        """Make a project; one that is there stays as it is."""
        self._service.put(service_path("projects", entity, name), {})

    # Runs

    def runs(
        self, path: str | None = None, filters: dict[str, Any] | None = None, order: str = "+created_at",
        per_page: int = 50, include_sweeps: bool = False, lazy: bool = True,
    ) -> Runs:  # fmt: skip
        """The runs of a project that match, in an order. They are kept; `flush()` forgets them.

        `path` is `entity/project`, `project`, or a folder of run folders (`./gnomon-runs`). `filters` is a document of
        MongoDB over `state`, `tags`, `display_name`, `group`, `job_type`, `username`, `created_at`, `config.…`,
        `summary_metrics.…` and more: `{"config.lr": {"$lt": 0.1}, "$or": [{"state": "finished"}, {"tags": "best"}]}`.
        `order` is `created_at`, `heartbeat_at`, `config.….value` or `summary_metrics.…`, after `+` or `-`.

        Raises ValueError for an order, and CommError for a filter, that makes no sense.
        """
        source, entity, project = self._of_runs(path)
        key = f"{path or ''} {filters} {order} {include_sweeps} {per_page}"
        if key not in self._runs:
            self._runs[key] = Runs(source, entity, project, filters, order, per_page, include_sweeps, lazy)
        found: Runs = self._runs[key]
        if not lazy:
            found.upgrade_to_full()
        return found

    def _of_runs(self, path: str | None) -> tuple[Source, str, str]:
        if path is not None and is_folder(path):
            from gnomon.sdk.public.local import Local

            return Local(folder_in(path) or path), "-", ""
        if folder_in(self.settings["base_url"]) is not None and path is None:
            return self._source, "-", self.settings["project"] or ""
        return self._source, *self._place(path)

    def run(self, path: str = "") -> Run:
        """One run, by `entity/project/id`, `project/id`, `id`, its address, or its folder (`./gnomon-runs/run-…`).

        Raises RunNotFoundError (a ValueError and a CommError) where there is none.
        """
        found = self._runs.get(path)
        if not isinstance(found, Run):
            found = self._runs[path] = self._run(path)
        return found

    def _run(self, path: str) -> Run:
        if path and is_folder(path):
            from gnomon.sdk.public.local import Local

            source = Local(folder_in(path) or path)
            return Run(source, source.only(), lazy=False)
        entity, project, id = self._parse_path(path)
        return Run(self._source, self._source.record(entity, project, id), lazy=False)

    def _parse_path(self, path: str) -> tuple[str, str, str]:
        named = run_path(path)
        project = named.project or self.settings["project"]
        local = folder_in(self.settings["base_url"]) is not None
        if not named.id:
            raise BadPathError(f"Invalid path: {path!r}; name it as entity/project/id")
        if not project and not local:
            raise BadPathError(f"Invalid path: {path!r} (missing project)")
        return self._entity(named.entity), project or "", named.id

    def create_run(self, *, run_id: str | None = None, project: str | None = None, entity: str | None = None) -> Run:
        """Make a run without a script that logs it."""
        return self._create_run(run_id=run_id, project=project, entity=entity)

    def _create_run(
        self, *, run_id: str | None = None, project: str | None = None, entity: str | None = None,
        state: Literal["running", "pending"] = "running",
    ) -> Run:  # fmt: skip
        entity, project = self._entity(entity), project or self.settings["project"] or DEFAULT_PROJECT
        id = run_id or random_id()
        self._service.put(service_path("runs", entity, project, id), {"state": state})
        return Run(self._source, self._source.record(entity, project, id), lazy=False)

    def sync_tensorboard(
        self, root_dir: str, run_id: str | None = None, project: str | None = None, entity: str | None = None
    ) -> Run:
        """Bring the event files of TensorBoard that lie below a folder as a run, and wait until they are there.

        Raises UsageError where there are none, CommError where the server does not have them in time.
        """
        from gnomon.sdk.tensorboard.importing import tensorboard_import

        service = self._service
        entity, project = self._entity(entity), project or self.settings["project"] or DEFAULT_PROJECT
        settings = {"base_url": service.base_url, "api_key": self.api_key, "mode": "online"}
        done = tensorboard_import(root_dir, run_id or random_id(), project, entity, settings=settings)
        until = time.monotonic() + service.timeout_secs
        while True:  # the shipper is at it
            try:
                run = self._run(done.path)
                if run.state != "running":
                    return run
            except RunNotFoundError:
                pass
            if time.monotonic() > until:
                raise CommError(
                    f"{done.path} was not there in {service.timeout_secs:g} s; `gnomon sync` sends the rest"
                )
            time.sleep(0.1)

    def sql(
        self, query: str, project: str | None = None, format: Literal["dicts", "pandas", "polars"] = "dicts"
    ) -> Any:
        """The answer to one SELECT in DuckDB's SQL over a project's tables `runs`, `history` and `system`.

        `project` is `entity/project` or `project`. A list of dicts, or a DataFrame of pandas or polars. Raises
        CommError for a query that makes no sense, and UsageError where the library is not installed.
        """
        return sql_questions.ask(self._service, *self._place(project), query, format)

    # Sweeps and reports

    def sweep(self, path: str = "") -> Sweep:
        """A sweep, by `entity/project/id`, `project/id`, `id`, or its address. Raises NotFoundError without one."""
        if path not in self._sweeps:
            self._sweeps[path] = Sweep.of(self._source, *self._parse_path(path))
        return self._sweeps[path]

    def reports(self, path: str = "", name: str | None = None, per_page: int = 50) -> Reports:
        """The reports of a project; with `name` the one called so."""
        entity, project = self._place(path or None)
        name = unquote(name) if name else None
        key = f"{entity}/{project}/{name or ''}"
        if key not in self._reports:
            self._reports[key] = Reports(self._source, self.project(project, entity), name, per_page)
        return self._reports[key]

    def from_path(self, path: str) -> Project | Run | Sweep | BetaReport:
        """What a path means: a project, a run, a sweep or a report (`entity/project/reports/Title--id`).

        Raises Error for a path that means nothing.
        """
        parts = path.strip("/ ").split("/")
        if len(parts) < 3:
            return self.project(parts[-1], parts[0] if len(parts) == 2 else None)
        kind = parts[2] if len(parts) == 4 else "runs"
        if kind.startswith("run"):
            return self.run(path)
        if kind.startswith("sweep"):
            return self.sweep(path)
        if kind.startswith("report") and len(parts) == 4:
            title, dashes, id = parts[3].rpartition("--")
            if not dashes and "-" in id:
                raise Error("Invalid report path, should be team/project/reports/Name--XXXX")
            attrs = {"id": id, "displayName": unquote(title.replace("-", " "))}
            return BetaReport(self._source, attrs, parts[0], parts[1])
        raise Error("Invalid path, should be TEAM/PROJECT/TYPE/ID where TYPE is runs, sweeps, or reports")

    def create_custom_chart(
        self, entity: str, name: str, display_name: str, spec_type: Literal["vega2"],
        access: Literal["private", "public"], spec: str | Mapping[str, Any],
    ) -> str:  # fmt: skip
        """Keep a chart that runs name by what is returned: `entity/name`. Those who may see the entity see it.

        Raises UsageError for another `spec_type` than `vega2`, and for `access="public"`: nothing here is public.
        """
        import msgspec

        if spec_type != "vega2":
            raise UsageError(f"spec_type is {spec_type!r}; only 'vega2' is known")
        if access.lower() != "private":
            raise UsageError(f"access is {access!r}; charts are for those who may see the entity: 'private'")
        text = spec if isinstance(spec, str) else msgspec.json.encode(spec).decode()
        said = self._service.put(
            service_path("charts", entity, name.removeprefix(f"{entity}/")),
            {"display_name": display_name, "spec": text},
        )  # fmt: skip
        return str(said["id"])

    # Users and teams

    def user(self, username_or_email: str) -> User | None:
        """The user of this name, or the first whose name begins so; None where there is none that I may know of."""
        found = self.users(username_or_email)
        name = username_or_email.partition("@")[0]
        return next((user for user in found if user.name == name), found[0] if found else None)

    def users(self, username_or_email: str) -> list[User]:
        """The users whose name begins so, of those I may know of."""
        said = self._service.get("/users/search", query=username_or_email)
        return [
            User.of(
                self._service, Account(name=one["name"], admin=one.get("admin", False), teams=tuple(one["teams"])),
                self.api_key,
            )
            for one in said
        ]  # fmt: skip

    def create_user(self, email: str, admin: bool = False) -> User:
        """Make a user, called like the part of the address before the @. For administrators."""
        return User.create(self, email, admin)

    def team(self, team: str) -> Team:
        """A team. Raises CommError where there is none that I may see."""
        return Team(self._service, team)

    def create_team(self, team: str, admin_username: str | None = None) -> Team:
        """Make a team, administered by a user: by me, where nobody is named. For administrators of the server."""
        return Team.create(self, team, admin_username)


__all__ = ["Api", "RunNotFoundError"]
