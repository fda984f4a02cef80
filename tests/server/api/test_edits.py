"""Edits of history over HTTP: what is seen afterwards, and that all of it comes back."""

from __future__ import annotations

import hashlib
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from gnomon.model.errors import Unavailable
from gnomon.protocol.journal import MAGIC, frame
from gnomon.server.app import build_app
from gnomon.server.chores import deleted_runs
from gnomon.server.chores import edits as edit_chores
from gnomon.server.settings import Settings, load
from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.storage.open import open_storage
from gnomon.server.storage.tables import audit, edits, runs
from tests.server.conftest import Clock, Server

pytestmark = pytest.mark.anyio

RUN = "/api/runs/ann/vision/r"
WEEK = 7 * 86_400.0


@pytest.fixture(params=["memory", "embedded"])
async def server(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Server]:
    settings = load({}, data=settings.data, metrics=request.param, blobs="memory")
    clock, storage = Clock(), open_storage(settings)
    app = build_app(settings, storage, clock=clock)
    services = app.state.services
    yield Server(app, services, clock)
    services.live.close()
    services.ingest.close()
    await storage.close()


class Script:
    """A script that logs into the run `r`."""

    def __init__(self, client: Any, clock: Clock, *, run: str = RUN, journal: str = "a" * 32) -> None:
        self.client, self.clock, self.run, self.journal = client, clock, run, journal
        self.sent, self.schemas = 0, 0

    async def log(self, columns: Mapping[str, Sequence[Any]], first: int = 0) -> None:
        """A row a step."""
        records: list[Any] = [] if self.sent else [[1, {"journal": self.journal, "started_at": self.clock()}]]
        records.append([5, self.schemas, list(columns)])
        for at, row in enumerate(zip(*columns.values(), strict=True)):
            records.append([6, self.schemas, first + at, self.clock(), *row])
        data = b"".join(frame(msgspec.msgpack.encode(record)) for record in records)
        data = data if self.sent else MAGIC + data
        url = f"{self.run}/journal?journal={self.journal}&offset={self.sent}"
        answer = await self.client.post(url, content=data)
        assert answer.status_code == 200, answer.text
        self.sent, self.schemas = answer.json()["next"], self.schemas + 1


async def a_run(server: Server) -> tuple[Any, Script]:
    """A run with 100 steps of loss and acc."""
    ann = await server.user("ann")
    script = Script(ann, server.clock)
    await script.log({"loss": [1.0 / (at + 1) for at in range(100)], "acc": [at / 100 for at in range(100)]})
    await server.services.summaries.flush(server.clock())
    server.clock.advance(10)
    return ann, script


async def edit(client: Any, status: int = 201, **what: Any) -> dict[str, Any]:
    answer = await client.post(RUN + "/edits", json=what)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def undo(client: Any, id: int, status: int = 200) -> dict[str, Any]:
    answer = await client.post(f"{RUN}/edits/{id}/undo")
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def seen(client: Any, run: str = RUN) -> Any:
    """All that a reader sees of a run's history."""
    found = (await client.get(run)).json()
    rows = (await client.get(run + "/rows?limit=10000")).json()
    keys = (await client.get(run + "/keys")).json()
    keys = [{**key, "mean": round(key["mean"], 9)} for key in keys]  # its last digits hang on the order of adding up
    return found["summary"], found["last_step"], rows, keys


async def test_a_rewind_takes_away_what_came_later_and_its_undo_brings_it_back(server: Server) -> None:
    """P-V17"""
    ann, _ = await a_run(server)
    before = await seen(ann)
    made = await edit(ann, kind="rewind", after_step=49)
    assert (made["points"], made["state"], made["user"]) == (100, "done", "ann")
    assert made["what"] == {"kind": "rewind", "after_step": 49}
    assert made["undoable_until"] == made["at"] + WEEK
    summary, last_step, rows, _ = await seen(ann)
    assert (summary, last_step) == ({"loss": 0.02, "acc": 0.49}, 49)
    assert [row["_step"] for row in rows["rows"]] == list(range(50))
    assert (await ann.get(RUN + "/resume")).json()["last_step"] == 49
    undone = await undo(ann, made["id"])
    assert (undone["state"], undone["undone_by"], undone["undoable_until"]) == ("undone", "ann", None)
    assert await seen(ann) == before


