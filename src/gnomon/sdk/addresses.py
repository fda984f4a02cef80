"""Addresses of pages: `<base>/<entity>/<project>/runs/<id>`."""

from __future__ import annotations


def of_project(base_url: str, entity: str, project: str) -> str:
    """The address of a project's page."""
    return f"{base_url}/{_quoted(entity)}/{_quoted(project)}"


def of_run(base_url: str, entity: str, project: str, run_id: str) -> str:
    """The address of a run's page."""
    return f"{of_project(base_url, entity, project)}/runs/{_quoted(run_id)}"


def of_sweep(base_url: str, entity: str, project: str, sweep_id: str) -> str:
    """The address of a sweep's page."""
    return f"{of_project(base_url, entity, project)}/sweeps/{_quoted(sweep_id)}"


def entity_in(run_url: str) -> str:
    """Whose run it is, by the address the server gave; empty where it is no address of a run."""
    parts = run_url.split("/")
    if len(parts) < 5:
        return ""
    from urllib.parse import unquote

    return unquote(parts[-4])


def _quoted(part: str) -> str:
    from urllib.parse import quote

    return quote(part, safe="")
