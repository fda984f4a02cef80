"""Runs as processes of the official client begin them, change them and go on with them."""

from __future__ import annotations

import json

import pytest

from tests.server.conftest import Server
from tests.server.wandb_api.asking import CORE, RESUME, UPSERT, ask, begin, console, history, lines, rows, run, stream

pytestmark = pytest.mark.anyio
RUN = "ann/toy/r1"
SECRETIVE = {"User-Agent": "W&B Internal Client 0.16.6"}


async def logged(server: Server, client, *values: int, offset: int = 0, step: int = 0) -> None:  # type: ignore[no-untyped-def]
    """Rows of `r1` with a console line each, and the process's end a while ago."""
    told = [{"a": value, "_step": step + at} for at, value in enumerate(values)]
    files = {**history(offset, *told), **console(0, *(f"line {value}" for value in values))}
    await stream(client, RUN, files=files, complete=True, exitcode=0)
    await server.services.summaries.flush(server.clock())
    server.clock.advance(100)


async def test_a_run_is_made_with_its_project_in_the_callers_own_entity(server: Server) -> None:
    ann = await server.user("ann")
    told = await begin(
        ann, "r1", tags=["x"], groupName="g", kept={"m": [{"1": "a", "7": [1]}], "e": {"w": {"os": "L"}}}
    )
    assert told["inserted"] is True
    bucket = told["bucket"]
    assert (bucket["name"], bucket["historyLineCount"], bucket["project"]["entity"]["name"]) == ("r1", 0, "ann")
    assert json.loads(bucket["config"])["lr"] == {"value": 0.1}
    found = await run(ann, RUN)
    assert (found["config"], found["tags"], found["group"], found["state"]) == ({"lr": 0.1}, ["x"], "g", "running")
    assert (found["host"], found["program"], found["metadata"]["os"]) == ("box", "train.py", "L")
    assert found["rules"] == [{"name": "a", "summary": ["min"]}]
    assert found["client"]["t"] == {"1": [1]}


async def test_what_is_not_named_gets_a_name(server: Server) -> None:
    ann = await server.user("ann")
    bucket = (await ask(ann, UPSERT, config="{}", host="h"))["upsertBucket"]["bucket"]
    assert bucket["project"]["name"] == "uncategorized"
    assert len(bucket["name"]) == 8
    assert bucket["displayName"].count("-") == 2 and bucket["displayName"].endswith("-1")


async def test_later_requests_change_what_they_say_and_nothing_else(server: Server) -> None:
    ann = await server.user("ann")
    bucket = (await begin(ann, "r1", notes="n", tags=["x"]))["bucket"]
    await stream(ann, RUN, files=history(0, {"a": 1, "_step": 0}))
    await ask(ann, UPSERT, name="r1", project="toy", entity="ann", config='{"b": {"value": 2}}')
    await ask(
        ann,
        UPSERT,
        id=bucket["id"],
        name="r1",
        project="toy",
        displayName="calm",
        host="box",
        config='{"c":{"value":NaN}}',
    )
    found = await run(ann, RUN)
    assert (found["name"], found["notes"], found["tags"], found["config"]) == ("calm", "n", ["x"], {"c": "NaN"})
    assert await rows(ann, RUN, "a") == [(0, 1)]
    assert len(found["attempts"]) == 1


async def test_what_a_person_has_changed_the_process_leaves_alone(server: Server) -> None:
    ann = await server.user("ann")
    bucket = (await begin(ann, "r1", displayName="old"))["bucket"]
    await ann.patch(f"/api/runs/{RUN}", json={"name": "mine"})
    await ask(ann, UPSERT, id=bucket["id"], name="r1", project="toy", displayName="theirs", notes="new")
    found = await run(ann, RUN)
    assert (found["name"], found["notes"]) == ("mine", "new")


async def test_a_run_that_is_missing_cannot_be_gone_on_with_and_that_is_no_error(server: Server) -> None:
    ann = await server.user("ann")
    assert (await ask(ann, RESUME, project="toy", name="r1"))["model"] is None
    await begin(ann, "other")
    assert (await ask(ann, RESUME, project="toy", name="r1"))["model"]["bucket"] is None