async def test_metrics_and_ranges_are_deleted_and_brought_back_in_any_order(server: Server) -> None:
    ann, _ = await a_run(server)
    before = await seen(ann)
    first = await edit(ann, kind="delete", keys=["acc"])
    second = await edit(ann, kind="delete", first_step=10, last_step=19)
    third = await edit(ann, kind="delete", keys=["loss"], last_step=4)
    assert [made["points"] for made in (first, second, third)] == [100, 10, 5]
    summary, _, rows, keys = await seen(ann)
    assert summary == {"loss": 0.01}
    assert [row["_step"] for row in rows["rows"]] == [*range(5, 10), *range(20, 100)]
    assert [key["key"] for key in keys] == ["loss"]
    for made in (second, first, third):
        await undo(ann, made["id"])
    assert await seen(ann) == before


async def test_a_metric_is_renamed_and_named_back(server: Server) -> None:
    ann, script = await a_run(server)
    before = await seen(ann)
    made = await edit(ann, kind="rename", key="loss", to="train/loss")
    assert made["points"] == 100
    summary, last_step, _, keys = await seen(ann)
    assert (set(summary), last_step) == ({"train/loss", "acc"}, 99)
    assert [key["key"] for key in keys] == ["acc", "train/loss"]
    await script.log({"train/loss": [9.0]}, first=100)
    await undo(ann, made["id"])
    await server.services.summaries.flush(server.clock())
    summary, _, _, keys = await seen(ann)
    assert [(key["key"], key["points"]) for key in keys] == [("acc", 100), ("loss", 100), ("train/loss", 1)]
    made = await edit(ann, kind="delete", keys=["train/loss"])
    assert await seen(ann) == before


async def test_what_was_logged_since_is_kept_and_newer_values_are_read(server: Server) -> None:
    ann, script = await a_run(server)
    made = await edit(ann, kind="rewind", after_step=89)
    await script.log({"loss": [5.0, 6.0]}, first=90)
    await undo(ann, made["id"])
    rows = (await ann.get(RUN + "/rows?limit=1000")).json()["rows"]
    assert [row["loss"] for row in rows[90:93]] == [5.0, 6.0, 1.0 / 93]
    assert (await ann.get(RUN)).json()["last_step"] == 99


async def test_edits_are_listed_with_who_when_and_what(server: Server) -> None:
    ann, _ = await a_run(server)
    assert (await ann.get(RUN + "/edits")).json() == []
    await edit(ann, kind="rename", key="loss", to="l")
    server.clock.advance(5)
    made = await edit(ann, kind="rewind", after_step=10)
    await undo(ann, made["id"])
    listed = (await ann.get(RUN + "/edits")).json()
    assert [(one["what"]["kind"], one["state"], one["points"]) for one in listed] == [
        ("rewind", "undone", 178),
        ("rename", "done", 100),
    ]
    lines = await server.services.storage.tables.read(lambda conn: audit.newest(conn, 3))
    assert [line["operation"] for line in lines] == ["run.edits.undo", "run.edits.add", "run.edits.add"]
    assert lines[1]["detail"] == {"id": made["id"], "kind": "rewind", "after_step": 10}
    assert lines[1]["target"] == "ann/vision/r"


NO_EDITS: list[tuple[Any, int, str]] = [
    ({"kind": "rewind", "after_step": 99}, 400, "the last step is 99"),
    ({"kind": "rewind", "after_step": "x"}, 400, "after_step"),
    ({"kind": "rewind", "after_step": 2**70}, 400, ""),
    ({"kind": "rewind"}, 400, "after_step"),
    ({"kind": "forget"}, 400, "kind"),
    ({"kind": "delete"}, 400, "which keys"),
    ({"kind": "delete", "keys": []}, 400, "no metric"),
    ({"kind": "delete", "keys": ["nobody"]}, 400, "no metric 'nobody'"),
    ({"kind": "delete", "first_step": 5, "last_step": 4}, 400, "after the last"),
    ({"kind": "delete", "first_step": 1000}, 400, "no point"),
    ({"kind": "delete", "keys": ["loss"], "steps": 3}, 400, "steps"),
    ({"kind": "rename", "key": "nobody", "to": "x"}, 400, "no metric 'nobody'"),
    ({"kind": "rename", "key": "loss", "to": ""}, 400, "cannot be called"),
    ({"kind": "rename", "key": "loss", "to": "_step"}, 400, "underscore"),
    ({"kind": "rename", "key": "loss", "to": "x" * 3000}, 400, "characters"),
    ({"kind": "rename", "key": "loss", "to": "acc"}, 409, "delete or rename that one first"),
    ({"kind": "rename", "key": "loss", "to": "loss"}, 409, "already"),
    ([], 400, ""),
]


