"""Having a project surveyed: by a process of its own, so that the server answers meanwhile as quickly as ever."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from gnomon.server.actions.columns.survey import Survey

log = logging.getLogger(__name__)

PROGRAM = "gnomon.server.actions.columns.surveying"


class Surveyor:
    """Makes surveys, one at a time. They lie in `folder` until they are open, and on the disk for as long."""

    def __init__(self, folder: Path, spare_bytes: Callable[[], int]) -> None:
        """`spare_bytes` says how much of the disk may be used; a survey takes at most a quarter of it."""
        self._folder = folder
        self._spare_bytes = spare_bytes
        self._free = asyncio.Semaphore(1)

    async def survey(self, address: str, project: int) -> Survey | None:
        """All columns of the project, of the tables at the address; None where that went wrong."""
        async with self._free:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = Path(tempfile.mkdtemp(prefix="survey-", dir=self._folder))
            try:
                most_bytes = max(0, self._spare_bytes()) // 4
                program = [sys.executable, "-B", "-m", PROGRAM, address, str(project), str(folder), str(most_bytes)]
                running = await asyncio.create_subprocess_exec(
                    *program, env=_environment(), stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
                )
                try:
                    _, said = await running.communicate()
                finally:
                    if running.returncode is None:
                        running.kill()
                        await running.wait()
                if running.returncode == 0:
                    return await asyncio.to_thread(Survey, folder)
                log.warning("A survey of runs ended early (code %s): %s", running.returncode, said.decode()[-2000:])
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return None

    def clear(self) -> None:
        """Takes away what a server that was killed has left."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    """What the program needs to find its libraries, and nothing else; it works with one processor."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return {"PYTHONPATH": paths, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
