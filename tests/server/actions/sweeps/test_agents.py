"""Agents at work: who is given which run, what is given again, and when all of it ends."""

from __future__ import annotations

import asyncio
import json
import threading
from random import Random
from typing import Any

import pytest

from gnomon.model.errors import Conflict, NotFound, Rejected
from gnomon.model.sweep import NewSweep, SweepEdit
from gnomon.server.actions.sweeps import agents, edits, reading
from gnomon.server.actions.sweeps.agents import DOUBT_SECS, SILENT_SECS
from gnomon.server.actions.sweeps.beat import LATE_SECS, QUIET_SECS
from gnomon.server.actions.sweeps.decide import MOST_ISSUES
from gnomon.server.actions.sweeps.show import config_of
from gnomon.server.actions.sweeps.trials import SETTLED_SECS
from gnomon.server.chores import crashed_runs, sweep_agents
from gnomon.server.storage.tables import runs
from gnomon.sweeps.methods import engines
from tests.server.actions.sweeps.conftest import Lab

pytestmark = pytest.mark.anyio


async def test_a_grid_is_walked_through_once_and_then_the_sweep_is_finished(lab: Lab) -> None:
    await lab.begin()
    assert await lab.state() == "PENDING"
    worker = await lab.worker()
    assert await lab.state() == "RUNNING"
    tried = [await worker.does() for _ in range(4)]
    assert tried == [{"a": 1, "b": 10}, {"a": 1, "b": 20}, {"a": 2, "b": 10}, {"a": 2, "b": 20}]
    last = await worker.asks()
    assert last is not None and last.type == "exit"
    assert await lab.state() == "FINISHED"


async def test_agents_that_ask_at_the_same_time_get_different_points(lab: Lab) -> None:
    await lab.begin()
    workers = [await lab.worker() for _ in range(6)]
    commands = await asyncio.gather(*(worker.asks() for worker in workers))
    given = [json.dumps(command.args) for command in commands if command is not None]
    assert len(given) == len(set(given)) == 4
    assert [command for command in commands if command is None] == [None, None]  # they may be needed yet


async def test_a_run_waits_with_its_config_until_its_script_begins(lab: Lab) -> None:
    await lab.begin(program="train.py")
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    assert (command.type, command.args, command.program) == ("run", {"a": 1, "b": 10}, "train.py")
    row = await lab.run(command.run_id)
    assert (row.state, row.config, row.sweep_id) == ("pending", {"a": 1, "b": 10}, lab.sweep and lab.sweep.id)
    assert row.name.endswith("-sweep-1")
    assert await worker.asks() is None


