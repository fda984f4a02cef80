"""What an agent is told, by how the sweep stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.sweep import SweepState
from gnomon.server.actions.sweeps.decide import (
    MOST_ISSUES,
    Begin,
    Exit,
    Issued,
    Standing,
    Stop,
    Suggest,
    Wait,
    decide,
    given_up,
)

ME, OTHER = 1, 2


def stands(*runs: Issued, state: str = "RUNNING", active: tuple[str, ...] = (), **given: Any) -> Standing:
    return Standing(state=SweepState(state), agent=ME, active=active, runs=runs, **given)


def waiting(id: str = "w", **given: Any) -> Issued:
    return Issued(id, "pending", False, **given)


def running(id: str = "r", **given: Any) -> Issued:
    return Issued(id, "running", False, **{"agent": ME, **given})


def ended(id: str = "e", state: str = "finished", **given: Any) -> Issued:
    return Issued(id, state, True, **{"agent": ME, **given})


def test_an_idle_agent_is_given_something_new() -> None:
    assert decide(stands()) == Suggest()
    assert decide(stands(ended(), running(agent=OTHER), state="PENDING")) == Suggest()


def test_an_agent_that_has_a_run_is_given_no_other() -> None:
    assert decide(stands(running(), waiting(), active=("r",))) == Wait()


def test_what_waits_is_begun_before_anything_new() -> None:
    assert decide(stands(ended(), waiting("a"), waiting("b"))) == Begin("a")


def test_what_was_given_to_an_agent_that_does_not_know_of_it_is_given_again() -> None:
    assert decide(stands(waiting(agent=ME, issues=1))) == Begin("w")
    assert decide(stands(waiting(agent=OTHER, issues=1))) == Suggest()


def test_a_run_that_was_preempted_is_begun_again() -> None:
    assert decide(stands(Issued("p", "preempting", True, agent=None))) == Begin("p", again=True)
    assert decide(stands(Issued("p", "preempting", False, agent=ME), active=("p",))) == Wait()


def test_a_run_begun_by_hand_is_nobodys_to_begin() -> None:
    assert decide(stands(waiting(thought_out=False))) == Suggest()


def test_a_run_that_is_to_stop_is_stopped_first() -> None:
    assert decide(stands(running(stop_asked=True), active=("r",))) == Stop("r")
    assert decide(stands(running(stop_asked=True), running("s"), active=("s",))) == Wait()


def test_a_run_that_another_agent_has_by_now_is_stopped() -> None:
    assert decide(stands(waiting(agent=OTHER), active=("w",))) == Stop("w")
    assert decide(stands(waiting(agent=None), active=("w",))) == Wait()


@pytest.mark.parametrize(
    ("state", "active", "idle"),
    [("PAUSED", Wait(), Wait()), ("FINISHED", Wait(), Exit()), ("CANCELED", Stop("r"), Exit())],
    ids=["paused", "finished", "canceled"],
)
def test_a_sweep_that_gives_no_runs_tells_its_agents_so(state: str, active: Any, idle: Any) -> None:
    assert decide(stands(running(), waiting(), state=state, active=("r",))) == active
    assert decide(stands(running(agent=OTHER), waiting(), state=state)) == idle


def test_a_canceled_sweep_stops_runs_it_does_not_know() -> None:
    assert decide(stands(state="CANCELED", active=("unknown",))) == Stop("unknown")


@pytest.mark.parametrize("limit", [{"run_cap": 2}, {"drained": True}], ids=str)
def test_a_sweep_at_its_end_lets_its_agents_go_and_is_over_with_the_last_run(limit: dict[str, Any]) -> None:
    assert decide(stands(ended(), running(agent=OTHER), **limit)) == Exit(over=False)
    assert decide(stands(ended(), ended("f", agent=OTHER), **limit)) == Exit(over=True)
    assert decide(stands(ended(), running(), **limit)) == Exit(over=True)  # the agent does not have it any more
    assert decide(stands(running(agent=OTHER), target_reached=True)) == Exit(over=True)


def test_at_the_end_an_agent_waits_for_the_run_of_one_that_may_be_gone() -> None:
    assert decide(stands(ended(), running(agent=OTHER), drained=True, doubtful={"r"})) == Wait()


def test_what_went_with_its_agent_is_begun_again_and_not_for_ever() -> None:
    lost = ended("l", "crashed", agent=None, issues=1)
    assert decide(stands(lost)) == Begin("l", again=True)
    assert decide(stands(ended("l", "crashed", agent=None, issues=MOST_ISSUES))) == Suggest()
    assert decide(stands(ended("l", "crashed", agent=OTHER, issues=1))) == Suggest()
    assert decide(stands(ended("l", "failed", agent=None, issues=1))) == Suggest()


@pytest.mark.parametrize("limit", [{"run_cap": 1}, {"drained": True}], ids=str)
def test_at_the_end_an_agent_waits_for_runs_that_another_may_never_begin(limit: dict[str, Any]) -> None:
    assert decide(stands(waiting(agent=OTHER, issues=1), **limit)) == Wait()


def test_once_the_target_is_reached_nothing_is_waited_for() -> None:
    assert decide(stands(waiting(agent=OTHER), waiting(), target_reached=True)) == Exit(over=True)


def test_runs_begun_by_hand_do_not_count_for_the_cap() -> None:
    assert decide(stands(ended(thought_out=False), run_cap=1)) == Suggest()


def test_a_local_controller_is_waited_for() -> None:
    assert decide(stands(ended(), controlled_locally=True)) == Wait()
    assert decide(stands(waiting(), controlled_locally=True)) == Begin("w")


def test_a_local_controller_that_is_done_may_still_stop_what_runs() -> None:
    assert decide(stands(running(agent=OTHER), controlled_locally=True, drained=True)) == Exit()
    assert decide(stands(ended(), controlled_locally=True, drained=True)) == Exit(over=True)


def test_a_run_that_never_begins_is_given_up_in_the_end() -> None:
    tired = waiting(agent=ME, issues=MOST_ISSUES)
    assert given_up([tired], ME, ()) == ["w"]
    assert given_up([tired], ME, ("w",)) == []
    assert given_up([tired], OTHER, ()) == []
    assert given_up([waiting(agent=ME, issues=MOST_ISSUES - 1)], ME, ()) == []


issued = st.builds(
    Issued,
    st.sampled_from("abcdef"),
    st.sampled_from(["pending", "running", "finished", "crashed", "preempting"]),
    st.booleans(),
    agent=st.sampled_from([None, ME, OTHER]),
    issues=st.integers(0, 4),
    thought_out=st.booleans(),
    stop_asked=st.booleans(),
)
standings = st.builds(
    Standing,
    state=st.sampled_from(SweepState),
    agent=st.just(ME),
    active=st.sets(st.sampled_from("abcdef"), max_size=2),
    runs=st.lists(issued, max_size=6, unique_by=lambda run: run.id),
    run_cap=st.one_of(st.none(), st.integers(1, 5)),
    drained=st.booleans(),
    target_reached=st.booleans(),
    controlled_locally=st.booleans(),
)


@given(standings)
def test_whatever_stands_no_busy_agent_begins_and_nobody_begins_anothers(standing: Standing) -> None:
    decision = decide(standing)
    if standing.active:
        assert isinstance(decision, Stop | Wait)
    if isinstance(decision, Begin):
        (run,) = (run for run in standing.runs if run.id == decision.run)
        assert run.agent in (None, ME) and not run.begun
        assert standing.state in (SweepState.PENDING, SweepState.RUNNING)
    if isinstance(decision, Stop):
        assert decision.run in standing.active
    if standing.state == SweepState.PAUSED:
        assert isinstance(decision, Wait | Stop)
