"""Sweeps as the official client speaks of them: its documents, word for word in what they ask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import yaml

from gnomon.server.wandb_api.ids import to_id
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

UPSERT = """
mutation UpsertSweep($id: ID, $config: String, $description: String, $entityName: String, $projectName: String,
    $controller: JSONString, $launchScheduler: JSONString, $templateVariableValues: JSONString,
    $scheduler: JSONString, $state: String, $priorRunsFilters: JSONString, $displayName: String) {
  upsertSweep(input: {id: $id, config: $config, description: $description, entityName: $entityName,
      projectName: $projectName, controller: $controller, launchScheduler: $launchScheduler,
      templateVariableValues: $templateVariableValues, scheduler: $scheduler, state: $state,
      priorRunsFilters: $priorRunsFilters, displayName: $displayName}) {
    sweep { name project { id name entity { id name } } }
    configValidationWarnings
  }
}
"""
SET_STATE = """
mutation UpsertSweep($id: ID, $state: String, $entityName: String, $projectName: String) {
  upsertSweep(input: {id: $id, state: $state, entityName: $entityName, projectName: $projectName}) { sweep { name } }
}
"""
CREATE_AGENT = """
mutation CreateAgent($host: String!, $projectName: String, $entityName: String, $sweep: String!) {
  createAgent(input: {host: $host, projectName: $projectName, entityName: $entityName, sweep: $sweep}) { agent { id } }
}
"""
HEARTBEAT = """
mutation Heartbeat($id: ID!, $metrics: JSONString, $runState: JSONString) {
  agentHeartbeat(input: {id: $id, metrics: $metrics, runState: $runState}) { agent { id } commands }
}
"""
WITH_RUNS = """
query SweepWithRuns($entity: String, $project: String, $sweep: String!, $specs: [JSONString!]!) {
  project(name: $project, entityName: $entity) {
    sweep(sweepName: $sweep) {
      id name method state description config createdAt heartbeatAt updatedAt earlyStopJobRunning bestLoss controller
      scheduler
      runs { edges { node {
        name state config exitcode heartbeatAt shouldStop failed stopped running summaryMetrics
        sampledHistory(specs: $specs)
      } } }
    }
  }
}
"""
GET_SWEEPS = """
query GetSweeps($project: String!, $entity: String!, $filters: JSONString!, $cursor: String, $perPage: Int = 50) {
  project(name: $project, entityName: $entity) {
    totalSweeps
    sweeps(after: $cursor, first: $perPage, filters: $filters) {
      pageInfo { __typename endCursor hasNextPage }
      edges { node {
        __typename id name displayName method state description bestLoss config createdAt updatedAt runCount
        runCountExpected
      } }
    }
  }
}
"""
AGENTS = """
query GetSweepAgents($sweep: String!, $entity: String, $project: String) {
  project(name: $project, entityName: $entity) {
    sweep(sweepName: $sweep) { agents { edges { node { id name host state totalRuns createdAt heartbeatAt } } } }
  }
}
"""
AGENT_RUNS = """
query GetAgentRuns($agentID: String!, $sweep: String!, $entity: String, $project: String, $after: String,
    $before: String, $first: Int, $last: Int, $order: String) {
  project(name: $project, entityName: $entity) {
    sweep(sweepName: $sweep) {
      agent(agentName: $agentID) {
        runs(after: $after, before: $before, first: $first, last: $last, order: $order) {
          pageInfo { endCursor hasNextPage }
          edges { cursor node { id name sweepName state group createdAt heartbeatAt user { name username } } }
        }
      }
    }
  }
}
"""
ENQUEUE = """
mutation EnqueueSweepRun($id: ID!, $config: JSONString!, $displayName: String) {
  enqueueSweepRun(input: {id: $id, config: $config, displayName: $displayName}) { id runQueueItemId }
}
"""
BEGIN = """
mutation UpsertBucket($name: String, $project: String, $entity: String, $config: JSONString, $sweep: String) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, config: $config, sweep: $sweep}) {
    bucket { name config sweepName state } inserted
  }
}
"""
CONFIG = {
    "method": "grid",
    "program": "train.py",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"lr": {"values": [0.1, 0.2]}, "opt": {"parameters": {"mom": {"value": 0.9}}}},
}


@dataclass
class Client:
    """The client, as far as sweeps go."""

    http: httpx.AsyncClient
    entity: str = "ann"
    project: str = "p"

    async def answer(self, query: str, **variables: Any) -> httpx.Response:
        return await self.http.post("/graphql", json={"query": query, "variables": variables})

    async def ask(self, query: str, **variables: Any) -> Any:
        answer = await self.answer(query, **variables)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def sweep(self, **changes: Any) -> str:
        """A new sweep; its id."""
        data = await self.ask(
            UPSERT, config=yaml.dump({**CONFIG, **changes}), entityName=self.entity, projectName=self.project,
            templateVariableValues="null", priorRunsFilters=None,
        )  # fmt: skip
        return str(data["upsertSweep"]["sweep"]["name"])

    async def read(self, sweep: str) -> Any:
        # One text where a list is declared, and a spec without keys: both as the client sends them.
        data = await self.ask(WITH_RUNS, entity=self.entity, project=self.project, sweep=sweep, specs="{}")
        return data["project"]["sweep"]

    async def agent(self, sweep: str) -> str:
        data = await self.ask(CREATE_AGENT, host="h", projectName=self.project, entityName=self.entity, sweep=sweep)
        return str(data["createAgent"]["agent"]["id"])

    async def beat(self, agent: str, *active: str) -> Any:
        data = await self.ask(HEARTBEAT, id=agent, metrics="{}", runState=json.dumps(dict.fromkeys(active, True)))
        return json.loads(data["agentHeartbeat"]["commands"])


@pytest.fixture
async def client(server: Server) -> Client:
    return Client(await server.user("ann"))


async def test_a_sweep_is_made_and_says_where_it_is(client: Client) -> None:
    data = await client.ask(UPSERT, config=yaml.dump({**CONFIG, "colour": 1}), projectName="p", entityName=None)
    made = data["upsertSweep"]
    assert made["configValidationWarnings"] == ["colour is no part of a sweep's config; it is ignored"]
    assert made["sweep"]["project"]["name"] == "p" and made["sweep"]["project"]["entity"]["name"] == "ann"
    read = await client.read(made["sweep"]["name"])
    assert (read["state"], read["method"], read["bestLoss"], read["runs"]["edges"]) == ("PENDING", "grid", None, [])
    assert yaml.safe_load(read["config"])["program"] == "train.py"


async def test_an_agent_is_told_to_run_to_wait_and_to_go(client: Client) -> None:
    sweep = await client.sweep(run_cap=1)
    agent = await client.agent(sweep)
    (command,) = await client.beat(agent)
    assert command == {
        "type": "run", "run_id": command["run_id"], "program": "train.py", "logs": [],
        "args": {"lr": {"value": 0.1}, "opt": {"value": {"mom": 0.9}}},
    }  # fmt: skip
    assert await client.beat(agent, command["run_id"]) == []
    (node,) = (edge["node"] for edge in (await client.read(sweep))["runs"]["edges"])
    assert (node["name"], node["state"], node["shouldStop"]) == (command["run_id"], "pending", False)
    sent = json.dumps({"lr": {"value": 5}, "own": {"value": 1}, "_wandb": {"value": {"t": {}}}})
    begun = await client.ask(BEGIN, name=command["run_id"], project="p", entity="ann", config=sent, sweep=sweep)
    bucket = begun["upsertBucket"]["bucket"]
    config = json.loads(bucket["config"])
    assert (config["lr"], config["own"], config["opt"]) == ({"value": 0.1}, {"value": 1}, {"value": {"mom": 0.9}})
    assert (bucket["sweepName"], bucket["state"]) == (sweep, "running")
    assert await client.beat(agent) == [{"type": "exit"}]
    assert (await client.read(sweep))["state"] == "FINISHED"


async def test_states_are_set_by_the_short_form(client: Client) -> None:
    sweep = await client.sweep()
    agent = await client.agent(sweep)
    id = (await client.read(sweep))["id"]
    for state, commands in (("PAUSED", []), ("CANCELED", [{"type": "exit"}])):
        await client.ask(SET_STATE, id=id, state=state, entityName="ann", projectName="p")
        assert (await client.read(sweep))["state"] == state
        assert await client.beat(agent) == commands
    answer = await client.answer(SET_STATE, id=id, state="SLEEPING")
    assert "A sweep cannot be 'SLEEPING'" in answer.text


async def test_sweeps_are_listed_filtered_and_in_pages(client: Client) -> None:
    first = await client.sweep(name="one")
    second = await client.sweep(name="two", method="random", parameters={"x": {"min": 0.0, "max": 1.0}})
    await client.agent(first)

    async def listed(filters: Any = None, cursor: str | None = None, size: int = 50) -> Any:
        text = json.dumps(filters or {})
        data = await client.ask(GET_SWEEPS, project="p", entity="ann", filters=text, cursor=cursor, perPage=size)
        assert data["project"]["totalSweeps"] == 2
        return data["project"]["sweeps"]

    nodes = [edge["node"] for edge in (await listed())["edges"]]
    assert [(node["name"], node["displayName"]) for node in nodes] == [(second, "two"), (first, "one")]
    assert [(node["runCount"], node["runCountExpected"]) for node in nodes] == [(0, None), (0, 2)]
    page = await listed(size=1)
    assert page["pageInfo"]["hasNextPage"] is True
    rest = await listed(cursor=page["pageInfo"]["endCursor"], size=1)
    assert [edge["node"]["name"] for edge in rest["edges"]] == [first]
    running = await listed({"state": "RUNNING"})
    assert [edge["node"]["name"] for edge in running["edges"]] == [first]


async def test_agents_are_read_with_their_runs(client: Client) -> None:
    sweep = await client.sweep()
    agent = await client.agent(sweep)
    (command,) = await client.beat(agent)
    data = await client.ask(AGENTS, sweep=sweep, entity="ann", project="p")
    (edge,) = data["project"]["sweep"]["agents"]["edges"]
    assert (edge["node"]["id"], edge["node"]["host"], edge["node"]["totalRuns"]) == (agent, "h", 1)
    for name in (agent, edge["node"]["name"]):
        data = await client.ask(
            AGENT_RUNS, agentID=name, sweep=sweep, entity="ann", project="p", first=50, order="+created_at"
        )
        runs = data["project"]["sweep"]["agent"]["runs"]
        assert [one["node"]["name"] for one in runs["edges"]] == [command["run_id"]]
        assert runs["edges"][0]["node"]["sweepName"] == sweep


async def test_a_controller_of_ones_own_reads_what_became_of_its_wishes(client: Client) -> None:
    sweep = await client.sweep(controller={"type": "local"})
    agent = await client.agent(sweep)
    assert await client.beat(agent) == []
    read = await client.read(sweep)
    wish = json.dumps({"schedule": [{"id": "k1", "data": {"args": {"lr": {"value": 7}}}}]})
    await client.ask(UPSERT, id=read["id"], config=read["config"], controller=wish, templateVariableValues="null")
    read = await client.read(sweep)
    (made,) = json.loads(read["scheduler"])["scheduled"]
    assert (made["id"], json.loads(read["controller"])) == ("k1", json.loads(wish))
    (command,) = await client.beat(agent)
    assert (command["run_id"], command["args"]) == (made["runid"], {"lr": {"value": 7}})


async def test_a_run_of_ones_own_is_enqueued(client: Client) -> None:
    sweep = await client.sweep()
    id = (await client.read(sweep))["id"]
    data = await client.ask(ENQUEUE, id=id, config=json.dumps({"lr": 3}), displayName="by hand")
    (command,) = await client.beat(await client.agent(sweep))
    assert (command["run_id"], command["args"]) == (data["enqueueSweepRun"]["id"], {"lr": {"value": 3}})


SCHEDULED = """
query SweepConfig($entity: String!, $project: String!, $sweep: String!) {
  project(name: $project, entityName: $entity) {
    sweep(sweepName: $sweep) { id state config displayName controllerRunName }
  }
}
"""
POLL = """
query SweepWatchedRuns($entity: String!, $project: String!, $sweep: String!, $filters: JSONString!, $first: Int!,
    $cursor: String, $historySpecs: [JSONString!]!) {
  project(name: $project, entityName: $entity) {
    sweep(sweepName: $sweep) { state runs(first: $first, after: $cursor) { ...SweepPollRuns } }
    runs(filters: $filters, first: $first, after: $cursor) { ...SweepPollRuns }
  }
}
fragment SweepPollRuns on RunConnection {
  pageInfo { hasNextPage endCursor }
  edges { node { id name state config summaryMetrics sampledHistory(specs: $historySpecs) } }
}
"""


async def test_a_scheduler_on_the_users_machine_finds_its_log_and_its_runs(client: Client) -> None:
    sweep = await client.sweep(scheduler={"engine": "wandb"})
    place = {"entity": "ann", "project": "p", "sweep": sweep}
    read = (await client.ask(SCHEDULED, **place))["project"]["sweep"]
    assert read["controllerRunName"]
    made = await client.ask(ENQUEUE, id=read["id"], config=json.dumps({"lr": {"value": 3}}))
    id = made["enqueueSweepRun"]["id"]
    asked = {"filters": json.dumps({"name": {"$in": [id]}}), "first": 10, "historySpecs": ["{}"]}
    found = (await client.ask(POLL, **place, **asked))["project"]
    for page in (found["sweep"]["runs"], found["runs"]):
        assert [(one["node"]["name"], one["node"]["state"]) for one in page["edges"]] == [(id, "pending")]


async def test_runs_of_before_belong_to_a_sweep(server: Server, client: Client) -> None:
    await server.run("ann/p/old", config={"lr": 0.1, "opt": {"mom": 0.9}}, state="finished", finished_at=1.0)
    server.clock.advance(1)
    data = await client.ask(
        UPSERT, config=yaml.dump(CONFIG), projectName="p", priorRunsFilters=json.dumps({"$or": [{"name": "old"}]})
    )
    sweep = data["upsertSweep"]["sweep"]["name"]
    assert [edge["node"]["name"] for edge in (await client.read(sweep))["runs"]["edges"]] == ["old"]
    (command,) = await client.beat(await client.agent(sweep))
    assert command["args"]["lr"] == {"value": 0.2}
    assert (await client.ask(BEGIN, name=command["run_id"], project="p", config="{}", sweep=sweep))["upsertBucket"]
    query = """query Sweep($name: String!) { project(name: "p", entityName: "ann") { sweep(sweepName: $name) {
        priorRuns { edges { node { name } } } runs { edges { node { name } } } } } }"""
    found = (await client.ask(query, name=sweep))["project"]["sweep"]
    assert found["priorRuns"]["edges"] == [{"node": {"name": "old"}}]
    assert len(found["runs"]["edges"]) == 2


async def test_what_is_not_there_is_said_so_that_clients_know(client: Client) -> None:
    await client.sweep()
    answer = await client.ask(WITH_RUNS, entity="ann", project="p", sweep="00000000", specs="{}")
    assert answer["project"]["sweep"] is None
    unknown = await client.answer(CREATE_AGENT, host="h", projectName="p", entityName="ann", sweep="00000000")
    assert unknown.status_code == 200 and "There is no sweep" in unknown.json()["errors"][0]["message"]
    gone = await client.answer(HEARTBEAT, id=to_id("Agent", 99), metrics="{}", runState="{}")
    assert gone.status_code == 404  # the client takes this, and only this, for a sweep that was deleted


async def test_an_agent_of_a_deleted_sweep_is_told_by_the_status(client: Client) -> None:
    sweep = await client.sweep()
    agent = await client.agent(sweep)
    await client.http.delete(f"/api/sweeps/ann/p/{sweep}")
    assert (await client.answer(HEARTBEAT, id=agent, runState="{}")).status_code == 404


async def test_a_stranger_finds_no_sweep_of_ours_by_any_id(server: Server, client: Client) -> None:
    sweep = await client.sweep()
    agent, id = await client.agent(sweep), (await client.read(sweep))["id"]
    stranger = Client(await server.user("dan"))
    for query, variables in (
        (SET_STATE, {"id": id, "state": "CANCELED"}),
        (ENQUEUE, {"id": id, "config": "{}"}),
        (CREATE_AGENT, {"host": "h", "entityName": "ann", "projectName": "p", "sweep": sweep}),
        (HEARTBEAT, {"id": agent, "runState": "{}"}),
    ):
        answer = await stranger.answer(query, **variables)
        assert "is not yours to see" in answer.json()["errors"][0]["message"]
    assert (await stranger.ask(WITH_RUNS, entity="ann", project="p", sweep=sweep, specs="{}"))["project"] is None
    assert (await client.read(sweep))["state"] == "RUNNING"


@pytest.mark.parametrize("state", ["[]", "not json", '"a"'])
async def test_a_heartbeat_that_makes_no_sense_is_refused(client: Client, state: str) -> None:
    agent = await client.agent(await client.sweep())
    answer = await client.answer(HEARTBEAT, id=agent, runState=state)
    assert "runState" in answer.json()["errors"][0]["message"]
