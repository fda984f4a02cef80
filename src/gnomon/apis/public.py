"""`from gnomon.apis.public import Api, Run, Runs`: the classes of the public API. See `gnomon.sdk.public`."""

from __future__ import annotations

from typing import Any

from gnomon.sdk.public.api import Api
from gnomon.sdk.public.console import ConsoleLogLine, ConsoleLogs
from gnomon.sdk.public.exports import DownloadHistoryResult, IncompleteRunHistoryError
from gnomon.sdk.public.files import File, Files
from gnomon.sdk.public.history import HistoryScan
from gnomon.sdk.public.projects import Project, Projects
from gnomon.sdk.public.query_generator import QueryGenerator
from gnomon.sdk.public.reports import BetaReport, Reports
from gnomon.sdk.public.run import Run
from gnomon.sdk.public.runs import Runs
from gnomon.sdk.public.source import RunNotFoundError
from gnomon.sdk.public.sweeps import Agent, AgentRuns, Sweep, Sweeps
from gnomon.sdk.public.teams import Member, Team
from gnomon.sdk.public.users import User

_OF_ARTIFACTS = (
    "ArtifactCollection", "ArtifactCollections", "ArtifactFiles", "Artifacts", "ArtifactType", "ArtifactTypes",
    "ProjectArtifactCollections", "RunArtifacts",
)  # fmt: skip

__all__ = [
    "Agent", "AgentRuns", "Api", "BetaReport", "ConsoleLogLine", "ConsoleLogs", "DownloadHistoryResult", "File",
    "Files", "HistoryScan", "IncompleteRunHistoryError", "Member", "Project", "Projects", "QueryGenerator", "Reports",
    "Run", "RunNotFoundError", "Runs", "Sweep", "Sweeps", "Team", "User",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _OF_ARTIFACTS:
        raise AttributeError(f"module 'gnomon.apis.public' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("gnomon.sdk.public.artifacts"), name)
