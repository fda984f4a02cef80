from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest

from gnomon.protocol.journal import MAGIC, frame
from gnomon.server.storage.metrics.store import Block, RunKey, Source
from gnomon.server.storage.tables import audit, runs
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

RUNS = "/api/projects/ann/vision/runs"


async def ids(client: Any, **search: Any) -> list[str]:
    answer = await client.post(RUNS, json=search)
    assert answer.status_code == 200, answer.text
    return [run["id"] for run in answer.json()["runs"]]


async def three_runs(server: Server) -> Any:
    ann = await server.user("ann")
    await server.run("ann/vision/a", config={"lr": 0.1, "opt": {"name": "adam"}}, summary={"loss": 3.0}, tags=["best"])
    await server.run("ann/vision/b", config={"lr": 0.2}, summary={"loss": 1.0}, state="finished", created_at=1.0)
    await server.run("ann/vision/c", config={"lr": "auto"}, summary={}, created_at=2.0)
    return ann


async def test_runs_come_newest_first(server: Server) -> None:
    ann = await three_runs(server)
    answer = (await ann.post(RUNS, json={})).json()
    assert [run["id"] for run in answer["runs"]] == ["a", "c", "b"]
    assert (answer["total"], answer["all"], answer["cursor"]) == (3, 3, None)


async def test_runs_are_filtered_by_tree_and_by_text(server: Server) -> None:
    ann = await three_runs(server)
    tree = {"type": "where", "field": "config.lr", "op": "<", "value": 0.15}
    assert await ids(ann, filter=tree) == ["a"]
    assert await ids(ann, query="config.lr >= 0.1 and not state = running") == ["b"]
    assert await ids(ann, filter=tree, query="state = finished") == []
    assert await ids(ann, query="config.opt.name = adam or tags contains best") == ["a"]
    assert await ids(ann, query='name matches "^[bc]$"') == ["c", "b"]
    assert await ids(ann, query='created_at < "1970-01-02"') == ["c", "b"]
    assert await ids(ann, query="user = ann and config.lr = auto") == ["c"]


async def test_runs_without_a_value_come_last_either_way(server: Server) -> None:
    ann = await three_runs(server)
    assert await ids(ann, sort=[{"field": "summary.loss"}]) == ["b", "a", "c"]
    assert await ids(ann, sort=[{"field": "summary.loss", "descending": True}]) == ["a", "b", "c"]


async def test_pages_join_without_gap_or_repeat_while_runs_come_in(server: Server) -> None:
    ann = await server.user("ann")
    for number in range(25):
        await server.run(f"ann/vision/r{number:02}", created_at=float(number))
    seen, cursor = [], None
    while True:
        page = (await ann.post(RUNS, json={"limit": 10, "cursor": cursor})).json()
        seen += [run["id"] for run in page["runs"]]
        cursor = page["cursor"]
        if cursor is None:
            break
        await server.run(f"ann/vision/new{len(seen)}", created_at=1e6 + len(seen))  # comes first from now on
    assert seen == [f"r{number:02}" for number in reversed(range(25))]


