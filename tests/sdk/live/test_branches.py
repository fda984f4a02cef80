"""Forks, rewinds and going on with a run: a script, its shipper and a real server."""

from __future__ import annotations

from typing import Any

TEN = """
    import json
    import gnomon
    with gnomon.init(project="p", id={id!r}, config={{"lr": 0.1}}) as run:
        for value in range(10):
            run.log({{"loss": value}})
"""


def test_a_fork_has_the_history_up_to_its_step_and_goes_on_by_itself(server: Any, script: Any) -> None:
    (said,) = script(
        TEN.format(id="trunk")
        + """
    fork = gnomon.init(project="p", id="twig", fork_from="trunk?_step=4", config={"bs": 2})
    fork.log({"loss": 100})
    print(json.dumps([fork.id, fork.starting_step, fork.resumed, dict(fork.config)]))
    fork.finish()
    """
    )
    assert said == ["twig", 5, False, {"bs": 2, "lr": 0.1}]
    assert server.losses("twig") == [0, 1, 2, 3, 4, 100]
    assert server.losses("trunk") == list(range(10))
    twig = server.run("twig")
    assert (twig["parent"], twig["state"], twig["config"]) == (
        {"run": "trunk", "step": 4}, "finished", {"bs": 2, "lr": 0.1},
    )  # fmt: skip


def test_a_run_taken_back_goes_on_after_its_step_also_where_it_was_logged(server: Any, script: Any) -> None:
    said = script(
        TEN.format(id="back")
        + """
    run = gnomon.init(project="p", resume_from="back?_step=6")
    print(json.dumps([run.id, run.step, run.resumed, run.config.lr]))
    run.log({"loss": 70})
    run.finish()
    run = gnomon.init(project="p", id="back", resume="must")
    print(json.dumps([run.step, run.summary["loss"]]))
    run.finish()
    """
    )
    assert said == [["back", 7, True, 0.1], [8, 70]]
    assert server.losses("back") == [0, 1, 2, 3, 4, 5, 6, 70]
    assert len(server.run("back")["attempts"]) == 3


def test_a_branch_of_what_is_not_there_is_refused_in_the_servers_words(server: Any, script: Any) -> None:
    said = script("""
    import glob, json
    import gnomon
    for name in ("fork_from", "resume_from"):
        try:
            gnomon.init(project="p", **{name: "nowhere?_step=4"})
        except gnomon.UsageError as error:
            print(json.dumps(str(error)))
    print(json.dumps(glob.glob("gnomon-runs/run-*")))
    """)
    assert "'nowhere' could not be forked at step 4: There is no run" in said[0]
    assert "'nowhere' could not be taken back at step 4: there is no run" in said[1]
    assert said[2] == []


def test_a_branch_that_cannot_be_asked_for_now_is_an_error_within_seconds(script: Any) -> None:
    (said,) = script(
        """
    import json, time
    import gnomon
    began = time.monotonic()
    try:
        gnomon.init(project="p", fork_from="trunk?_step=4")
    except gnomon.CommError as error:
        print(json.dumps([str(error), time.monotonic() - began]))
    """,
        {"GNOMON_BASE_URL": "http://127.0.0.1:9"},
    )
    assert "could not be forked at step 4: nobody listens" in said[0]
    assert said[1] < 5.5


def test_a_requeued_job_goes_on_with_its_run_and_another_job_does_not(server: Any, script: Any) -> None:
    text = """
    import json
    import gnomon
    run = gnomon.init(project="p", resume="auto")
    run.log({"loss": run.step})
    print(json.dumps([run.id, run.step]))
    run.finish(exit_code=1)
    """
    ((first, _),) = script(text, {"SLURM_JOB_ID": "7"})
    ((other, _),) = script(text, {"SLURM_JOB_ID": "8"})
    ((again, step),) = script(text, {"SLURM_JOB_ID": "7", "SLURM_RESTART_COUNT": "1"})
    assert (again, step) == (first, 2)
    assert other != first
    assert server.losses(first) == [0, 1]
    assert len(server.run(first)["attempts"]) == 2