async def test_a_run_whose_command_was_lost_is_given_again(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    first = await worker.asks()
    worker.active.clear()  # the answer never came
    again = await worker.asks()
    assert first == again


async def test_a_run_that_never_begins_is_given_up_after_some_tries(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    ids = []
    for _ in range(MOST_ISSUES):
        command = await worker.asks()
        assert command is not None
        ids.append(command.run_id)
        worker.active.clear()
    assert len(set(ids)) == 1
    assert await worker.asks() is None
    assert (await lab.run(ids[0])).state == "failed"
    assert await worker.does() == {"a": 1, "b": 20}


async def test_what_a_silent_agent_never_began_is_given_to_another(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    dead, other = await lab.worker(), await lab.worker()
    lost = await dead.asks()
    assert await other.asks() is None  # it waits: there will be no other run
    lab.clock.advance(SILENT_SECS + 1)
    await other.asks()
    assert lost is not None
    assert await sweep_agents.take_back(lab.services) == [lost.run_id]
    found = await other.asks()
    assert found is not None and (found.type, found.run_id) == ("run", lost.run_id)
    assert [agent.state.value for agent in (await lab.shown()).agents] == ["LOST", "RUNNING"]


async def test_an_agent_that_comes_back_keeps_what_nobody_else_has(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    command = await worker.asks()
    lab.clock.advance(SILENT_SECS + 1)
    await sweep_agents.take_back(lab.services)
    assert await worker.asks() is None
    (run,) = await lab.runs()
    assert command is not None and (run.id, run.agent) == (command.run_id, worker.row.key)


async def test_an_agent_that_comes_back_too_late_is_told_to_stop(lab: Lab) -> None:
    await lab.begin()
    late, other = await lab.worker(), await lab.worker()
    lost = await late.asks()
    lab.clock.advance(SILENT_SECS + 1)
    await sweep_agents.take_back(lab.services)
    await other.asks()
    told = await late.asks()
    assert lost is not None and told is not None and (told.type, told.run_id) == ("stop", lost.run_id)


async def test_silence_while_the_server_was_away_is_nobodys_fault(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    await worker.asks()
    lab.clock.advance(SILENT_SECS - 1)
    assert await sweep_agents.take_back(lab.services) == []


async def test_a_run_that_was_preempted_is_resumed_by_whoever_is_free(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    worker, other = await lab.worker(), await lab.worker()
    first = await worker.asks()
    assert first is not None
    await lab.begins(first.run_id)
    await lab.becomes(first.run_id, state="preempting")
    lab.clock.advance(SILENT_SECS + 1)
    await other.asks()
    await crashed_runs.mark(lab.services)
    await sweep_agents.take_back(lab.services)
    again = await other.asks()
    assert again is not None and (again.type, again.run_id, again.args) == ("resume", first.run_id, first.args)


async def test_a_sweep_whose_agents_left_is_over_once_its_last_run_has_ended(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.services.agents.leave(worker.row)
    assert await sweep_agents.end_complete(lab.services) == []
    assert ((await lab.shown()).sweep.state, (await lab.shown()).sweep.agents_at_work) == ("RUNNING", 0)
    await lab.ends(command.run_id, "finished")
    assert lab.sweep is not None
    assert await sweep_agents.end_complete(lab.services) == [lab.sweep.id]
    assert (await lab.shown()).sweep.state == "FINISHED"


async def test_a_search_without_an_end_goes_on_without_agents(lab: Lab) -> None:
    await lab.begin("random")
    worker = await lab.worker()
    await worker.does()
    await lab.services.agents.leave(worker.row)
    assert await sweep_agents.end_complete(lab.services) == []
    shown = (await lab.shown()).sweep
    assert (shown.state, shown.agents_at_work, shown.heard_at) == ("RUNNING", 0, lab.clock())


async def test_the_best_of_a_list_is_the_best_of_the_page(lab: Lab) -> None:
    await lab.begin(metric={"name": "loss", "goal": "minimize"})
    worker = await lab.worker()
    await worker.does(0.5, 0.1, 0.9)
    await worker.does(0.4)
    detail = await lab.shown()
    listed = await reading.get(lab.tables, lab.services.agents.trials, await lab.row())
    assert listed.best == detail.sweep.best
    assert listed.best is not None and listed.best.value == min(run.value for run in detail.runs if run.value)


async def test_a_crashed_run_is_not_tried_again(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    await worker.does(state="crashed")
    assert await worker.does() == {"a": 1, "b": 20}


async def test_a_deleted_run_is_tried_again(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    first = await worker.does()
    (run,) = await lab.runs()
    row = await lab.run(run.id)
    await lab.tables.write(lambda conn: runs.delete(conn, row.project, row.key, lab.clock()))
    assert await worker.does() == first


async def test_the_cap_counts_runs_of_this_sweep(lab: Lab) -> None:
    await lab.begin("random", run_cap=2, parameters={"x": {"min": 0.0, "max": 1.0}})
    worker = await lab.worker()
    await worker.does()
    await worker.does()
    last = await worker.asks()
    assert last is not None and last.type == "exit"
    assert (await lab.shown()).sweep.runs_expected == 2


async def test_a_run_at_the_target_ends_the_sweep(lab: Lab) -> None:
    await lab.begin("random", metric={"name": "loss", "target": 0.5})
    worker = await lab.worker()
    await worker.does(0.9, 0.6)
    await worker.does(0.7, 0.4, 0.8)  # it got there, and away again
    last = await worker.asks()
    assert last is not None and last.type == "exit"
    assert await lab.state() == "FINISHED"


async def test_a_bayesian_sweep_learns_from_history_and_summary(lab: Lab) -> None:
    lab.services.agents._rng = Random(3)
    space = {"x": {"min": 0.0, "max": 1.0}}
    await lab.begin("bayes", metric={"name": "loss", "goal": "maximize"}, parameters=space)
    worker = await lab.worker()
    for _ in range(8):
        command = await worker.asks()
        assert command is not None
        await lab.begins(command.run_id)
        await lab.logs(command.run_id, [-((command.args["x"] - 0.3) ** 2)])
        await lab.ends(command.run_id)
        worker.active.clear()
    best = (await lab.shown()).sweep.best
    assert best is not None and best.value > -0.01


async def test_a_paused_sweep_gives_nothing_until_it_is_resumed(lab: Lab) -> None:
    await lab.begin()
    worker, idle = await lab.worker(), await lab.worker()
    running = await worker.asks()
    await lab.become("PAUSED")
    assert (await worker.asks(), await idle.asks()) == (None, None)
    await lab.become("RUNNING")
    other = await idle.asks()
    assert running is not None and other is not None and other.args != running.args


async def test_a_finished_sweep_lets_its_runs_end(lab: Lab) -> None:
    await lab.begin()
    worker, idle = await lab.worker(), await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.become("FINISHED")
    gone = await idle.asks()
    assert gone is not None and gone.type == "exit"
    assert await worker.asks() is None
    worker.active.clear()
    gone = await worker.asks()
    assert gone is not None and gone.type == "exit"


async def test_a_canceled_sweep_stops_its_runs_and_then_its_agents(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.become("CANCELED")
    assert (await lab.run(command.run_id)).stop_asked_at is not None  # its file stream says so, too
    stop = await worker.asks()
    assert stop is not None and (stop.type, stop.run_id) == ("stop", command.run_id)
    worker.active.clear()
    gone = await worker.asks()
    assert gone is not None and gone.type == "exit"


async def test_runs_of_a_sweep_that_is_over_do_not_wait_for_ever(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.become("CANCELED")
    lab.clock.advance(SILENT_SECS + 1)
    await sweep_agents.take_back(lab.services)
    assert (await lab.run(command.run_id)).state == "killed"


async def test_a_run_that_a_person_stops_is_stopped_by_its_agent(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.becomes(command.run_id, stop_asked_at=lab.clock())
    stop = await worker.asks()
    assert stop is not None and (stop.type, stop.run_id) == ("stop", command.run_id)


async def test_a_run_that_was_stopped_and_is_gone_was_killed(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.become("CANCELED")
    await worker.asks()
    worker.active.clear()  # and its script had no time to say anything
    await worker.asks()
    assert (await lab.run(command.run_id)).state == "killed"


async def test_a_run_that_its_agent_has_lost_has_crashed_unless_it_is_heard_of(lab: Lab) -> None:
    await lab.begin()
    worker = await lab.worker()
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    worker.active.clear()
    lab.clock.advance(QUIET_SECS - 1)
    await worker.asks()
    assert (await lab.run(command.run_id)).state == "running"
    worker.active.clear()
    lab.clock.advance(1)
    await worker.asks()
    assert (await lab.run(command.run_id)).state == "crashed"


async def test_a_sweep_that_is_over_can_be_taken_up_again(lab: Lab) -> None:
    await lab.begin()
    await lab.become("CANCELED")
    with pytest.raises(Conflict, match="is CANCELED; it cannot be PAUSED"):
        await lab.become("PAUSED")
    await lab.become("RUNNING")
    assert await (await lab.worker()).does() == {"a": 1, "b": 10}


async def test_an_agent_of_a_deleted_sweep_hears_that_it_is_gone(lab: Lab) -> None:
    sweep = await lab.begin()
    worker = await lab.worker()
    await edits.delete(lab.tables, sweep, lab.caller, lab.clock())
    with pytest.raises(NotFound):
        await worker.asks()


HYPERBAND = {"type": "hyperband", "min_iter": 2, "eta": 2}


async def test_a_run_that_falls_behind_is_stopped_and_the_others_go_on(lab: Lab) -> None:
    await lab.begin(metric={"name": "loss"}, early_terminate=HYPERBAND)
    good, bad = await lab.worker(), await lab.worker()
    first, second = await good.asks(), await bad.asks()
    assert first is not None and second is not None
    for command, values in ((first, [1.0, 0.5, 0.4]), (second, [1.0, 0.9])):
        await lab.begins(command.run_id)
        await lab.logs(command.run_id, values)
    third = await lab.worker()
    await third.does(2.0, 0.1)
    assert await good.asks() is None
    stop = await bad.asks()
    assert stop is not None and (stop.type, stop.run_id) == ("stop", second.run_id)
    assert (await lab.run(second.run_id)).stop_asked_at is not None
    assert (await lab.run(first.run_id)).stop_asked_at is None


async def test_runs_are_compared_anew_when_they_reach_the_next_band(lab: Lab) -> None:
    goal = {"name": "loss", "goal": "maximize"}
    await lab.begin(metric=goal, early_terminate=HYPERBAND)
    worker, other = await lab.worker(), await lab.worker()
    await (await lab.worker()).does(1.0, 9.0, 9.0, 10.0)
    command, rival = await worker.asks(), await other.asks()
    assert command is not None and rival is not None
    for id, values in ((command.run_id, [1.0, 5.0]), (rival.run_id, [1.0, 2.0, 8.0, 9.0])):
        await lab.begins(id)
        await lab.logs(id, values)
    assert await worker.asks() is None
    await lab.logs(command.run_id, [float("nan"), 5.0, 5.0])  # what is no number does not count
    stop = await worker.asks()
    assert stop is not None and stop.type == "stop"


async def test_runs_named_from_the_start_belong_to_the_sweep_and_count_as_tried(lab: Lab) -> None:
    await lab.begin()
    await lab.become("CANCELED")
    by_hand = await _run_by_hand(lab, "mine", {"a": 1, "b": 10.0, "seed": 3})
    config = "{method: grid, parameters: {a: {values: [1, 2]}, b: {value: 10}}}"
    wish = NewSweep(config=config, prior_runs=("mine", "nobodys"))
    lab.sweep, warnings = await edits.create(lab.tables, lab.entity, "p", wish, lab.caller, lab.clock())
    assert warnings == ("1 of the prior runs are not in the project, or belong to another sweep",)
    worker = await lab.worker()
    assert await worker.does() == {"a": 2, "b": 10}
    last = await worker.asks()
    assert last is not None and last.type == "exit"
    assert by_hand in {run.key for run in await lab.runs()}


async def _run_by_hand(lab: Lab, id: str, config: dict[str, Any]) -> int:
    assert lab.sweep is not None
    project, user = lab.sweep.project, lab.caller.signed_in().key
    return await lab.tables.write(
        lambda conn: runs.add(
            conn, project, id, user=user, name=id, state="finished", now=lab.clock(), config=config,
            finished_at=lab.clock(),
        )
    )  # fmt: skip


LOCAL = {"controller": {"type": "local"}}


def schedule(id: str, **args: Any) -> str:
    return json.dumps({"schedule": [{"id": id, "data": {"args": {key: {"value": one} for key, one in args.items()}}}]})


async def test_a_local_controller_says_what_is_run(lab: Lab) -> None:
    sweep = await lab.begin(**LOCAL)
    worker = await lab.worker()
    assert await worker.asks() is None
    for _ in range(2):  # it says so until it has seen the run begin
        row = await lab.services.agents.control(sweep, schedule("k1", a=7))
    assert list(row.scheduled) == ["k1"]
    assert await worker.does(0.5) == {"a": 7}
    row = await lab.services.agents.control(sweep, schedule("k2", a=8))
    assert set(row.scheduled) == {"k1", "k2"}
    assert await worker.does(0.5) == {"a": 8}
    await lab.services.agents.control(sweep, '{"schedule": [{"id": "k3", "data": {"args": null}}]}')
    last = await worker.asks()
    assert last is not None and last.type == "exit"
    assert await lab.state() == "FINISHED"


async def test_a_local_controller_says_what_is_stopped(lab: Lab) -> None:
    sweep = await lab.begin(metric={"name": "loss"}, early_terminate=HYPERBAND, **LOCAL)
    worker = await lab.worker()
    await lab.services.agents.control(sweep, schedule("k", a=7))
    command = await worker.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.services.agents.control(sweep, json.dumps({"earlystop": [command.run_id]}))
    stop = await worker.asks()
    assert stop is not None and (stop.type, stop.run_id) == ("stop", command.run_id)


async def test_a_sweep_of_ours_takes_no_orders_from_a_controller(lab: Lab) -> None:
    sweep = await lab.begin()
    with pytest.raises(Rejected, match="no local controller"):
        await lab.services.agents.control(sweep, schedule("k", a=7))


async def test_a_run_of_ones_own_is_put_before_what_the_search_suggests(lab: Lab) -> None:
    sweep = await lab.begin()
    worker = await lab.worker()
    await lab.services.agents.enqueue(sweep, {"a": 9, "b": 90}, name="by hand")
    assert await worker.does() == {"a": 9, "b": 90}
    assert await worker.does() == {"a": 1, "b": 10}
    await lab.become("FINISHED")
    with pytest.raises(Conflict, match="is over"):
        await lab.services.agents.enqueue(sweep, {"a": 9})


async def test_a_sweep_is_shown_with_its_space_its_runs_and_the_best_of_them(lab: Lab) -> None:
    space = {
        "lr": {"distribution": "log_uniform_values", "min": 0.01, "max": 1.0},
        "net": {"parameters": {"n": {"value": 3}}},
    }
    await lab.begin("random", name="tuning", metric={"name": "loss"}, parameters=space)
    worker = await lab.worker()
    await worker.does(0.9, 0.5, 0.7)
    await worker.does(0.8, 0.6)
    shown = await lab.shown()
    assert (shown.sweep.name, shown.sweep.runs, shown.sweep.runs_by_state) == ("tuning", 2, {"finished": 2})
    lr, n = shown.parameters
    assert (lr.name, lr.log, lr.searched) == ("lr", True, True)
    assert (lr.min, lr.max) == pytest.approx((0.01, 1.0))
    assert (n.name, n.values, n.searched) == ("net.n", (3,), False)
    first, second = shown.runs
    assert (first.value, first.last, second.value, second.last) == (0.5, 0.7, 0.6, 0.6)
    assert set(first.params) == {"lr", "net.n"}
    assert shown.sweep.best is not None and (shown.sweep.best.run, shown.sweep.best.value) == (first.id, 0.5)
    assert [(agent.host, agent.runs) for agent in shown.agents] == [("host", 2)]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_agents_do_every_point_is_tried_once(lab: Lab, seed: int) -> None:
    """Agents come, die, lose answers, and come back: each point of the grid is begun once, and no run is forgotten."""
    rng = Random(seed)
    values = {"a": {"values": [1, 2, 3]}, "b": {"values": [10, 20]}}
    await lab.begin(parameters=values)
    workers = [await lab.worker()]
    begun: list[str] = []
    for _ in range(200):
        what, worker = rng.random(), rng.choice(workers)
        if what < 0.05:
            workers.append(await lab.worker())
        elif what < 0.1 and len(workers) > 1:
            workers.remove(worker)  # it dies, and with it what it was to begin
            await _die(lab, worker)
        elif what < 0.2:
            lab.clock.advance(SILENT_SECS / 3)
            for other in workers:
                await other.asks()
            await sweep_agents.take_back(lab.services)
        elif worker.active and what < 0.6:
            (id,) = worker.active
            await lab.begins(id)
            begun.append(json.dumps((await lab.run(id)).config))
            await lab.ends(id)
            worker.active.clear()
        elif (command := await worker.asks()) is not None and command.type == "exit":
            break
    assert sorted(begun) == sorted(json.dumps({"a": a, "b": b}) for a in (1, 2, 3) for b in (10, 20))
    assert await lab.state() == "FINISHED"


async def _die(lab: Lab, worker: Any) -> None:
    for id in worker.active:
        assert (await lab.run(id)).state == "pending"


async def test_what_went_with_its_agent_is_tried_again_by_another_with_the_same_parameters(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    dead, other = await lab.worker(), await lab.worker()
    lost = await dead.asks()
    assert lost is not None
    await lab.begins(lost.run_id)
    assert await other.asks() is not None  # the cap is reached, and the other one is at work: it may go
    lab.clock.advance(SILENT_SECS + 1)
    assert await sweep_agents.take_back(lab.services) == [lost.run_id]
    assert (await lab.run(lost.run_id)).state == "crashed"
    found = await (await lab.worker()).asks()
    assert found is not None
    assert (found.type, found.run_id, found.args) == ("resume", lost.run_id, lost.args)
    assert (await lab.run(lost.run_id)).state == "pending"
    late = await dead.asks()
    assert late is not None and (late.type, late.run_id) == ("stop", lost.run_id)


async def test_an_idle_agent_stays_while_a_run_may_have_gone_with_its_agent(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    dead, other = await lab.worker(), await lab.worker()
    lost = await dead.asks()
    assert lost is not None
    await lab.begins(lost.run_id)
    lab.clock.advance(DOUBT_SECS + 1)
    assert await other.asks() is None
    lab.clock.advance(SILENT_SECS)
    await other.asks()
    await sweep_agents.take_back(lab.services)
    found = await other.asks()
    assert found is not None and found.run_id == lost.run_id


async def test_a_run_that_goes_on_without_its_agent_is_not_given_to_another(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    dead = await lab.worker()
    left = await dead.asks()
    assert left is not None
    await lab.begins(left.run_id)
    lab.clock.advance(SILENT_SECS + 1)
    await lab.becomes(left.run_id, updated_at=lab.clock())
    assert await sweep_agents.take_back(lab.services) == []
    await lab.ends(left.run_id)
    last = await (await lab.worker()).asks()
    assert last is not None and last.type == "exit"
    assert await lab.state() == "FINISHED"


async def test_a_run_outliving_its_agent_is_given_to_another_once_it_is_silent_too(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    left = await (await lab.worker()).asks()
    assert left is not None
    await lab.begins(left.run_id)
    lab.clock.advance(SILENT_SECS + 1)
    await lab.becomes(left.run_id, updated_at=lab.clock())
    assert await sweep_agents.take_back(lab.services) == []
    lab.clock.advance(SILENT_SECS + 1)
    assert await sweep_agents.take_back(lab.services) == [left.run_id]


async def test_an_agent_back_before_its_run_was_given_away_keeps_it(lab: Lab) -> None:
    await lab.begin()
    late = await lab.worker()
    command = await late.asks()
    assert command is not None
    await lab.begins(command.run_id)
    lab.clock.advance(SILENT_SECS + 1)
    assert await sweep_agents.take_back(lab.services) == [command.run_id]
    assert await late.asks() is None
    (run,) = await lab.runs()
    assert (run.state, run.finished_at, run.agent) == ("running", None, late.row.key)


async def test_what_a_leaving_agent_never_began_is_given_to_another_at_once(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    leaving = await lab.worker()
    command = await leaving.asks()
    await lab.services.agents.leave(leaving.row)
    found = await (await lab.worker()).asks()
    assert command is not None and found is not None and found.run_id == command.run_id


async def test_runs_of_before_are_read_once_they_have_settled_and_still_count(lab: Lab) -> None:
    await lab.begin(metric={"name": "loss"})
    worker = await lab.worker()
    assert [await worker.does(0.5), await worker.does(0.4)] == [{"a": 1, "b": 10}, {"a": 1, "b": 20}]
    lab.clock.advance(SETTLED_SECS + 1)
    assert await worker.does(0.3) == {"a": 2, "b": 10}
    assert lab.sweep is not None
    rows, config = await lab.runs(), config_of(lab.sweep).config
    assert lab.services.agents.trials.unknown(config, rows) == {rows[2].key}
    await lab.becomes(rows[0].id, updated_at=lab.clock())
    rows = await lab.runs()
    assert lab.services.agents.trials.unknown(config, rows) == {rows[0].key, rows[2].key}
    assert await worker.does(0.2) == {"a": 2, "b": 20}


async def test_a_sweep_of_several_metrics_shows_its_front(lab: Lab) -> None:
    metrics = [{"name": "loss"}, {"name": "acc", "goal": "maximize"}]
    await lab.begin(metrics=metrics)
    worker = await lab.worker()
    ids = []
    for loss, acc in ((0.1, 0.5), (0.2, 0.9), (0.3, 0.4)):
        command = await worker.asks()
        assert command is not None
        ids.append(command.run_id)
        await lab.begins(command.run_id)
        await lab.logs(command.run_id, [9.0, loss])
        await lab.becomes(command.run_id, summary={"acc": acc})
        await lab.ends(command.run_id)
        worker.active.clear()
    shown = await lab.shown()
    assert list(shown.front) == ids[:2]
    assert [run.values for run in shown.runs] == [(0.1, 0.5), (0.2, 0.9), (0.3, 0.4)]
    assert [(one.name, one.goal) for one in shown.sweep.metrics] == [("loss", "minimize"), ("acc", "maximize")]


@pytest.mark.parametrize("method", ["tpe", "cmaes", "qmc", "nsgaii"])
async def test_agents_are_given_different_points_by_every_method(lab: Lab, method: str) -> None:
    space = {"x": {"min": 0.0, "max": 1.0}, "y": {"min": 0.0, "max": 1.0}}
    await lab.begin(method, metric={"name": "loss"}, parameters=space)
    workers = [await lab.worker() for _ in range(4)]
    first = [await worker.does(0.5) for worker in workers]
    commands = await asyncio.gather(*(worker.asks() for worker in workers))
    points = [json.dumps(params) for params in first] + [json.dumps(command.args) for command in commands if command]
    assert len(set(points)) == 8


async def test_a_random_sweep_of_a_few_points_repeats_none_before_all_were_tried(lab: Lab) -> None:
    await lab.begin("random", run_cap=5)
    workers = [await lab.worker() for _ in range(4)]
    commands = await asyncio.gather(*(worker.asks() for worker in workers))
    assert len({json.dumps(command.args) for command in commands if command}) == 4
    assert (await (await lab.worker()).does()) in ({"a": a, "b": b} for a in (1, 2) for b in (10, 20))


async def test_a_method_whose_package_is_missing_is_refused_when_the_sweep_is_made(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(Rejected, match="The method tpe needs optuna"):
        await lab.begin("tpe", metric={"name": "loss"})
    await lab.begin("tpe", metric={"name": "loss"}, controller={"type": "local"})
    sweep = await lab.begin("random")
    config = "{method: qmc, parameters: {a: {min: 0.0, max: 1.0}}}"
    with pytest.raises(Rejected, match="The method qmc needs scipy"):
        await edits.change(lab.tables, sweep, SweepEdit(config=config), lab.caller, lab.clock())


@pytest.mark.parametrize("rule", [{"type": "median", "min_runs": 2}, {"type": "asha", "eta": 2}], ids=str)
async def test_other_rules_stop_runs_that_fall_behind_too(lab: Lab, rule: dict[str, Any]) -> None:
    await lab.begin(metric={"name": "loss"}, early_terminate=rule)
    for values in ((0.5, 0.1), (0.5, 0.2)):
        await (await lab.worker()).does(*values)
    bad = await lab.worker()
    command = await bad.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.logs(command.run_id, [0.9, 0.8])
    stop = await bad.asks()
    assert stop is not None and (stop.type, stop.run_id) == ("stop", command.run_id)


async def test_an_agent_waits_at_the_end_until_it_is_known_whether_a_run_crashed_alone(lab: Lab) -> None:
    await lab.begin(run_cap=1)
    owner, other = await lab.worker(), await lab.worker()
    command = await owner.asks()
    assert command is not None
    await lab.begins(command.run_id)
    await lab.ends(command.run_id, "crashed")
    assert await other.asks() is None
    lab.clock.advance(LATE_SECS + 1)
    owner.active.clear()
    said = await owner.asks()  # it lives, so the run crashed by itself
    assert said is not None and said.type == "exit"
    assert await lab.state() == "FINISHED"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_becomes_of_agents_every_point_is_finished_once_and_nobody_has_what_another_has(
    lab: Lab, seed: int
) -> None:
    """Agents come, die in the middle of trials, fall silent and come back; what they had is finished by somebody."""
    rng = Random(seed)
    await lab.begin(parameters={"a": {"values": [1, 2, 3]}, "b": {"values": [10, 20]}})
    workers, dead = [await lab.worker() for _ in range(2)], set[str]()
    finished: list[str] = []
    for _ in range(600):
        what, worker = rng.random(), rng.choice(workers)
        if what < 0.08:
            workers.remove(worker)
            dead |= worker.active if rng.random() < 0.7 else set()
            workers.append(await lab.worker())
        elif what < 0.2:
            lab.clock.advance(SILENT_SECS / 2)
            for id in {id for one in workers for id in one.active} - dead:
                if (await lab.run(id)).state == "running":
                    await lab.becomes(id, updated_at=lab.clock())
            for one in rng.sample(workers, len(workers)):
                if rng.random() < 0.8:
                    await _obeys(lab, one)
            await sweep_agents.take_back(lab.services)
        elif worker.active and what < 0.6:
            (id,) = worker.active
            row = next(row for row in await lab.runs() if row.id == id)
            if row.agent not in (None, worker.row.key):
                await _obeys(lab, worker)  # it was given away: it hears so before it could do any harm
                assert not worker.active
            elif row.state == "pending":
                await lab.begins(id)
            elif row.state == "running":
                finished.append(json.dumps((await lab.run(id)).config))
                await lab.ends(id)
                worker.active.clear()
        elif await _obeys(lab, worker) == "exit":
            if await lab.state() == "FINISHED":
                break
            workers[workers.index(worker)] = await lab.worker()
        held = [id for one in workers for id in one.active if _owner(await lab.runs(), id) == one.row.key]
        assert len(held) == len(set(held))
    given_up = [json.dumps((await lab.run(row.id)).config) for row in await lab.runs() if row.issues >= MOST_ISSUES]
    points = [json.dumps({"a": a, "b": b}) for a in (1, 2, 3) for b in (10, 20)]
    assert len(finished) == len(set(finished))
    assert set(points) - set(finished) <= set(given_up)
    assert len(finished) >= 4


def _owner(rows: Any, id: str) -> int | None:
    found: int | None = next(row.agent for row in rows if row.id == id)
    return found


async def _obeys(lab: Lab, worker: Any) -> str:
    """A sign of life, and what it says is done; what that was."""
    command = await worker.asks()
    if command is None:
        return ""
    if command.type == "stop":
        worker.active.discard(command.run_id)
    kind: str = command.type
    return kind


async def test_a_slow_suggestion_holds_up_neither_agents_at_work_nor_for_ever_those_that_wait(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lab.begin()
    busy, idle, other = [await lab.worker() for _ in range(3)]
    assert await busy.asks() is not None
    asked, answer = threading.Event(), threading.Event()

    def slow(*_: Any) -> dict[str, Any]:
        asked.set()
        assert answer.wait(30)
        return {"a": 2, "b": 20}

    monkeypatch.setattr(agents, "next_params", slow)
    monkeypatch.setattr(agents, "MOST_PATIENCE_SECS", 0.05)
    waiting = asyncio.create_task(idle.asks())
    await asyncio.to_thread(asked.wait, 30)
    assert await asyncio.wait_for(busy.asks(), 5) is None
    assert await asyncio.wait_for(other.asks(), 5) is None  # it asks again later
    assert not waiting.done()
    answer.set()
    command = await waiting
    assert command is not None and command.args == {"a": 2, "b": 20}
