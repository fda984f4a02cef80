"""What a running script of the official client sends, and what becomes of it."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.server.conftest import Server
from tests.server.wandb_api.asking import ask, begin, console, history, lines, rows, run, stream

pytestmark = pytest.mark.anyio
RUN = "ann/toy/r1"


async def test_rows_summary_and_console_of_a_run_are_kept(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    answer = await stream(
        ann, RUN,
        files={
            **history(
                0,
                {"loss": 0.5, "m": {"acc": 1}, "_step": 0, "_runtime": 1.5, "_timestamp": 1.8e9},
                {"loss": 2, "_step": 7},
            ),
            **console(0, "hello"),
            "wandb-summary.json": {"offset": 0, "content": ['{"loss":2,"best":{"max":3},"_wandb":{"runtime":2}}']},
            "wandb-events.jsonl": {"offset": 0, "content": ['{"system.cpu":3.5,"_wandb":true,"_timestamp":1.8e9}']},
        },
    )  # fmt: skip
    assert (answer.status_code, answer.json()) == (200, {"stopped": False})
    assert await rows(ann, RUN, "loss", "m.acc", "_runtime") == [(0, 0.5, 1, 1.5), (7, 2, None, None)]
    assert await lines(ann, RUN) == ["hello"]
    assert (await run(ann, RUN))["summary"] == {"loss": 2, "best.max": 3, "_wandb.runtime": 2}
    system = (await ann.get(f"/api/runs/{RUN}/rows?stream=system")).json()["rows"]
    assert [(row["_time"], row["cpu"]) for row in system] == [(1.8e9, 3.5)]


async def test_a_request_that_comes_again_changes_nothing(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    first = {"files": {**history(0, {"a": 1, "_step": 0}, {"a": 2, "_step": 1}), **console(0, "x", "y")}}
    await stream(ann, RUN, **first)
    await stream(ann, RUN, **first)
    await stream(ann, RUN, files=history(1, {"a": 2, "_step": 1}, {"a": 3, "_step": 2}))
    assert await rows(ann, RUN, "a") == [(0, 1), (1, 2), (2, 3)]
    assert await lines(ann, RUN) == ["x", "y"]
    assert (await ann.get(f"/api/runs/{RUN}/keys")).json()[0]["points"] == 3


async def test_lines_beyond_a_gap_are_kept_and_so_are_those_that_come_in_it_later(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await stream(ann, RUN, files=history(40, {"a": 1, "_step": 40}))
    for _ in range(2):
        await stream(ann, RUN, files=history(0, {"a": 9, "_step": 0}))
    assert await rows(ann, RUN, "a") == [(0, 9), (40, 1)]


async def test_two_processes_that_do_not_say_so_lose_none_of_each_others_lines(server: Server) -> None:
    ann = await server.user("ann")
    for name in ("one", "two"):
        await begin(ann, "r1")
        for at in range(3):
            await stream(ann, RUN, files=history(at, {name: at, "_step": at}))
    assert await rows(ann, RUN, "one", "two") == [(0, 0, 0), (1, 1, 1), (2, 2, 2)]
    await stream(ann, RUN, files=history(3, {"one": 3, "_step": 3}))
    await stream(ann, RUN, files=history(3, {"two": 3, "_step": 3}))
    assert (await rows(ann, RUN, "one", "two"))[-1] == (3, 3, 3)


async def test_console_lines_are_written_anew(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await stream(ann, RUN, files=console(0, "start", " 10%"))
    await stream(ann, RUN, files=console(1, "100%", "end"))
    assert await lines(ann, RUN) == ["start", "100%", "end"]


async def test_numbers_that_json_lacks_and_odd_lines_cost_nothing_else(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    content = [
        '{"a": NaN, "_step": 0}',
        "broken",
        '{"a": -Infinity, "_step": 2, "s": "text", "n": null}',
        '{"_step": "x", "a": 1}',
    ]
    answer = await stream(ann, RUN, files={"wandb-history.jsonl": {"offset": 0, "content": content}, "output.log": 3})
    assert answer.status_code == 200
    assert await rows(ann, RUN, "a", "s") == [(0, "NaN", None), (2, "-Infinity", "text"), (3, 1, None)]


async def test_a_packed_request_is_unpacked_and_one_cut_short_is_asked_for_again(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    body = gzip.compress(json.dumps({"files": history(0, {"a": 1, "_step": 0})}).encode())
    headers = {"Content-Encoding": "gzip"}
    cut = await ann.post(f"/files/{RUN}/file_stream", content=body[:-9], headers=headers)
    assert cut.status_code == 503 and cut.headers["retry-after"] == "1"
    whole = await ann.post(f"/files/{RUN}/file_stream", content=body, headers=headers)
    assert whole.status_code == 200
    assert await rows(ann, RUN, "a") == [(0, 1)]


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (1, "failed"), (255, "failed")])
async def test_the_end_of_a_run_is_told_by_its_exit_code(server: Server, code: int, state: str) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await stream(ann, RUN, files=history(0, {"a": 1}), complete=True, exitcode=code)
    found = await run(ann, RUN)
    assert (found["state"], found["exit_code"], found["attempts"][0]["exit_code"]) == (state, code, code)


async def test_a_run_that_is_to_stop_hears_of_it_and_is_then_killed(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await ann.post(f"/api/runs/{RUN}/stop")
    assert (await stream(ann, RUN)).json() == {"stopped": True}
    await stream(ann, RUN, complete=True, exitcode=255)
    assert (await run(ann, RUN))["state"] == "killed"


async def test_a_run_that_was_given_up_is_running_again_once_it_speaks(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await server.services.storage.tables.write(lambda conn: _crash(conn))
    await stream(ann, RUN)
    assert (await run(ann, RUN))["state"] == "running"
    await stream(ann, RUN, preempting=True)
    assert (await run(ann, RUN))["state"] == "preempting"


async def test_several_writers_of_a_run_each_have_their_own_lines(server: Server) -> None:
    ann = await server.user("ann")
    shared = {"User-Agent": "wandb-core", "X-WANDB-USE-ASYNC-FILESTREAM": "true"}
    for name in ("one", "two"):
        await begin(ann, "r1", headers=shared)
        summary = {"wandb-summary.json": {"offset": 0, "content": [json.dumps({name: 1})]}}
        files = {**history(0, {name: 1, "_step": 0}), **console(0, f"from {name}"), **summary}
        await stream(ann, RUN, shared=name, files=files)
    assert await rows(ann, RUN, "one", "two") == [(0, 1, 1)]
    assert await lines(ann, RUN) == ["from one", "from two"]
    found = await run(ann, RUN)
    assert (found["summary"], len(found["attempts"])) == ({"one": 1, "two": 1}, 2)
    for name in ("one", "two"):
        await stream(ann, RUN, shared=name, files=console(1, "done"), complete=True, exitcode=0)
    await server.services.summaries.flush(server.clock())
    assert [attempt["lines"] for attempt in (await run(ann, RUN))["attempts"]] == [2, 2]


async def test_only_a_run_that_is_not_there_is_refused(server: Server) -> None:
    ann, bob = await server.user("ann"), await server.user("bob")
    await begin(ann, "r1")
    assert (await stream(ann, "ann/toy/other")).status_code == 404
    assert (await stream(bob, RUN)).status_code == 404
    assert (await stream(server.client(), RUN)).status_code == 401
    assert (await stream(server.client("x" * 40), RUN)).status_code == 401
    await ann.delete(f"/api/runs/{RUN}")
    assert (await stream(ann, RUN)).status_code == 410


def _crash(conn: object) -> None:
    from gnomon.server.storage.tables import runs

    row = runs.by_keys(conn, [1])[1]  # type: ignore[arg-type]
    runs.change(conn, row.project, row.key, state="crashed")  # type: ignore[arg-type]


async def test_a_run_whose_machine_is_taken_away_is_preempted_until_it_goes_on(server: Server) -> None:
    ann = await server.user("ann")
    id = (await begin(ann, "r1"))["bucket"]["id"]
    await stream(ann, RUN, files=history(0, {"a": 1, "_step": 0}), preempting=True)
    assert (await run(ann, RUN))["state"] == "preempting"
    await stream(ann, RUN, files=history(1, {"a": 2, "_step": 1}))
    assert (await run(ann, RUN))["state"] == "preempting"  # it was said once, and still holds
    await stream(ann, RUN, complete=True, exitcode=15)
    query = 'query { project(name: "toy") { run(name: "r1") { state } } }'
    assert await ask(ann, query) == {"project": {"run": {"state": "preempted"}}}
    await begin(ann, "r1", id=id)
    assert (await run(ann, RUN))["state"] == "running"


async def test_a_run_that_ends_well_before_its_machine_is_taken_away_is_finished(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    await stream(ann, RUN, preempting=True)
    await stream(ann, RUN, complete=True, exitcode=0)
    assert (await run(ann, RUN))["state"] == "finished"
