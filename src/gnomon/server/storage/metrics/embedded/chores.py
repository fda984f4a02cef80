"""The one thread that seals: runs with much to seal first, idle ones in time, and what the log needs to stay short."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.compaction import Compactor
from gnomon.server.storage.metrics.embedded.seal import Sealer, load_of
from gnomon.server.storage.metrics.embedded.segments import Gone
from gnomon.server.storage.metrics.embedded.tail import SLICE_BYTES
from gnomon.server.storage.metrics.store import RunKey

if TYPE_CHECKING:
    from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics

T = TypeVar("T")
log = logging.getLogger(__name__)

TICK_SECS = 5.0
CLOSING_SECS = 5.0
"""How long closing may seal; what is not sealed then is in the log."""
RUNS_REMEMBERED = 10_000
RUNS_TOGETHER = 200
"""How many runs one transaction seals at most, or about `SLICE_BYTES` of them."""
LATER_SECS = 15.0
RETIRE_SECS = 1.0


class Chores:
    """Works on the state of the store that owns it."""

    def __init__(self, store: EmbeddedMetrics, sealer: Sealer, compactor: Compactor) -> None:
        self._store = store
        self._sealer = sealer
        self._compactor = compactor
        self._wanted: dict[RunKey, None] = {}
        self._later: dict[RunKey, float] = {}
        """When runs that could not be sealed are tried again."""
        self._awake = threading.Event()
        self._stopping = False
        self._retired_at = 0.0
        self._working = threading.Lock()
        self._settling = threading.Lock()
        """Held while everything is sealed: the files close only when nobody does that any more."""
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="metrics-seal", daemon=True)
        self._thread.start()

    def wake(self, run: RunKey | None = None) -> None:
        """Something may have to be done now."""
        if run is not None:
            self._wanted[run] = None
        self._awake.set()

    def stop(self) -> None:
        """Seals what can be sealed in a few seconds, and ends; from then on nobody seals."""
        self._stopping = True
        self._awake.set()
        self._thread.join()
        try:
            self._store._log.close()
            self.seal_everything(time.monotonic() + CLOSING_SECS)
        except (OSError, sqlite3.Error, Unavailable) as error:
            log.warning("not everything could be sealed; it stays in the log: %s", error)
        with self._settling:
            self._ended = True

    def seal_everything(self, until: float = float("inf")) -> None:
        """Seals every run that waits; who asks without a limit of time leaves the rest to who closes."""
        with self._settling:
            if self._ended:
                return
            with self._store._lock:
                runs = [run for run, state in self._store._runs.items() if state.waiting]
            self._seal(runs, until)
            self._retire()
            while time.monotonic() < until and not (self._stopping and until == float("inf")):
                with self._working:
                    if not self._compactor.compact():
                        break

    def edit(self, runs: Sequence[RunKey], work: Callable[[], T]) -> T:
        """Does something to runs of which everything is sealed, while nobody seals or compacts; readers see it then."""
        left = list(dict.fromkeys(runs))
        while left:
            left = self._seal_together(left)
        with self._working:
            done = work()
            with self._store._lock:
                for run in runs:
                    self._store._versions[run] = self._store._versions.get(run, 0) + 1
        self.wake()
        return done

    def _work(self) -> None:
        while not self._stopping:
            self._awake.wait(min(TICK_SECS, self._store._settings.idle_secs))
            self._awake.clear()
            try:
                while not self._stopping and (runs := self._due()):
                    self._seal(runs)
                    self._retire()
                self._compact()
                self._forget_idle()
            except (OSError, sqlite3.Error, Unavailable) as error:
                log.warning("sealing failed and will be tried again: %s", error)
                self._awake.wait(TICK_SECS)
            except Exception:
                log.exception("sealing failed and will be tried again")
                self._awake.wait(TICK_SECS)

    def _compact(self) -> None:
        """Part after part, half of the time at most, until something may have to be sealed."""
        more = True
        while more and not self._stopping:
            began = time.monotonic()
            with self._working:
                more = self._compactor.compact()
            if more and self._awake.wait(time.monotonic() - began):
                return

    def _due(self) -> list[RunKey]:
        """The runs to seal now, the most pressing first."""
        store, settings = self._store, self._store._settings
        now = time.monotonic()
        wanted, self._wanted = self._wanted, {}
        with store._lock:
            waiting = {run: state for run, state in store._runs.items() if state.waiting}
            due = {run: None for run in wanted if run in waiting}
            if store._waiting_bytes > settings.memory_bytes // 2:
                largest = sorted(waiting.values(), key=lambda state: -state.size_bytes)
                left = store._waiting_bytes
                for state in largest:
                    if left <= settings.memory_bytes // 4:
                        break
                    due[state.run] = None
                    left -= state.size_bytes
            for run, state in waiting.items():
                if now - state.touched_at >= settings.idle_secs:
                    due[run] = None
            for part in store._log.parts[: -settings.log_parts]:
                due.update(
                    {
                        run: None
                        for run, lsn in part.needed_by.items()
                        if run in waiting and lsn > waiting[run].sealed_lsn
                    }
                )
        self._later = {run: at for run, at in self._later.items() if at > now}
        return [run for run in due if run not in self._later]

    def _seal(self, runs: Sequence[RunKey], until: float | None = None) -> None:
        """Seals runs, many small ones together. One that cannot be sealed does not keep the others from it."""
        runs = deque(runs)
        while runs and (not self._stopping if until is None else time.monotonic() < until):
            together: list[RunKey] = []
            size = 0
            while runs and len(together) < RUNS_TOGETHER and size < SLICE_BYTES:
                together.append(runs.popleft())
                state = self._store._runs.get(together[-1])
                size += state.size_bytes if state else 0
            try:
                left = self._seal_together(together)
                if until is None:
                    self._wanted.update(dict.fromkeys(left))  # after others that are due by then
                else:
                    runs += left
                if time.monotonic() - self._retired_at > RETIRE_SECS:  # there may always be more to seal
                    self._retire()
            except (OSError, sqlite3.Error, Unavailable, Gone, ValueError):
                for run in together:
                    self._seal_alone(run)

    def _seal_alone(self, run: RunKey) -> None:
        try:
            while self._seal_together([run]):
                pass
        except (OSError, sqlite3.Error, Unavailable, Gone, ValueError) as error:
            log.warning("run %s cannot be sealed now and stays in the log: %s", run, error)
            self._later[run] = time.monotonic() + LATER_SECS

    def _seal_together(self, runs: Sequence[RunKey]) -> list[RunKey]:
        """Seals so much of runs as is sealed at a time; those of which more waited then."""
        store = self._store
        with self._working:
            with store._lock:
                states = [state for run in runs if (state := store._runs.get(run)) is not None and state.waiting]
                loads = [load_of(state) for state in states]
                left = [
                    state.run for state, load in zip(states, loads, strict=True) if load.sealed.lsn < state.last_lsn
                ]
            if not loads:
                return []
            self._sealer.seal(loads)
            with store._lock:
                for state, load in zip(states, loads, strict=True):
                    before = state.size_bytes
                    state.sealed(load.sealed.lsn)
                    store._waiting_bytes += state.size_bytes - before
                    store._versions[state.run] = store._versions.get(state.run, 0) + 1
        return left

    def _retire(self) -> None:
        self._retired_at = time.monotonic()
        store = self._store
        with store._lock:
            marks = {run: state.sealed_lsn for run, state in store._runs.items() if state.waiting}
            seen = store._applied_lsn
        store._log.retire(marks, seen)

    def _forget_idle(self) -> None:
        store = self._store
        with store._lock:
            if len(store._runs) > RUNS_REMEMBERED:
                for run in [run for run, state in store._runs.items() if not state.waiting]:
                    del store._runs[run]
