"""What a case of the conformance suite says is stored afterwards, looked up through Gnomon's own API.

runs        by run id; of what is named for a run, all has to be as it says:
    state, name, notes, tags, group, job_type, exit_code, config     equal
    summary                         the keys it names, equal
    rows                            every row in step order, without times
    values                          of single keys, in step order
    types                           the `_type` of keys in the first row that has them
    rules                           what `define_metric` said, by name
    console                         the lines of the terminal; console_has, console_lacks: texts in them or not
    files, no_files, files_like     paths, paths, patterns
    system                          whether there are system metrics
    client_config                   the keys of parts of what the client keeps for itself in the config
no_runs     ids of runs that are not there
all_runs    of the project: count, states, config values by key, sorted
artifacts   by collection: type, number of versions, aliases by version
"""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

import httpx

RUNS = "/api/runs/ann/suite"
TOLD = ("state", "name", "notes", "group", "job_type", "exit_code", "config")
TIMES = ("_timestamp", "_runtime", "_time", "_wandb")


class Stored:
    """Looks at the project `ann/suite` of a server."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def check(self, wanted: dict[str, Any]) -> None:
        """Raises AssertionError where something is not stored as it should be."""
        for id, of_run in wanted.get("runs", {}).items():
            await self._check_run(id, of_run)
        for id in wanted.get("no_runs", []):
            assert (await self._client.get(f"{RUNS}/{id}")).status_code == 404, id
        if "all_runs" in wanted:
            await self._check_all(wanted["all_runs"])
        for name, of_collection in wanted.get("artifacts", {}).items():
            await self._check_artifact(name, of_collection)

    async def _get(self, path: str) -> Any:
        answer = await self._client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    async def _check_run(self, id: str, wanted: dict[str, Any]) -> None:
        run = await self._get(f"{RUNS}/{id}")
        for name in TOLD:
            if name in wanted:
                assert run[name] == wanted[name], f"{name} of {id}: {run[name]!r}"
        if "tags" in wanted:
            assert sorted(run["tags"]) == sorted(wanted["tags"])
        for key, value in wanted.get("summary", {}).items():
            assert run["summary"].get(key) == value, f"summary {key} of {id}: {run['summary']}"
        rules = {rule["name"]: rule for rule in run.get("rules", [])}
        for name, rule in wanted.get("rules", {}).items():
            told = {key: sorted(said) if isinstance(said, list) else said for key, said in rules[name].items()}
            assert {key: told.get(key) for key in rule} == {
                key: sorted(said) if isinstance(said, list) else said for key, said in rule.items()
            }
        await self._check_rows(id, wanted)
        await self._check_console(id, wanted)
        paths = [file["path"] for file in await self._get(f"{RUNS}/{id}/files")]
        assert set(wanted.get("files", [])) <= set(paths), paths
        assert not set(wanted.get("no_files", [])) & set(paths), paths
        for pattern in wanted.get("files_like", []):
            assert any(fnmatch(path, pattern) for path in paths), f"{pattern} is not among {paths}"

    async def _check_rows(self, id: str, wanted: dict[str, Any]) -> None:
        rows = (await self._get(f"{RUNS}/{id}/rows?limit=1000"))["rows"]
        rows = [{key: value for key, value in row.items() if key not in TIMES} for row in rows]
        if "rows" in wanted:
            assert rows == wanted["rows"], f"rows of {id}: {rows}"
        for key, values in wanted.get("values", {}).items():
            assert [row[key] for row in rows if key in row] == values, f"{key} of {id}: {rows}"
        for key, type_ in wanted.get("types", {}).items():
            found = next((row[key] for row in rows if key in row), None)
            assert isinstance(found, dict) and found.get("_type") == type_, f"{key} of {id}: {found!r}"
        if wanted.get("system"):
            assert (await self._get(f"{RUNS}/{id}/rows?stream=system&limit=10"))["rows"]

    async def _check_console(self, id: str, wanted: dict[str, Any]) -> None:
        lines = [line["text"] for line in (await self._get(f"{RUNS}/{id}/console?limit=1000"))["lines"]]
        if "console" in wanted:
            assert lines == wanted["console"], lines
        for text in wanted.get("console_has", []):
            assert any(text in line for line in lines), f"{text!r} is not in {lines}"
        for text in wanted.get("console_lacks", []):
            assert not any(text in line for line in lines), f"{text!r} is in {lines}"

    async def _check_all(self, wanted: dict[str, Any]) -> None:
        answer = await self._client.post("/api/projects/ann/suite/runs", json={})
        runs = answer.json()["runs"]
        assert len(runs) == wanted["count"], [run["id"] for run in runs]
        assert sorted({run["state"] for run in runs}) == wanted["states"]
        for key, values in wanted["config"].items():
            assert sorted({run["config"][key] for run in runs}) == values

    async def _check_artifact(self, name: str, wanted: dict[str, Any]) -> None:
        collection = f"/api/artifacts/ann/suite/collections/{name}"
        assert (await self._get(collection))["type"] == wanted["type"]
        found = await self._get(f"{collection}/versions")
        assert found["total"] == wanted["versions"], found
        for version, names in wanted.get("aliases", {}).items():
            (one,) = (one for one in found["versions"] if one["version"] == version)
            assert sorted(one["aliases"]) == sorted(names), one["aliases"]
        for path, size_bytes in wanted.get("entries", {}).items():
            page = await self._get(f"{collection}/versions/latest/entries")
            sizes = {entry["path"]: entry["size_bytes"] for entry in page["entries"]}
            assert sizes.get(path) == size_bytes, sizes
