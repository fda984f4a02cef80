"""Which of several processes of one job this is, as launchers say it in the environment. Pure.

torchrun, Slurm, Open MPI, PMI and the like number the processes they start; all of these name the job.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

_RANKS = (
    ("RANK", "WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_NTASKS"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMIX_RANK", "PMIX_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
)
_JOBS = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID")
"""Ids of batch systems, which do not give one twice."""
ID_LETTERS = 12
"""More than a random id has: these are not looked up among those there are."""
_RESTARTS = ("SLURM_RESTART_COUNT", "TORCHELASTIC_RESTART_COUNT")


class Rank(NamedTuple):
    """A process among those of its job."""

    number: int | None
    """From 0; None where nothing numbers the processes."""
    size: int
    job: str
    """The same for all processes of the job, also when it is begun again, and for no other; empty where unknown."""
    restarts: int
    """How often the job was begun again."""

    @property
    def label(self) -> str:
        """What the process is called among the writers of a run."""
        return "" if self.number is None else f"rank-{self.number}"


def of(environ: Mapping[str, str], *, host: str = "", parent: int | None = None) -> Rank:
    """What the environment says. `host` and `parent` (a process id) name a launcher that gives its job no name.

    >>> of({"RANK": "3", "WORLD_SIZE": "8", "SLURM_JOB_ID": "77"})
    Rank(number=3, size=8, job='slurm_job_id=77', restarts=0)
    """
    number, size = None, 1
    for name, whole in _RANKS:
        found = _whole(environ.get(name))
        if found is not None:
            number, size = found, _whole(environ.get(whole)) or 1
            break
    restarts = max(_whole(environ.get(name)) or 0 for name in _RESTARTS)
    return Rank(number, size, _job(environ, host, os.getppid() if parent is None else parent), restarts)


def _job(environ: Mapping[str, str], host: str, parent: int) -> str:
    for name in _JOBS:
        if environ.get(name):
            return f"{name.lower()}={environ[name]}"
    elastic = environ.get("TORCHELASTIC_RUN_ID", "")
    if len(elastic) >= 32:  # made by the launcher itself; one that was given may be given again
        return f"torchelastic={elastic}"
    local, world = environ.get("LOCAL_WORLD_SIZE"), environ.get("WORLD_SIZE")
    if local and local == world:
        return f"launcher={elastic}/{host}/{parent}"
    if elastic and environ.get("MASTER_ADDR"):
        return f"rendezvous={elastic}/{environ['MASTER_ADDR']}:{environ.get('MASTER_PORT', '')}"
    return ""


def run_id(job: str, project: str, number: int) -> str:
    """The id of the run that all processes of the job find by themselves: its `number`th in the project.

    >>> run_id("slurm_job_id=77", "mnist", 0)
    '6ykl0bfh0fqn'
    """
    from hashlib import sha256

    left = int.from_bytes(sha256(f"{job}\0{project}\0{number}".encode()).digest()[:8], "big")
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = ""
    while len(found) < ID_LETTERS:
        left, digit = divmod(left, len(letters))
        found += letters[digit]
    return found


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdigit() else None