async def test_a_cursor_of_a_run_that_is_gone_still_goes_on(server: Server) -> None:
    ann = await server.user("ann")
    for number in range(5):
        await server.run(f"ann/vision/r{number}", created_at=float(number))
    page = (await ann.post(RUNS, json={"limit": 2})).json()
    await ann.delete("/api/runs/ann/vision/r3")
    assert (await ids(ann, limit=2, cursor=page["cursor"]))[-1] == "r0"


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.x", "-1.5", "1.-5", "٣.٣", "9" * 50 + ".1"])
async def test_a_made_up_cursor_is_rejected(server: Server, cursor: str) -> None:
    ann = await three_runs(server)
    answer = await ann.post(RUNS, json={"cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "cursor")


@pytest.mark.parametrize("cursor", ["99999999999999999999.99999999", "0.0", "1.99999999999999999999", "3.1"])
async def test_a_cursor_beyond_everything_is_an_empty_or_first_page(server: Server, cursor: str) -> None:
    ann = await three_runs(server)
    assert (await ann.post(RUNS, json={"cursor": cursor})).status_code == 200


async def test_what_changes_is_found_at_once(server: Server) -> None:
    ann = await three_runs(server)
    assert await ids(ann, query="notes = good") == []
    await ann.patch("/api/runs/ann/vision/b", json={"notes": "good"})
    assert await ids(ann, query="notes = good") == ["b"]
    assert await ids(ann, query="config.lr = 0.3") == []
    key = await server.run("ann/vision/d", config={"lr": 0.3})
    assert await ids(ann, query="config.lr = 0.3") == ["d"]
    project = await server.project("ann", "vision")
    await server.services.storage.tables.write(lambda conn: runs.change(conn, project.key, key, config={"lr": 0.4}))
    assert await ids(ann, query="config.lr = 0.3") == []
    assert await ids(ann, query="config.lr = 0.4") == ["d"]


async def test_lists_leave_metadata_out(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/a", metadata={"gpu": "H200"}, rules=[{"name": "loss", "summary": ["min"]}])
    listed = (await ann.post(RUNS, json={})).json()["runs"][0]
    assert listed["metadata"] == {}
    whole = (await ann.get("/api/runs/ann/vision/a")).json()
    assert whole["metadata"] == {"gpu": "H200"}
    assert whole["rules"][0]["summary"] == ["min"]


async def test_runs_are_numbered_in_their_project(server: Server) -> None:
    ann = await server.user("ann")
    for path in ("vision/a", "speech/a", "vision/b"):
        await server.run(f"ann/{path}")
    numbers = [
        (await ann.get(f"/api/runs/ann/{path}")).json()["number"] for path in ("vision/a", "speech/a", "vision/b")
    ]
    assert numbers == [0, 0, 1]


async def test_a_person_changes_what_is_theirs_to_change(server: Server) -> None:
    ann = await three_runs(server)
    edit = {"name": "new", "notes": "n", "tags": ["x", "y", "x"], "group": "g", "job_type": "eval"}
    changed = (await ann.patch("/api/runs/ann/vision/a", json=edit)).json()
    assert {name: changed[name] for name in edit} == {**edit, "tags": ["x", "y"]}
    assert changed["config"] == {"lr": 0.1, "opt": {"name": "adam"}}
    project = await server.project("ann", "vision")
    row = await server.services.storage.tables.read(lambda conn: runs.find(conn, project.key, "a"))
    assert row is not None
    assert row.edited == ["group", "job_type", "name", "notes", "tags"]


@pytest.mark.parametrize(
    "edit",
    [{"name": ""}, {"name": "x" * 501}, {"tags": [""]}, {"tags": ["x" * 257]}, {"tags": ["x"] * 300}, {"tags": "x"},
     {"notes": None}, {"state": "finished"}, {"config": {}}, [], None, 3, {"notes": "x" * (1 << 20) + "x"}],
)  # fmt: skip
async def test_other_changes_are_rejected(server: Server, edit: Any) -> None:
    ann = await three_runs(server)
    assert (await ann.patch("/api/runs/ann/vision/a", json=edit)).status_code == 400
    assert (await ann.get("/api/runs/ann/vision/a")).json()["tags"] == ["best"]


async def test_a_deleted_run_is_gone_until_it_is_restored(server: Server) -> None:
    ann = await three_runs(server)
    assert (await ann.delete("/api/runs/ann/vision/a")).status_code == 204
    assert (await ann.get("/api/runs/ann/vision/a")).status_code == 404
    assert (await ann.delete("/api/runs/ann/vision/a")).status_code == 404
    assert await ids(ann) == ["c", "b"]
    assert (await ann.post("/api/runs/ann/vision/a/restore")).json()["config"]["lr"] == 0.1
    assert await ids(ann) == ["a", "c", "b"]
    assert (await ann.post("/api/runs/ann/vision/a/restore")).status_code == 409
    assert (await ann.post("/api/runs/ann/vision/zzz/restore")).status_code == 404
    lines = await server.services.storage.tables.read(audit.newest)
    assert [(line["operation"], line["target"]) for line in lines[:2]] == [
        ("run.restore", "ann/vision/a"), ("run.delete", "ann/vision/a"),
    ]  # fmt: skip


async def test_pages_that_listen_hear_of_changes(server: Server) -> None:
    ann = await three_runs(server)
    project = await server.project("ann", "vision")
    with server.services.live.subscribe(project.key) as listener:
        await ann.patch("/api/runs/ann/vision/a", json={"notes": "x"})
        assert [(event.kind, event.run) for event in await listener.events(timeout_secs=5)] == [("run", "a")]


async def test_texts_that_are_named_like_odd_numbers_are_told_from_them(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/text", config={"lr": "NaN", "bound": "Infinity"})
    await server.run("ann/vision/number", config={"lr": math.nan, "bound": math.inf})

    async def found(query: str) -> list[str]:
        answer = await ann.post("/api/projects/ann/vision/runs", json={"query": query})
        return [run["id"] for run in answer.json()["runs"]]

    assert await found('config.lr = "NaN"') == ["text"]
    assert await found("config.bound > 1e300") == ["number"]
    assert await found('config.bound = "Infinity"') == ["text"]
    one = (await ann.get("/api/runs/ann/vision/number")).json()
    assert one["config"] == {"lr": "NaN", "bound": "Infinity"}


async def test_columns_follow_what_runs_come_to_have(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1", config={"a": {"b": 1}})

    async def columns() -> dict[str, list[str]]:
        return dict((await ann.get("/api/projects/ann/vision/columns")).json())

    assert await columns() == {"config": ["a.b"], "summary": []}
    await server.run("ann/vision/r2", config={"c": 1}, summary={"loss": 1})
    assert await columns() == {"config": ["a.b", "c"], "summary": ["loss"]}
    await ann.delete("/api/runs/ann/vision/r2")
    assert await columns() == {"config": ["a.b"], "summary": []}
    await ann.post("/api/runs/ann/vision/r2/restore")
    assert await columns() == {"config": ["a.b", "c"], "summary": ["loss"]}


async def test_a_script_hears_that_it_is_to_stop_until_the_run_goes_on(server: Server) -> None:
    ann, ben = await server.user("ann"), await server.user("ben")
    await server.team("lab", ann="member", ben="viewer")

    async def post(journal: str, data: bytes, offset: int = 0) -> dict[str, Any]:
        url = f"/api/runs/lab/vision/r1/journal?journal={journal}&offset={offset}"
        return dict((await ann.post(url, content=data)).json())

    begun = MAGIC + frame(msgspec.msgpack.encode([1, {"journal": "a" * 32}]))
    assert (await post("a" * 32, begun))["stop"] is False
    assert (await ben.post("/api/runs/lab/vision/r1/stop")).status_code == 403
    assert (await ann.post("/api/runs/lab/vision/r1/stop")).json()["stop_asked"] is True
    assert (await post("a" * 32, b"", len(begun)))["stop"] is True

    again = MAGIC + frame(msgspec.msgpack.encode([1, {"journal": "b" * 32}]))
    assert (await post("b" * 32, again))["stop"] is False
    assert (await ann.get("/api/runs/lab/vision/r1")).json()["stop_asked"] is False
    ended = frame(msgspec.msgpack.encode([9, {"state": "finished", "exit_code": 0}]))
    await post("b" * 32, ended, len(again))
    assert (await ann.get("/api/runs/lab/vision/r1")).json()["state"] == "finished"
    assert (await ann.post("/api/runs/lab/vision/r1/stop")).status_code == 409


async def test_runs_are_filtered_by_mongo_documents(server: Server) -> None:
    ann = await three_runs(server)
    assert await ids(ann, mongo={"config.lr.value": {"$gte": 0.1, "$lt": 0.3}}) == ["a", "b"]
    assert await ids(ann, mongo={"tags": "best"}, query="state = running") == ["a"]
    assert await ids(ann, mongo={"name": {"$in": ["b", "c"]}}, query="config.lr = auto") == ["c"]
    assert await ids(ann, mongo={}) == ["a", "c", "b"]
    refused = await ann.post(RUNS, json={"mongo": {"$or": [{"lr": 1}]}})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "mongo")
    assert "At $or[0].lr of the Mongo filter" in refused.text


async def test_runs_are_found_by_the_kind_of_a_value(server: Server) -> None:
    ann = await three_runs(server)
    await server.run("ann/vision/d", config={"lr": math.nan}, created_at=3.0)
    assert await ids(ann, query="config.lr is text") == ["c"]
    assert await ids(ann, query="config.lr is nan") == ["d"]
    assert await ids(ann, query="config.lr is number and not config.lr is nan") == ["a", "b"]
    assert (await ann.post(RUNS, json={"query": "config.lr is odd"})).status_code == 400


async def test_runs_are_grouped_and_each_group_is_found_again(server: Server) -> None:
    ann = await three_runs(server)
    await server.run("ann/vision/d", config={"lr": 0.1}, summary={"loss": 5.0}, state="finished")
    answer = await ann.post(RUNS + "/groups", json={"by": ["config.lr", "state"], "of": ["summary.loss"]})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert [(group["values"], group["runs"]) for group in said["groups"]] == [
        ([0.1, "finished"], 1),
        ([0.1, "running"], 1),
        ([0.2, "finished"], 1),
        (["auto", "running"], 1),
    ]
    assert (said["total"], said["runs"], said["all"], said["cursor"]) == (4, 4, 4, None)
    assert [await ids(ann, filter=group["filter"]) for group in said["groups"]] == [["d"], ["a"], ["b"], ["c"]]
    said = (await ann.post(RUNS + "/groups", json={"by": ["config.lr"], "of": ["summary.loss"], "query": "a"})).json()
    assert said["groups"][0]["numbers"] == [
        {"n": 1, "mean": 3.0, "min": 3.0, "max": 3.0, "std": None, "nan": 0, "pos_inf": 0, "neg_inf": 0}
    ]
    by_day = (await ann.post(RUNS + "/groups", json={"by": ["created_at"], "limit": 1})).json()
    assert by_day["groups"][0]["values"] == ["1970-01-01"]
    assert await ids(ann, filter=by_day["groups"][0]["filter"]) == ["c", "b"]


async def test_a_group_question_that_makes_no_sense_says_where(server: Server) -> None:
    ann = await three_runs(server)
    for body, field in [
        ({}, None),
        ({"by": []}, "by"),
        ({"by": ["lr"]}, "lr"),
        ({"by": ["state"], "of": ["state", "state"]}, "of"),
        ({"by": ["state"], "sort": [{"how": "mean", "field": "summary.loss"}]}, "sort"),
        ({"by": ["state"], "sort": [{"how": "median"}]}, None),
        ({"by": ["state"], "mongo": {"lr": 1}}, "mongo"),
        ({"by": ["state"], "cursor": "1"}, "cursor"),
    ]:
        refused = await ann.post(RUNS + "/groups", json=body)
        assert refused.status_code == 400, body
        assert field is None or refused.json()["error"]["field"] == field
    stranger = await server.user("bob")
    assert (await stranger.post(RUNS + "/groups", json={"by": ["state"]})).status_code == 404


async def test_a_person_chooses_the_colour_of_a_run(server: Server) -> None:
    client = await server.user("ann")
    await server.run("ann/p/r")
    address = "/api/runs/ann/p/r"
    assert (await client.get(address)).json()["colour"] is None
    assert (await client.patch(address, json={"colour": 7})).json()["colour"] == 7
    found = (await client.post("/api/projects/ann/p/runs", json={})).json()
    assert found["runs"][0]["colour"] == 7
    for odd in (-1, 20, 1.5, "red"):
        assert (await client.patch(address, json={"colour": odd})).status_code == 400
    assert (await client.patch(address, json={"colour": None})).json()["colour"] is None


async def test_a_list_is_looked_into_from_any_place(server: Server) -> None:
    ann = await server.user("ann")
    for number in range(9):
        await server.run(f"ann/vision/r{number}", created_at=float(number))
    assert await ids(ann, limit=3, offset=4) == ["r4", "r3", "r2"]
    assert await ids(ann, limit=3, offset=8) == ["r0"]
    assert await ids(ann, limit=3, offset=900) == []
    page = (await ann.post(RUNS, json={"limit": 2, "offset": 3})).json()
    assert (page["total"], [run["id"] for run in page["runs"]]) == (9, ["r5", "r4"])
    assert await ids(ann, limit=2, cursor=page["cursor"]) == ["r3", "r2"]
    for asked in ({"offset": -1}, {"offset": 3, "cursor": page["cursor"]}):
        answer = await ann.post(RUNS, json=asked)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "offset")


async def test_a_list_of_runs_carries_metadata_where_that_is_asked_for(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/m", metadata={"os": "Linux"})
    asked = {"query": "id = m", "columns": []}
    assert (await ann.post(RUNS, json=asked)).json()["runs"][0]["metadata"] == {}
    assert (await ann.post(RUNS, json={**asked, "whole": True})).json()["runs"][0]["metadata"] == {"os": "Linux"}


async def test_only_the_columns_that_were_asked_for_are_sent(server: Server) -> None:
    ann = await three_runs(server)
    columns = ["config.opt.name", "summary.loss", "config.nothing", "name"]
    runs = (await ann.post(RUNS, json={"query": "id = a", "columns": columns})).json()["runs"]
    assert [(run["config"], run["summary"]) for run in runs] == [({"opt": {"name": "adam"}}, {"loss": 3.0})]
    (bare,) = (await ann.post(RUNS, json={"query": "id = a", "columns": []})).json()["runs"]
    assert (bare["name"], bare["tags"], bare["config"], bare["summary"]) == ("a", ["best"], {}, {})
    answer = await ann.post(RUNS, json={"columns": ["colour"]})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "colour")


async def test_runs_are_found_sorted_and_shown_by_how_far_a_metric_went(server: Server) -> None:
    ann = await server.user("ann")
    metrics = server.services.storage.metrics
    for id, losses in {"a": [3.0, 1.0, 2.0], "b": [9.0, math.nan, 0.5], "c": []}.items():
        key = await server.run(f"ann/vision/{id}")
        if losses:
            block = Block("history", ("loss",), np.arange(len(losses)), np.zeros(len(losses)), (np.array(losses),))
            await metrics.append(RunKey(key), Source("j", 0, 1), [block])
    assert await ids(ann, sort=[{"field": "min.loss"}]) == ["b", "a", "c"]
    assert await ids(ann, sort=[{"field": "max.loss", "descending": True}]) == ["b", "a", "c"]
    assert await ids(ann, query="min.loss < 0.8 or mean.loss = 2") == ["b", "a"]
    assert await ids(ann, query="not min.loss exists") == ["c"]
    found = (await ann.post(RUNS, json={"columns": ["min.loss", "mean.loss"], "sort": [{"field": "id"}]})).json()
    assert [run["extents"] for run in found["runs"]] == [
        {"min.loss": 1.0, "mean.loss": 2.0}, {"min.loss": 0.5, "mean.loss": 4.75}, {},
    ]  # fmt: skip
    asked = {"by": ["state"], "of": ["max.loss"], "sort": [{"how": "mean", "field": "max.loss"}]}
    (group,) = (await ann.post(f"{RUNS}/groups", json=asked)).json()["groups"]
    assert (group["numbers"][0]["mean"], group["numbers"][0]["n"]) == (6.0, 2)


async def test_what_a_metric_went_to_since_is_known_once_the_run_says_so(server: Server) -> None:
    ann = await server.user("ann")
    project = await server.project("ann", "vision")
    metrics = server.services.storage.metrics
    keys = [await server.run(f"ann/vision/{id}") for id in "ab"]

    async def log(run: int, start: int, value: float) -> None:
        block = Block("history", ("loss",), np.zeros(1, np.int64), np.zeros(1), (np.array([value]),))
        await metrics.append(RunKey(run), Source("j", start, start + 1), [block])
        await server.services.storage.tables.write(
            lambda conn: runs.change(conn, project.key, run, updated_at=float(start))
        )

    await log(keys[0], 0, 1.0)
    await log(keys[1], 0, 2.0)
    assert await ids(ann, sort=[{"field": "min.loss"}]) == ["a", "b"]
    await log(keys[1], 1, 0.5)
    assert await ids(ann, sort=[{"field": "min.loss"}]) == ["b", "a"]
