"""Which of several processes this is: what launchers say, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.sdk import ranks, resuming
from gnomon.sdk.errors import UsageError
from gnomon.sdk.settings import Settings

UUID = "0c2f1b1e-7f8a-4a57-9a5e-b8c6d62a4b11"


@pytest.mark.parametrize(
    ("environ", "number", "job", "restarts"),
    [
        ({}, None, "", 0),
        ({"RANK": "x"}, None, "", 0),
        ({"RANK": "2", "WORLD_SIZE": "4", "TORCHELASTIC_RUN_ID": UUID}, 2, f"torchelastic={UUID}", 0),
        (
            {"RANK": "1", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "TORCHELASTIC_RUN_ID": "none"},
            1, "launcher=none/node1/77", 0,
        ),
        (
            {"RANK": "9", "WORLD_SIZE": "16", "LOCAL_WORLD_SIZE": "8", "TORCHELASTIC_RUN_ID": "100",
             "MASTER_ADDR": "n1", "MASTER_PORT": "4242", "TORCHELASTIC_RESTART_COUNT": "2"},
            9, "rendezvous=100/n1:4242", 2,
        ),
        ({"SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "77"}, 3, "slurm_job_id=77", 0),
        ({"RANK": "3", "SLURM_PROCID": "0", "SLURM_JOB_ID": "77", "SLURM_RESTART_COUNT": "1"}, 3, "slurm_job_id=77", 1),
        ({"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "PBS_JOBID": "5.head"}, 1, "pbs_jobid=5.head", 0),
    ],
)  # fmt: skip
def test_launchers_say_it_in_the_environment(environ: dict[str, str], number: Any, job: str, restarts: int) -> None:
    found = ranks.of(environ, host="node1", parent=77)
    assert (found.number, found.job, found.restarts) == (number, job, restarts)
    assert found.label == ("" if number is None else f"rank-{number}")


def test_all_ranks_of_a_job_find_the_same_run_and_other_jobs_others() -> None:
    settings = Settings(mode="shared")
    resuming._shared_begun.clear()
    found = []
    for rank in range(3):
        resuming._shared_begun.clear()  # each is a process of its own
        for _ in range(2):
            found.append(resuming.meant(settings, "p", ranks.Rank(rank, 3, "slurm_job_id=1", 0)).id)
    assert found[0::2] == [found[0]] * 3
    assert found[1::2] == [found[1]] * 3
    resuming._shared_begun.clear()
    assert resuming.meant(settings, "p", ranks.Rank(0, 3, "slurm_job_id=2", 0)).id not in found
    resuming._shared_begun.clear()
    assert resuming.meant(settings, "other", ranks.Rank(0, 3, "slurm_job_id=1", 0)).id not in found


def test_without_shared_each_rank_begins_a_run_of_its_own() -> None:
    rank = ranks.Rank(1, 2, "slurm_job_id=1", 0)
    assert resuming.meant(Settings(), "p", rank).id != resuming.meant(Settings(), "p", rank).id
    assert resuming.who(Settings(), rank) == resuming.Who("", True, True)


def test_a_rank_that_cannot_know_the_run_is_told_what_to_give() -> None:
    with pytest.raises(UsageError, match=r"needs the run\'s id here \(rank 1\)"):
        resuming.meant(Settings(mode="shared"), "p", ranks.Rank(1, 2, "", 0))
    assert len(resuming.meant(Settings(mode="shared"), "p", ranks.Rank(0, 2, "", 0)).id) == 8


@pytest.mark.parametrize(
    ("said", "rank", "meant"),
    [
        ({}, 0, ("rank-0", True, True)),
        ({}, 3, ("rank-3", False, False)),
        ({}, None, ("", True, True)),
        ({"x_label": "head"}, 3, ("head", False, False)),
        ({"x_primary": True}, 3, ("rank-3", True, True)),
        ({"x_primary": False}, None, ("", False, False)),
        ({"x_update_finish_state": True}, 3, ("rank-3", False, True)),
        ({"x_primary": True, "x_update_finish_state": False}, 0, ("rank-0", True, False)),
    ],
)
def test_the_first_rank_is_the_primary_one_unless_it_is_said_otherwise(
    said: dict[str, Any], rank: int | None, meant: tuple[str, bool, bool]
) -> None:
    assert resuming.who(Settings(mode="shared", **said), ranks.Rank(rank, 4, "", 0)) == meant


def test_only_a_job_that_was_begun_again_asks_what_its_run_has() -> None:
    for restarts, resume in ((0, None), (1, "allow")):
        resuming._shared_begun.clear()
        run = resuming.meant(Settings(mode="shared"), "p", ranks.Rank(0, 1, "slurm_job_id=1", restarts))
        assert (run.resume, run.found) == (resume, resume == "allow")