async def test_a_process_goes_on_where_the_last_one_ended(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await logged(server, ann, 1, 2, 3)
    found = (await ask(ann, RESUME, project="toy", name="r1"))["model"]["bucket"]
    assert (found["historyLineCount"], found["logLineCount"]) == (3, 3)
    assert json.loads(json.loads(found["historyTail"])[-1])["_step"] == 2
    assert json.loads(found["wandbConfig"]) == {"t": {"1": [1]}}
    await begin(ann, "r1", id=found["id"])
    files = {**history(3, {"a": 4, "_step": 3}), **console(3, "line 4")}
    await stream(ann, RUN, files=files)
    assert await rows(ann, RUN, "a") == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert await lines(ann, RUN) == ["line 1", "line 2", "line 3", "line 4"]
    told = await run(ann, RUN)
    assert (told["state"], len(told["attempts"])) == ("running", 2)


async def test_a_process_that_was_killed_a_moment_ago_is_gone_on_from(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await stream(ann, RUN, files={**history(0, {"a": 1, "_step": 0}), **console(0, "one")})
    found = (await ask(ann, RESUME, project="toy", name="r1"))["model"]["bucket"]
    await begin(ann, "r1", id=found["id"])
    await stream(ann, RUN, files=console(1, "two"))
    assert await lines(ann, RUN) == ["one", "two"]
    assert len((await run(ann, RUN))["attempts"]) == 2


async def test_a_run_begun_again_by_its_name_starts_anew_and_can_be_brought_back(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await logged(server, ann, 1, 2, 3)
    told = await begin(ann, "r1")
    assert (told["inserted"], told["bucket"]["historyLineCount"]) == (False, 3)
    await stream(ann, RUN, files={**history(3, {"a": 9, "_step": 0}), **console(0, "anew")})
    assert await rows(ann, RUN, "a") == [(0, 9)]
    (edit,) = (await ann.get(f"/api/runs/{RUN}/edits")).json()
    await ann.post(f"/api/runs/{RUN}/edits/{edit['id']}/undo")
    assert [step for step, _ in await rows(ann, RUN, "a")] == [0, 1, 2]
    assert (await lines(ann, RUN))[-1] == "anew"


async def test_a_run_that_is_alive_is_not_taken_from_its_process(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await stream(ann, RUN, files=history(0, {"a": 1, "_step": 0}))
    await begin(ann, "r1")
    assert await rows(ann, RUN, "a") == [(0, 1)]


async def test_a_run_begun_again_by_its_name_keeps_what_is_before_its_first_step(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await logged(server, ann, 1, 2, 3)
    await begin(ann, "r1")
    assert await rows(ann, RUN, "a") == [(0, 1), (1, 2), (2, 3)]
    await stream(ann, RUN, files=history(3, {"a": 9, "_step": 2}, {"a": 10, "_step": 7}))
    assert await rows(ann, RUN, "a") == [(0, 1), (1, 2), (2, 9), (7, 10)]


async def test_parts_of_a_run_that_are_synced_one_by_one_are_all_kept(server: Server) -> None:
    ann = await server.user("ann")
    for step in range(3):
        await begin(ann, "r1", program="/home/ann/.venv/bin/wandb")
        await stream(ann, RUN, files=history(0, {"a": step, "_step": step}), complete=True, exitcode=0)
    assert await rows(ann, RUN, "a") == [(0, 0), (1, 1), (2, 2)]
    assert (await run(ann, RUN))["program"] != "/home/ann/.venv/bin/wandb"


async def test_what_is_synced_again_takes_the_place_of_what_was(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await logged(server, ann, 1, 2, 3)
    for _ in range(2):
        await begin(ann, "r1", program="-m wandb.__main__")
        await stream(ann, RUN, files=history(0, {"a": 2, "_step": 1}, {"a": 3, "_step": 2}), complete=True, exitcode=0)
    found = (await ann.get(f"/api/runs/{RUN}/rows?repeats=all")).json()["rows"]
    assert [(row["_step"], row["a"]) for row in found] == [(0, 1), (1, 2), (2, 3)]


async def test_old_clients_repeat_themselves_and_start_nothing_anew(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1", headers=SECRETIVE)
    await logged(server, ann, 1, 2)
    await begin(ann, "r1", headers=SECRETIVE)
    assert await rows(ann, RUN, "a") == [(0, 1), (1, 2)]


async def test_a_rewound_run_loses_what_came_after_the_step(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await logged(server, ann, 1, 2, 3, 4)
    query = """mutation RewindRun($runName: String!, $entity: String, $project: String, $metricName: String!,
        $metricValue: Float!) { rewindRun(input: {runName: $runName, entityName: $entity, projectName: $project,
        metricName: $metricName, metricValue: $metricValue}) { rewoundRun { id historyLineCount } } }"""
    asked = {"project": "toy", "metricName": "_step", "metricValue": 1.0}
    assert (await ask(ann, query, runName="other", **asked))["rewindRun"]["rewoundRun"] is None
    back = (await ask(ann, query, runName="r1", **asked))["rewindRun"]["rewoundRun"]
    assert back["historyLineCount"] == 2
    await begin(ann, "r1", id=back["id"])
    await stream(ann, RUN, files={**history(2, {"a": 9, "_step": 2}), **console(0, "on")})
    assert await rows(ann, RUN, "a") == [(0, 1), (1, 2), (2, 9)]
    assert (await lines(ann, RUN))[-1] == "on"


async def test_a_fork_has_the_history_of_its_parent_up_to_the_step(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await logged(server, ann, 1, 2, 3)
    told = await begin(ann, "f", kept={"branch_point": {"run_id": "r1", "step": 1}})
    assert told["inserted"] is True
    await stream(ann, "ann/toy/f", files=history(told["bucket"]["historyLineCount"], {"a": 9, "_step": 2}))
    assert await rows(ann, "ann/toy/f", "a") == [(0, 1), (1, 2), (2, 9)]
    found = await run(ann, "ann/toy/f")
    assert (found["parent"], found["state"]) == ({"run": "r1", "step": 1}, "running")


async def test_a_fork_of_a_run_that_is_not_there_is_an_error_that_names_it(server: Server) -> None:
    ann = await server.user("ann")
    config = json.dumps({"_wandb": {"value": {"branch_point": {"run_id": "gone", "step": 1}}}})
    said = {"name": "f", "project": "toy", "host": "h", "config": config}
    answer = (await ann.post("/graphql", json={"query": UPSERT, "variables": said})).json()
    assert "'gone'" in answer["errors"][0]["message"]


async def test_a_persons_edit_names_the_run_by_its_id_alone(server: Server) -> None:
    ann = await server.user("ann")
    bucket = (await begin(ann, "r1", tags=["x"]))["bucket"]
    await ask(
        ann,
        UPSERT,
        id=bucket["id"],
        tags=[],
        notes="seen",
        config='{"z":{"value":1}}',
        summaryMetrics='{"k":{"v":NaN}}',
    )
    found = await run(ann, RUN)
    assert (found["tags"], found["notes"], found["config"], found["summary"]) == ([], "seen", {"z": 1}, {"k.v": "NaN"})


async def test_of_others_runs_nothing_is_told(server: Server) -> None:
    ann, bob = await server.user("ann"), await server.user("bob")
    bucket = (await begin(ann, "r1"))["bucket"]
    for said in ({"id": bucket["id"], "notes": "x"}, {"name": "r1", "project": "toy", "entity": "ann", "config": "{}"}):
        answer = (await bob.post("/graphql", json={"query": UPSERT, "variables": said}, headers=CORE)).json()
        assert answer["errors"][0]["extensions"]["code"] == "NotFound"
    assert (await ask(bob, RESUME, project="toy", entity="ann", name="r1"))["model"] is None


@pytest.mark.parametrize("said", [{"config": "not json"}, {"config": "[1]"}, {"summaryMetrics": "3"}, {"name": "a/b"}])
async def test_what_makes_no_sense_is_named(server: Server, said: dict[str, str]) -> None:
    ann = await server.user("ann")
    answer = (await ann.post("/graphql", json={"query": UPSERT, "variables": {"project": "toy", **said}})).json()
    field = "run" if "name" in said else next(iter(said))
    assert answer["errors"][0]["extensions"] == {"code": "Rejected", "field": field}


async def test_a_deleted_run_is_not_written_to(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await ann.delete(f"/api/runs/{RUN}")
    answer = (await ann.post("/graphql", json={"query": UPSERT, "variables": {"name": "r1", "project": "toy"}})).json()
    assert "was deleted" in answer["errors"][0]["message"]
