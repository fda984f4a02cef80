"""Many processes in one run: nothing is lost, each has its label, and the primary one's end is the end of the run."""

from __future__ import annotations

import time
from typing import Any

RANKED = """
    import json, os, time
    import gnomon
    rank = int(os.environ["RANK"])
    run = gnomon.init(project="p", mode="shared", settings={"x_stats_sampling_interval": 0.2})
    for value in range(200):
        run.log({f"loss/{rank}": value})
        time.sleep(0.005)
    print(f"rank {rank} speaks")
    if rank == 0:
        until = time.monotonic() + 20
        while not os.path.exists("others-have-ended") and time.monotonic() < until:
            time.sleep(0.02)
    run.finish(0 if rank == 0 else 3)
    print(json.dumps(run.id))
"""


def test_ranks_of_one_launcher_find_the_run_by_themselves(server: Any, start: Any, tmp_path: Any) -> None:
    torchrun = {"WORLD_SIZE": "4", "TORCHELASTIC_RUN_ID": "0c2f1b1e-7f8a-4a57-9a5e-b8c6d62a4b11"}
    ranks = [start(RANKED, {**torchrun, "RANK": str(rank), "GNOMON_DISABLE_STATS": "false"}) for rank in (3, 1, 0, 2)]
    primary = ranks.pop(2)
    (id,) = {process.communicate(timeout=60)[0].split()[-1].strip('"') for process in ranks}
    assert server.run(id)["state"] == "running"
    (tmp_path / "others-have-ended").touch()
    out, errors = primary.communicate(timeout=60)
    assert out.split()[-1] == f'"{id}"', errors
    run = server.run(id)
    assert (run["state"], run["exit_code"]) == ("finished", 0)
    assert "-" in run["name"]  # the primary's two words and a number, not the id
    assert sorted(run["metadata"]["labels"].values()) == ["rank-0", "rank-1", "rank-2", "rank-3"]
    assert sorted(attempt["exit_code"] for attempt in run["attempts"]) == [0, 3, 3, 3]
    for rank in range(4):
        page = server.get(f"/api/runs/{server.entity()}/p/{id}/rows?keys=loss/{rank}&limit=1000")
        assert [row[f"loss/{rank}"] for row in page["rows"]] == list(range(200))
    keys = server.get(f"/api/runs/{server.entity()}/p/{id}/keys?stream=system")
    assert {key["key"].partition("/l:")[2] for key in keys} == {"rank-0", "rank-1", "rank-2", "rank-3"}


def test_ranks_that_are_given_an_id_and_labels_keep_apart_what_they_print(server: Any, script: Any) -> None:
    text = """
    import json
    import gnomon
    settings = gnomon.Settings(mode="shared", x_label={label!r}, x_primary={primary}, x_update_finish_state={primary})
    run = gnomon.init(project="p", id="given", settings=settings, config={{{label!r}: 1}})
    print(json.dumps("from {label}"))
    run.finish()
    """
    script(text.format(label="head", primary=True))
    script(text.format(label="worker", primary=False))
    run = server.run("given")
    assert run["metadata"]["labels"] == {"0": "head", "1": "worker"}
    assert run["config"] == {"head": 1, "worker": 1}
    assert run["state"] == "finished"
    page = server.get(f"/api/runs/{server.entity()}/p/given/console")
    assert [(line["attempt"], line["label"], line["text"]) for line in page["lines"]] == [
        (0, "head", '"from head"'), (1, "worker", '"from worker"'),
    ]  # fmt: skip


def test_a_job_that_is_begun_again_goes_on_with_its_run(server: Any, script: Any) -> None:
    text = """
    import json
    import gnomon
    with gnomon.init(project="p", mode="shared") as run:
        run.log({"loss": run.step})
        print(json.dumps([run.id, run.starting_step]))
    """
    slurm = {"SLURM_JOB_ID": "4711", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"}
    ((id, first),) = script(text, slurm)
    ((again, second),) = script(text, {**slurm, "SLURM_RESTART_COUNT": "1"})
    assert (again, first, second) == (id, 0, 1)
    assert server.losses(id) == [0, 1]


def test_a_worker_that_is_killed_does_not_end_the_run(server: Any, start: Any, tmp_path: Any) -> None:
    primary = start("""
    import os, time
    import gnomon
    with gnomon.init(project="p", id="survives", mode="shared") as run:
        print("up", flush=True)
        until = time.monotonic() + 20
        while not os.path.exists("go-on") and time.monotonic() < until:
            time.sleep(0.02)
        run.log({"loss": 2})
    """)
    assert primary.stdout.readline() == "up\n"
    worker = start("""
    import os
    import gnomon
    run = gnomon.init(project="p", id="survives", settings=gnomon.Settings(mode="shared", x_primary=False))
    run.log({"loss": 1}, step=1)
    os.kill(os.getpid(), 9)
    """)
    worker.communicate(timeout=60)

    def ended() -> list[bool]:
        try:
            run = server.run("survives")
        except OSError:  # nobody knows it yet
            return []
        return [one["finished_at"] is not None for one in run["attempts"]]

    until = time.monotonic() + 20
    while ended().count(True) != 1:
        assert time.monotonic() < until, "its shipper does not say that it is gone"
        time.sleep(0.05)
    assert server.run("survives")["state"] == "running"
    (tmp_path / "go-on").touch()
    primary.communicate(timeout=60)
    assert server.run("survives")["state"] == "finished"
    assert server.losses("survives") == [2, 1]