async def test_edits_that_make_no_sense_are_refused_and_change_nothing(server: Server) -> None:
    ann, _ = await a_run(server)
    before = await seen(ann)
    for what, status, word in NO_EDITS:
        answer = await ann.post(RUN + "/edits", json=what)
        assert (answer.status_code, word in answer.text) == (status, True), answer.text
    assert (await ann.get(RUN + "/edits")).json() == []
    assert await seen(ann) == before


async def test_an_edit_that_finds_a_gap_is_refused_and_not_listed(server: Server) -> None:
    ann = await server.user("ann")
    script = Script(ann, server.clock)
    await script.log({"loss": [1.0]}, first=0)
    await script.log({"loss": [2.0]}, first=10)
    answer = await edit(ann, 400, kind="delete", first_step=3, last_step=7)
    assert "nothing was changed" in str(answer)
    assert (await ann.get(RUN + "/edits")).json() == []
    missing = await ann.post("/api/runs/ann/vision/nobody/edits", json={"kind": "rewind", "after_step": 1})
    assert missing.status_code == 404


async def test_an_edit_is_undone_once(server: Server) -> None:
    ann, _ = await a_run(server)
    made = await edit(ann, kind="rewind", after_step=49)
    await undo(ann, made["id"])
    assert "undone already, by ann" in str(await undo(ann, made["id"], 409))
    await undo(ann, 10**6, 404)
    assert (await ann.post(f"{RUN}/edits/first/undo")).status_code == 400


async def test_edits_of_a_deleted_run_are_refused(server: Server) -> None:
    ann, _ = await a_run(server)
    made = await edit(ann, kind="rewind", after_step=49)
    await ann.delete(RUN)
    await edit(ann, 404, kind="rewind", after_step=5)
    await undo(ann, made["id"], 404)
    assert (await ann.get(RUN + "/edits")).status_code == 404
    assert (await ann.post(RUN + "/fork", json={})).status_code == 404


async def test_who_may_only_read_may_not_edit(server: Server) -> None:
    await server.user("cy")
    bob = await server.user("bob")
    await server.team("lab", bob="viewer", cy="member")
    await server.run("lab/p/r", user="cy")
    assert (await bob.get("/api/runs/lab/p/r/edits")).json() == []
    for path, body in (("edits", {"kind": "rewind", "after_step": 1}), ("edits/1/undo", None), ("fork", {})):
        answer = await bob.post(f"/api/runs/lab/p/r/{path}", json=body)
        assert answer.status_code == 403


async def test_removed_points_find_their_metric_under_the_name_it_has_now(server: Server) -> None:
    ann, _ = await a_run(server)
    before = await seen(ann)
    rewound = await edit(ann, kind="rewind", after_step=49)
    renamed = await edit(ann, kind="rename", key="loss", to="l")
    again = await edit(ann, kind="rename", key="l", to="ll")
    await undo(ann, rewound["id"])
    assert [(key["key"], key["points"]) for key in (await seen(ann))[3]] == [("acc", 100), ("ll", 100)]
    gone = await edit(ann, kind="delete", keys=["ll"])
    assert "undo that first" in str(await undo(ann, renamed["id"], 409))
    await undo(ann, again["id"])
    await undo(ann, renamed["id"])
    await undo(ann, gone["id"])
    assert await seen(ann) == before


