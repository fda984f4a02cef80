"""The thread that looks at the machine: metadata once, system samples from time to time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper.folder import RunFolder, ShipSettings, replace_file
from gnomon.sdk.shipper.writer import JournalWriter

MAX_CODE_BYTES = 10_000_000
SAMPLED_SHARE = 0.9
"""Of the room a run may take: beyond, the machine is not sampled any more."""


class Observer(threading.Thread):
    """Writes RUN metadata, FILE and SYSTEM records into the shipper's journal."""

    def __init__(
        self,
        folder: RunFolder,
        settings: ShipSettings,
        writer: JournalWriter,
        *,
        say: Callable[[str], None],
        started_at: float,
        described: bool = False,
    ) -> None:
        super().__init__(name="gnomon-observer", daemon=True)
        self.described = threading.Event()
        """Set once the metadata is written, or will not be."""
        self._folder, self._settings, self._writer, self._say = folder, settings, writer, say
        self._started_at = started_at
        self._ended = threading.Event()
        if described:
            self.described.set()

    def end(self) -> None:
        """No more samples: the script has ended."""
        self._ended.set()

    def run(self) -> None:
        """Describe, then sample until the end."""
        try:
            if not self.described.is_set():
                self._describe()
        except Exception as error:
            self._say(f"no metadata: {type(error).__name__}: {error}")
        finally:
            self.described.set()
        try:
            if not self._settings.disable_stats:
                self._sample()
        except Exception as error:
            self._say(f"no system metrics: {type(error).__name__}: {error}")

    def _sample(self) -> None:
        from gnomon.sdk.system import sampler

        if self._ended.is_set():
            return
        stats, label = self._settings.stats, self._settings.label
        wanted = sampler.Wanted(
            stats.tree, stats.disks, stats.gpus, stats.whole_machine, stats.endpoints, stats.filters, stats.headers
        )
        sources = sampler.machine_sources(stats.pid or self._settings.pid, self._settings.cwd, self._say, wanted)
        asked = sampler.Sampler(sources, self._say)
        started = time.monotonic()
        for at in sampler.times(stats.interval_secs):
            if self._ended.wait(max(0.0, started + at - time.monotonic())):
                return
            if self._folder.journal_bytes() > SAMPLED_SHARE * self._settings.max_bytes:
                self._say("the run has nearly all the disk it may take; what is left is for its rows")
                return
            numbers = asked.sample()
            if label:  # the machines of several writers are shown apart
                numbers = {f"{name}/l:{label}": value for name, value in numbers.items()}
            if numbers:
                self._writer.append(Kind.SYSTEM, time.time(), numbers)

    def _describe(self) -> None:
        from gnomon.sdk.system import git, metadata, packages

        settings, said = self._settings, self._settings.recorded
        state = None
        if not (settings.disable_git or settings.disable_meta):
            state = git.read(str(said.get("git_root") or settings.cwd or "."), str(said.get("remote") or "origin"))
        if not settings.disable_meta:
            found = metadata.gather(
                program=settings.program,
                argv=settings.argv,
                cwd=settings.cwd,
                started_at=self._started_at,
                state=state,
                said=said,
                machine=not settings.disable_machine,
            )
            self._writer.append(Kind.RUN, {"metadata": found, **_known(found, "program", "host")})
            self._keep_json("wandb-metadata.json", found)
            if state is not None and state.diff:
                self.keep("diff.patch", state.diff)
        if settings.save_code:
            self._keep_program(state.root if state else settings.cwd)
        if settings.requirements and not settings.disable_meta:
            self.keep("requirements.txt", packages.requirements().encode())

    def keep(self, path: str, data: bytes) -> None:
        """Write a file of the run and announce it."""
        target = self._folder.inside(self._folder.files, path)
        if target is None:
            return
        replace_file(target, data)
        self._writer.append(Kind.FILE, {"path": path, "policy": "now"})

    def _keep_json(self, path: str, value: dict[str, Any]) -> None:
        import msgspec

        self.keep(path, msgspec.json.format(msgspec.json.encode(value), indent=2))

    def _keep_program(self, root: str) -> None:
        """A copy of the script that runs, under `code/`, where it lies in its repository."""
        settings = self._settings
        source = Path(settings.cwd, settings.program) if settings.program else None
        if source is None or not source.is_file() or source.stat().st_size > MAX_CODE_BYTES:
            return
        relative = os.path.relpath(os.path.realpath(source), os.path.realpath(root)) if root else source.name
        if relative.startswith(".."):
            relative = source.name
        path = f"code/{relative}"
        target = self._folder.inside(self._folder.files, path)
        if target is not None:
            replace_file(target, source.read_bytes())
            self._writer.append(Kind.FILE, {"path": path, "policy": "now"})


def _known(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: found[name] for name in names if found.get(name)}
