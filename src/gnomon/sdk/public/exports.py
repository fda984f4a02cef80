"""A run's whole history as a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gnomon.sdk.errors import CommError
from gnomon.sdk.service import path as service_path

if TYPE_CHECKING:
    from gnomon.sdk.public.run import Run


class IncompleteRunHistoryError(Exception):
    """The run still logs, so that what is there now is not all."""


@dataclass(frozen=True)
class DownloadHistoryResult:
    """The files; whether the run still logged meanwhile; and what went wrong, by path, or None."""

    paths: list[Path]
    contains_live_data: bool
    errors: dict[Path, str] | None = None


def download(run: Run, folder: str | os.PathLike[str], complete: bool) -> DownloadHistoryResult:
    """See `Run.download_history_exports`."""
    source = run._source
    live = source.record(run.entity, run.project, run.id).run.finished_at is None
    if live and complete:
        raise IncompleteRunHistoryError(
            f"{'/'.join(run.path)} still logs; say require_complete_history=False to get what is there"
        )
    place = Path(folder) / f"{run.id}.parquet"
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    address = service_path("runs", run.entity, run.project, run.id) + "/export"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            source.service.download(address, out.write, query={"format": "parquet", "shape": "wide"})
        part.replace(place)
    except OSError as error:
        raise CommError(f"{place} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return DownloadHistoryResult([place], live)