async def test_an_undo_never_mixes_two_metrics(server: Server) -> None:
    ann, _ = await a_run(server)
    before = await seen(ann)
    gone = await edit(ann, kind="delete", keys=["loss"])
    renamed = await edit(ann, kind="rename", key="acc", to="loss")
    assert f"edit {renamed['id']}" in str(await undo(ann, gone["id"], 409))
    await undo(ann, renamed["id"])
    await undo(ann, gone["id"])
    assert await seen(ann) == before


async def test_whatever_is_edited_and_undone_all_of_it_undone_is_the_history_that_was(server: Server) -> None:
    """P-V17"""
    ann = await server.user("ann")
    renamed_twice = 0
    for seed in range(8):
        random = Random(seed)
        run = f"/api/runs/ann/vision/r{seed}"
        script = Script(ann, server.clock, run=run, journal=f"{seed:032x}")
        await script.log({"a": [at * 0.5 for at in range(20)], "b": list(range(20))})
        await script.log({"c": [7.0] * 10}, first=5)
        await server.services.summaries.flush(server.clock())
        before = await seen(ann, run)
        for _ in range(random.randint(4, 16)):
            made = [one["id"] for one in (await ann.get(run + "/edits")).json() if one["state"] == "done"]
            if made and random.random() < 0.4:
                await ann.post(f"{run}/edits/{random.choice(made)}/undo")
                continue
            first, last = sorted(random.choices(range(20), k=2))
            names = [known["key"] for known in (await ann.get(run + "/keys")).json()] or ["a"]
            key, to = random.choice(names), random.choice([name for name in "abcdef" if name not in names])
            what: dict[str, Any] = random.choice(
                [
                    {"kind": "rewind", "after_step": first},
                    {"kind": "delete", "keys": [key]},
                    {"kind": "delete", "first_step": first, "last_step": last},
                    {"kind": "rename", "key": key, "to": to},
                    {"kind": "rename", "key": key, "to": to},
                    {"kind": "rename", "key": key, "to": to},
                ]
            )
            await ann.post(run + "/edits", json=what)  # some make no sense just then
        left = [one["id"] for one in (await ann.get(run + "/edits")).json() if one["state"] == "done"]
        if seed % 2:
            random.shuffle(left)
        else:
            left.sort()
        while left:
            answers = {id: await ann.post(f"{run}/edits/{id}/undo") for id in left}
            assert any(answer.status_code == 200 for answer in answers.values()), seed
            assert all(answer.status_code in (200, 409) for answer in answers.values())
            renamed_twice += any(answer.status_code == 409 for answer in answers.values())
            left = [id for id, answer in answers.items() if answer.status_code == 409]
        assert await seen(ann, run) == before, seed
    assert renamed_twice


async def test_after_a_week_an_edit_is_final(server: Server) -> None:
    ann, _ = await a_run(server)
    old = await edit(ann, kind="rewind", after_step=89)
    named = await edit(ann, kind="rename", key="acc", to="a")
    server.clock.advance(WEEK - 100)
    recent = await edit(ann, kind="rewind", after_step=79)
    assert await edit_chores.make_final(server.services) == []
    server.clock.advance(101)
    assert await edit_chores.make_final(server.services) == [old["id"], named["id"]]
    assert await edit_chores.make_final(server.services) == []
    states = {one["id"]: one["state"] for one in (await ann.get(RUN + "/edits")).json()}
    assert states == {old["id"]: "final", named["id"]: "final", recent["id"]: "done"}
    assert "7 days" in str(await undo(ann, old["id"], 409))
    await undo(ann, recent["id"])
    assert (await seen(ann))[1] == 89


