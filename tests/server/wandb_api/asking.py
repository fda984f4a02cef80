"""Talking to the server as the official client does."""

from __future__ import annotations

import json
from typing import Any

import httpx

UPSERT = """
mutation UpsertBucket($id: String, $name: String, $project: String, $entity: String, $groupName: String,
    $displayName: String, $notes: String, $commit: String, $config: JSONString, $host: String, $program: String,
    $repo: String, $jobType: String, $state: String, $sweep: String, $tags: [String!], $summaryMetrics: JSONString) {
  upsertBucket(input: {id: $id, name: $name, groupName: $groupName, modelName: $project, entityName: $entity,
      displayName: $displayName, notes: $notes, config: $config, commit: $commit, host: $host, jobProgram: $program,
      jobRepo: $repo, jobType: $jobType, state: $state, sweep: $sweep, tags: $tags, summaryMetrics: $summaryMetrics}) {
    bucket { id name displayName description config sweepName historyLineCount
             project { id name entity { id name } } }
    inserted
  }
}
"""

RESUME = """
query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) {
    id name entity { id name }
    bucket(name: $name, missingOk: true) {
      id name summaryMetrics displayName logLineCount historyLineCount eventsLineCount historyTail eventsTail
      config tags notes wandbConfig(keys: ["t"])
    }
  }
}
"""

CORE = {"User-Agent": "wandb-core"}


async def ask(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
    """The data of an answer; one with errors is none."""
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers or CORE)
    said = answer.json()
    assert answer.status_code == 200 and "errors" not in said, said
    return said["data"]


async def begin(client: httpx.AsyncClient, name: str, *, headers: dict[str, str] | None = None, **given: Any) -> Any:
    """What a process says when its run begins, and what it is told; `kept` goes under its config's `_wandb`."""
    config = {"lr": {"value": 0.1}, "_wandb": {"value": {"t": {"1": [1]}, **given.pop("kept", {})}}}
    said = {"project": "toy", "host": "box", "program": "train.py", "config": json.dumps(config), **given}
    return (await ask(client, UPSERT, headers, name=name, **said))["upsertBucket"]


async def stream(client: httpx.AsyncClient, path: str, *, shared: str = "", **said: Any) -> httpx.Response:
    """One request of the file stream; `path` is `entity/project/run`."""
    headers = {"X-WANDB-USE-ASYNC-FILESTREAM": "true", "X-WANDB-ASYNC-CLIENT-ID": shared} if shared else {}
    return await client.post(f"/files/{path}/file_stream", json=said, headers=headers)


def history(offset: int, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"wandb-history.jsonl": {"offset": offset, "content": [json.dumps(row) for row in rows]}}


def console(offset: int, *lines: str) -> dict[str, Any]:
    return {"output.log": {"offset": offset, "content": [f"2027-01-15T08:00:00.000001 {line}" for line in lines]}}


async def rows(client: httpx.AsyncClient, path: str, *keys: str) -> list[tuple[Any, ...]]:
    """The steps of a run's history, each with the values of some keys."""
    found = (await client.get(f"/api/runs/{path}/rows")).json()["rows"]
    return [(row["_step"], *(row.get(key) for key in keys)) for row in found]


async def lines(client: httpx.AsyncClient, path: str) -> list[str]:
    return [line["text"] for line in (await client.get(f"/api/runs/{path}/console")).json()["lines"]]


async def run(client: httpx.AsyncClient, path: str) -> Any:
    return (await client.get(f"/api/runs/{path}")).json()
