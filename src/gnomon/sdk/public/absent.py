"""What `wandb.Api` has, and no self-hosted server: each call says so by its name."""

from __future__ import annotations

from typing import Any, NoReturn

from gnomon.sdk.errors import UnsupportedError

_QUEUES = "there are no run queues here: start scripts with your scheduler, or parameters with `gnomon agent`"
_JOBS = "there are no launch jobs here: start scripts with your scheduler"
_AUTOMATIONS = "there are no automations here yet: ask `gnomon.Api()` from a timed job instead"
_INTEGRATIONS = "there are no integrations here yet; `run.alert` is kept with its run"
_REGISTRIES = "there are no registries here yet: link versions into a portfolio with `artifact.link('project/name')`"
_ORGANIZATIONS = "there are no organizations here: teams belong to the server"


def _no(call: str, why: str) -> NoReturn:
    raise UnsupportedError(f"Api.{call}: {why}")


class Absent:
    """Calls that raise UnsupportedError, with what to do instead."""

    def create_run_queue(
        self, name: str, type: str, entity: str | None = None, prioritization_mode: str | None = None,
        config: dict[str, Any] | None = None, template_variables: dict[str, Any] | None = None,
    ) -> NoReturn:  # fmt: skip
        """There are no run queues."""
        _no("create_run_queue", _QUEUES)

    def upsert_run_queue(
        self, name: str, resource_config: dict[str, Any], resource_type: str, entity: str | None = None,
        template_variables: dict[str, Any] | None = None, external_links: dict[str, str] | None = None,
        prioritization_mode: str | None = None,
    ) -> NoReturn:  # fmt: skip
        """There are no run queues."""
        _no("upsert_run_queue", _QUEUES)

    def queued_run(
        self, entity: str, project: str, queue_name: str, run_queue_item_id: str, project_queue: Any = None,
        priority: Any = None,
    ) -> NoReturn:  # fmt: skip
        """There are no run queues."""
        _no("queued_run", _QUEUES)

    def run_queue(self, entity: str, name: str) -> NoReturn:
        """There are no run queues."""
        _no("run_queue", _QUEUES)

    def job(self, name: str | None, path: str | None = None) -> NoReturn:
        """There are no launch jobs."""
        _no("job", _JOBS)

    def list_jobs(self, entity: str, project: str) -> NoReturn:
        """There are no launch jobs."""
        _no("list_jobs", _JOBS)

    def organization(self, name: str | None = None) -> NoReturn:
        """There are no organizations."""
        _no("organization", _ORGANIZATIONS)

    def registries(
        self, organization: str | None = None, filter: dict[str, Any] | None = None, order: str | None = None,
        per_page: int = 100, start: str | None = None,
    ) -> NoReturn:  # fmt: skip
        """There are no registries yet."""
        _no("registries", _REGISTRIES)

    def registry(self, name: str, organization: str | None = None) -> NoReturn:
        """There are no registries yet."""
        _no("registry", _REGISTRIES)

    def create_registry(
        self, name: str, visibility: str, organization: str | None = None, description: str | None = None,
        artifact_types: list[str] | None = None,
    ) -> NoReturn:  # fmt: skip
        """There are no registries yet."""
        _no("create_registry", _REGISTRIES)

    def integrations(self, entity: str | None = None, *, per_page: int = 50, start: str | None = None) -> NoReturn:
        """There are no integrations yet."""
        _no("integrations", _INTEGRATIONS)

    def webhook_integrations(
        self, entity: str | None = None, *, per_page: int = 50, start: str | None = None
    ) -> NoReturn:
        """There are no integrations yet."""
        _no("webhook_integrations", _INTEGRATIONS)

    def slack_integrations(
        self, *, entity: str | None = None, per_page: int = 50, start: str | None = None
    ) -> NoReturn:
        """There are no integrations yet."""
        _no("slack_integrations", _INTEGRATIONS)

    def automation(self, name: str, *, entity: str | None = None) -> NoReturn:
        """There are no automations yet."""
        _no("automation", _AUTOMATIONS)

    def automations(
        self, entity: str | None = None, *, name: str | None = None, per_page: int = 50, start: str | None = None
    ) -> NoReturn:
        """There are no automations yet."""
        _no("automations", _AUTOMATIONS)

    def create_automation(self, obj: Any, *, fetch_existing: bool = False, **kwargs: Any) -> NoReturn:
        """There are no automations yet."""
        _no("create_automation", _AUTOMATIONS)

    def update_automation(self, obj: Any, *, create_missing: bool = False, **kwargs: Any) -> NoReturn:
        """There are no automations yet."""
        _no("update_automation", _AUTOMATIONS)

    def delete_automation(self, obj: Any) -> NoReturn:
        """There are no automations yet."""
        _no("delete_automation", _AUTOMATIONS)