async def test_clearing_a_deleted_run_away_forgets_its_edits(server: Server) -> None:
    ann, _ = await a_run(server)
    await edit(ann, kind="rewind", after_step=89)
    await ann.delete(RUN)
    server.clock.advance(WEEK + 1)
    (key,) = await deleted_runs.clear(server.services)
    assert await server.services.storage.tables.read(lambda conn: edits.of_run(conn, key)) == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "what",
    [{"kind": "rewind", "after_step": 49}, {"kind": "rename", "key": "loss", "to": "l"}],
    ids=["rewind", "rename"],
)
async def test_what_a_crash_interrupts_is_finished_at_the_next_start(
    server: Server, monkeypatch: pytest.MonkeyPatch, when: str, what: dict[str, Any]
) -> None:
    ann, script = await a_run(server)
    before = await seen(ann)
    metrics = server.services.storage.metrics
    really = metrics.move

    async def killed(*args: Any, **given: Any) -> int:
        if when == "after":
            await really(*args, **given)
        raise Killed

    with monkeypatch.context() as crash:
        crash.setattr(metrics, "move", killed)
        with pytest.raises(Killed):
            await ann.post(RUN + "/edits", json=what)
    await script.log({"loss": [7.0]}, first=100)
    (begun,) = (await ann.get(RUN + "/edits")).json()
    assert (begun["state"], begun["points"]) == ("begun", None)
    await edit_chores.finish(server.services)
    (done,) = (await ann.get(RUN + "/edits")).json()
    assert (done["state"], done["points"]) == ("done", 100)
    keys = {key["key"]: key["points"] for key in (await seen(ann))[3]}
    assert keys == ({"loss": 51, "acc": 50} if what["kind"] == "rewind" else {"l": 100, "acc": 100, "loss": 1})
    with monkeypatch.context() as crash:
        crash.setattr(metrics, "move", killed)
        with pytest.raises(Killed):
            await ann.post(f"{RUN}/edits/{done['id']}/undo")
    assert (await ann.get(RUN + "/edits")).json()[0]["state"] == "undoing"
    await edit_chores.finish(server.services)
    assert (await ann.get(RUN + "/edits")).json()[0]["state"] == "undone"
    await edit(ann, kind="delete", first_step=100)
    assert await seen(ann) == before


async def test_an_edit_the_store_cannot_do_was_never_begun(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, _ = await a_run(server)
    before = await seen(ann)
    made = await edit(ann, kind="rewind", after_step=49)
    metrics = server.services.storage.metrics

    async def full(*_: Any, **__: Any) -> int:
        raise Unavailable("run 1 cannot be edited now: no space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(metrics, "move", full)
        assert "no space" in str(await edit(ann, 503, kind="rename", key="loss", to="l"))
        await undo(ann, made["id"], 503)
    assert [one["state"] for one in (await ann.get(RUN + "/edits")).json()] == ["done"]
    await undo(ann, made["id"])
    assert await seen(ann) == before


async def test_pages_that_look_hear_of_an_edit(server: Server) -> None:
    ann, _ = await a_run(server)
    project = await server.project("ann", "vision")
    with server.services.live.subscribe(project.key) as listener:
        await edit(ann, kind="rewind", after_step=49)
        events = {event.kind: event for event in await listener.events(timeout_secs=5)}
    assert events["rows"].data["last_step"] == 49
    assert events["run"].run == "r"


async def test_a_fork_has_the_history_up_to_a_step_and_goes_on_by_itself(server: Server) -> None:
    ann, script = await a_run(server)
    await ann.patch(RUN, json={"tags": ["best"], "group": "g", "notes": "mine"})
    answer = await ann.post(RUN + "/fork", json={"step": 49, "id": "f", "name": "second try"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["parent"] == {"run": "r", "step": 49}
    assert (made["id"], made["name"], made["state"], made["last_step"]) == ("f", "second try", "finished", 49)
    assert (made["tags"], made["group"], made["notes"], made["number"]) == (["best"], "g", "", 1)
    assert made["summary"] == {"loss": 0.02, "acc": 0.49}
    fork = "/api/runs/ann/vision/f"
    assert (await ann.get(fork + "/resume")).json()["last_step"] == 49
    await Script(ann, server.clock, run=fork, journal="b" * 32).log({"loss": [-1.0]}, first=49)
    await script.log({"loss": [3.0]}, first=100)
    await server.services.summaries.flush(server.clock())
    rows = (await ann.get(fork + "/rows?limit=1000")).json()["rows"]
    assert [row["loss"] for row in rows] == [*(1.0 / (at + 1) for at in range(49)), -1.0]
    assert (await ann.get(fork)).json()["state"] == "running"
    assert len((await ann.get(RUN + "/rows?limit=1000")).json()["rows"]) == 101
    await ann.delete(RUN)
    assert (await ann.get(fork)).json()["parent"] == {"run": "r", "step": 49}
    found = (await ann.post("/api/projects/ann/vision/runs", json={})).json()["runs"]
    assert [(run["id"], run["parent"]) for run in found] == [("f", {"run": "r", "step": 49})]


async def test_a_fork_has_the_media_that_its_history_speaks_of(server: Server) -> None:
    ann, _ = await a_run(server)
    for path in ("media/images/s_49_0a1b.png", "media/images/s_50_0a1b.png", "media/table.json", "model.pt"):
        digest = hashlib.sha256(path.encode()).hexdigest()
        answer = await ann.put(f"{RUN}/files/{path}", content=path.encode(), headers={"X-Gnomon-Digest": digest})
        assert answer.status_code in (200, 201, 204), answer.text
    await ann.post(RUN + "/fork", json={"step": 49, "id": "f"})
    fork = "/api/runs/ann/vision/f"
    listed = (await ann.get(fork + "/files")).json()
    assert [file["path"] for file in listed] == ["media/images/s_49_0a1b.png", "media/table.json"]
    await ann.delete(RUN)
    server.clock.advance(WEEK + 1)
    await deleted_runs.clear(server.services)
    assert (await ann.get(fork + "/files/media/table.json")).content == b"media/table.json"


async def test_a_fork_without_wishes_has_everything_and_a_name_of_its_own(server: Server) -> None:
    ann, _ = await a_run(server)
    made = (await ann.post(RUN + "/fork", json={})).json()
    name = (await ann.get(RUN)).json()["name"]
    assert (made["parent"], made["name"]) == ({"run": "r", "step": 99}, f"{name} @ 99")
    assert len(made["id"]) == 8
    far = (await ann.post(RUN + "/fork", json={"step": 10**6})).json()
    assert far["parent"]["step"] == far["last_step"] == 99
    await server.run("ann/vision/empty")
    made = (await ann.post("/api/runs/ann/vision/empty/fork", json={})).json()
    assert (made["parent"], made["last_step"]) == ({"run": "empty", "step": None}, None)


NO_FORKS: list[tuple[Any, int, str]] = [
    ({"step": -1}, 400, "begins at step 0"),
    ({"id": "r"}, 409, "choose another id"),
    ({"id": "a/b"}, 400, "run name"),
    ({"id": ""}, 400, "run name"),
    ({"name": ""}, 400, "name"),
    ({"name": "n" * 1000}, 400, "name"),
    ({"from": 3}, 400, "from"),
]


async def test_forks_that_make_no_sense_are_refused(server: Server) -> None:
    ann, _ = await a_run(server)
    for asked, status, word in NO_FORKS:
        answer = await ann.post(RUN + "/fork", json=asked)
        assert (answer.status_code, word in answer.text) == (status, True), answer.text
    assert (await ann.post("/api/projects/ann/vision/runs", json={})).json()["all"] == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_fork_that_a_crash_interrupts_was_never_made(
    server: Server, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    ann, _ = await a_run(server)
    metrics, tables = server.services.storage.metrics, server.services.storage.tables
    really = metrics.copy

    async def killed(*args: Any, **given: Any) -> int:
        if when == "after":
            await really(*args, **given)
        raise Killed

    with monkeypatch.context() as crash:
        crash.setattr(metrics, "copy", killed)
        with pytest.raises(Killed):
            await ann.post(RUN + "/fork", json={"id": "f"})
    assert (await ann.get("/api/runs/ann/vision/f")).status_code == 404
    (key,) = await tables.read(edits.begun_forks)
    assert len(await metrics.keys(RunKey(key))) == (2 if when == "after" else 0)
    await edit_chores.finish(server.services)
    assert await tables.read(edits.begun_forks) == []
    assert await metrics.keys(RunKey(key)) == []
    made = await ann.post(RUN + "/fork", json={"id": "f"})
    assert made.status_code == 201
    found = await tables.read(lambda conn: runs.find_named(conn, 1, "vision", "f"))
    assert found is not None and found.key > key
    assert not math.isnan(found.created_at)
