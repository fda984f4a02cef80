"""One run on its way: tails, sender, uploads and observer together, from the first look to leaving.

A live ship watches the training process, samples the machine and stays until everything is sent, or as long as
makes sense when it cannot be. Any other one (`sync`, `--once`) sends what lies there and leaves.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gnomon.protocol import registry
from gnomon.protocol.journal import Kind
from gnomon.sdk import credentials
from gnomon.sdk.shipper import config_file, life, mark, writer
from gnomon.sdk.shipper.artifacts import Versions
from gnomon.sdk.shipper.durable import Durable
from gnomon.sdk.shipper.folder import Branch, RunFolder, ShipSettings, read_begin, replace_file
from gnomon.sdk.shipper.observe import Observer
from gnomon.sdk.shipper.sender import Sender, Stream
from gnomon.sdk.shipper.tail import Tail
from gnomon.sdk.shipper.transport import Address, Transport
from gnomon.sdk.shipper.uploads import Uploads

TICK_SECS = 0.025
"""How often journals are looked at while somebody waits; less often beside a training: see `_follow`."""
QUICK_TICK_SECS = 0.005
"""The same in the first second of the wait."""
BUSY_TICK_SECS = 0.05
IDLE_TICK_SECS = 0.1
LOOK_FOR_JOURNALS_SECS = 1.0
MARK_SECS = 0.5
PATIENCE_SECS = 15.0
"""How long after the end a ship stays without any progress."""
SHORT_PATIENCE_SECS = 5.0
"""The same when somebody waits: a machine that goes down, a person at `gnomon sync` whose server is not there."""
DESCRIBE_PATIENCE_SECS = 10.0
BEGIN_PATIENCE_SECS = 30.0
QUIET_ELSEWHERE_SECS = 300.0
"""A run on another host with nothing new for that long has ended."""


class Outcome(NamedTuple):
    """How a ship left: `complete` when the run has ended and nothing is owed."""

    complete: bool
    rows_left: int
    message: str
    url: str = ""
    running: bool = False


class Ship:
    """Ships one run folder. The caller holds the folder's lock."""

    def __init__(
        self,
        folder: RunFolder,
        *,
        live: bool,
        base_url: str | None = None,
        say: Callable[[str], None] | None = None,
        environ: Mapping[str, str] = os.environ,
        patience_secs: float = PATIENCE_SECS,
        nudges: int | None = None,
    ) -> None:
        self.folder, self.live = folder, live
        self.settings: ShipSettings = folder.settings()
        self.base_url = base_url or self.settings.base_url
        self.online = not live or self.settings.mode == "online"
        self._say = say or folder.log
        self._environ = environ
        self._patience_secs, self._nudges = patience_secs, nudges
        self._sent = False
        self._tails: dict[str, Tail] = {}
        self._streams: dict[str, Stream] = {}
        self._config: dict[str, Any] = {}
        self._exit_seen = False
        self._described = False
        self._hurry_at = 0.0
        self._marked: tuple[Any, ...] = ()
        self._mark_at = 0.0
        self._look_at = 0.0
        self._was = mark.read(folder.path)
        self._begin: dict[str, Any] = {}
        self._uploads: Uploads
        self._versions: Versions

    # What others may ask

    def transport(self) -> Transport:
        """A new connection to this run's server."""
        return Transport(
            self.base_url,
            lambda: credentials.find_key(self.base_url, environ=self._environ),
            agent=f"gnomon/{self._begin.get('sdk', '')}",
            environ=self._environ,
            read_secs=self.settings.answer_secs,
        )

    def address(self) -> Address:
        """Where the run lives on the server."""
        about = self._begin or {
            "entity": self.settings.entity,
            "project": self.settings.project,
            "run": self.settings.run,
        }
        return (
            str(about.get("entity") or "-"),
            str(about.get("project") or "uncategorized"),
            str(about.get("run") or ""),
        )

    def begin_branch(self, branch: Branch, transport: Transport) -> None:
        """Let the server make the run that a branch is, or take back what was logged later.

        Raises Unreachable, and Refused with the server's own words where it will not.
        """
        entity, project, run = self.address()
        if branch.kind == "fork":
            transport.fork((entity, project, branch.run), run, branch.step)
        else:
            transport.rewind((entity, project, run), branch.step)

    def hurry(self) -> None:
        """The machine wants us gone: leave within seconds, the rest stays on disk. Safe in a signal handler."""
        self._hurry_at = self._hurry_at or time.monotonic()

    # From start to leaving

    def run(self) -> Outcome:
        """Ship until there is nothing to do, or no sense in staying."""
        watched = None
        if self.live:
            watched = life.Watched(self.settings.pid, self.settings.pid_started, nudges=self._nudges)
        begin = self._wait_for_begin(watched)
        if begin is None:
            return Outcome(False, 0, "no journal of a run is here")
        self._begin = begin
        own = writer.JournalWriter(self.folder, begin)
        sender = self._make_sender() if self.online else None
        uploads = self._uploads = Uploads(
            self.folder,
            self.transport() if self.online else None,
            self.address,
            lambda: _may_upload(sender),
            say=self._say,
            ignore=self.settings.ignore,
            live_secs=self.settings.live_secs,
        )
        versions = self._versions = Versions(
            self.folder,
            self.transport if self.online else None,
            self.address,
            lambda: _may_upload(sender),
            uploads.is_encoding,
            say=self._say,
            retries_failed=not self.live,
        )
        self._find_journals(sender)
        self._poll(sender)
        if sender is not None:
            sender.on_begun = self._begun
            sender.start()
        observer = None
        if self.live:
            observer = Observer(
                self.folder,
                self.settings,
                own,
                say=self._say,
                started_at=float(begin.get("started_at") or time.time()),
                described=self._described,
            )
            if self._exit_seen:
                observer.end()
            observer.start()
        uploads.start()
        versions.start()
        durable = Durable(self.folder.path, lambda: list(self._streams.values()), say=self._say)
        if self.live:
            durable.start()
        try:
            if watched is not None:
                self._follow(watched, sender)
                if observer is not None:
                    observer.end()
                    if not self._exit_seen:  # nobody waits for us, and the end is better the last record
                        observer.described.wait(2.0 if self._hurry_at else DESCRIBE_PATIENCE_SECS)
                running = not self._exit_seen and not watched.ended
            else:
                running = not self._exit_seen and self._lives_on(begin)
            if not running:
                self._complete_journals(own, sender, gone=watched.ended if watched is not None else True)
            return self._drain(sender, uploads, running, watched, observer)
        finally:
            uploads.stop()
            versions.stop()
            durable.stop()
            if sender is not None:
                sender.stop()
                sender.join(1.0)
            uploads.join(1.0)
            versions.join(1.0)
            if self.live:
                durable.join(1.0)
            own.close()
            if sender is None or not sender.is_alive():
                for tail in self._tails.values():
                    tail.close()
            if watched is not None:
                watched.close()

    def _begun(self) -> None:
        """The server has the run: what belongs to it may come."""
        self._uploads.wake()
        self._versions.wake()

    def _make_sender(self) -> Sender:
        return Sender(
            self.transport(),
            self.address(),
            say=self._say,
            keep_refused=self._keep_refused,
            on_stop=self._stop_requested,
            fresh=self.live and not any(journal.acked for journal in self._was.journals.values()),
            heartbeat_secs=self.settings.heartbeat_secs,
            gap_secs=self.settings.gap_secs,
            longest_pause_secs=self.settings.pause_secs,
        )

    def _wait_for_begin(self, watched: life.Watched | None) -> dict[str, Any] | None:
        until = time.monotonic() + (BEGIN_PATIENCE_SECS if watched is not None else 0.0)
        while True:
            begin = self.folder.begin()
            if begin is not None or time.monotonic() >= until or watched is None or watched.ended or self._hurry_at:
                # A damaged beginning: what the other journals say of the run is as good.
                return begin or next(
                    (found for name in self.folder.journals() if (found := read_begin(self.folder.path / name))), None
                )
            watched.wait(TICK_SECS)

    def _follow(self, watched: life.Watched, sender: Sender | None) -> None:
        """Stay beside the training process until it has ended or has said so."""
        moved_at = time.monotonic()
        while not self._exit_seen and not watched.ended:
            if self._hurry_at and time.monotonic() - self._hurry_at > SHORT_PATIENCE_SECS:
                return
            self._find_journals(sender)
            if self._poll(sender):
                moved_at = time.monotonic()
            self._write_mark(sender)
            if self.settings.stop_on_fatal and sender is not None and sender.gone:
                self._stop_requested()
            if not self._exit_seen:
                watched.wait(BUSY_TICK_SECS if time.monotonic() - moved_at < 1.0 else IDLE_TICK_SECS)

    def _complete_journals(self, own: writer.JournalWriter, sender: Sender | None, gone: bool) -> None:
        """The last records of a run that has ended: how, when nobody said, and its config as a file."""
        self._find_journals(sender, at_once=True)
        self._poll(sender, final=gone)
        if not self._exit_seen:
            reason = "the process ended without saying why"
            own.append(Kind.EXIT, {"state": "crashed", "exit_code": None, "time": time.time(), "reason": reason})
        if self._config and self.settings.primary:
            data = config_file.emit(self._config).encode()
            target = self.folder.files / "config.yaml"
            try:
                if not target.exists() or target.read_bytes() != data:
                    replace_file(target, data)
                    own.append(Kind.FILE, {"path": "config.yaml", "policy": "now"})
            except OSError as error:
                self._say(f"config.yaml was not written: {error}")
        self._find_journals(sender, at_once=True)
        self._poll(sender)

    def _drain(
        self,
        sender: Sender | None,
        uploads: Uploads,
        running: bool,
        watched: life.Watched | None,
        observer: Observer | None,
    ) -> Outcome:
        """Send the rest; leave when it is sent, refused for good, or nothing has moved for too long."""
        versions = self._versions
        if not running:
            uploads.close_soon()
            versions.close_soon()
        if sender is not None:
            sender.close_soon()
        started = time.monotonic()
        while True:
            now = time.monotonic()
            described = observer is None or observer.described.is_set() or now - started > DESCRIBE_PATIENCE_SECS
            self._find_journals(sender, at_once=True)
            moved = self._poll(sender)
            busy_children = watched is not None and self._children_live()
            sent = sender is None or sender.done
            idle = uploads.waiting + versions.waiting == 0 if sender is not None else uploads.encoded
            filed = described and idle
            self._sent = self._sent or (sender is not None and sent and idle and not moved and not running)
            if sender is None and filed and not busy_children:
                break
            if sender is not None and sent and filed and not moved:
                self._write_mark(sender, complete=not running)
                if not busy_children:
                    break
            if sender is not None and sender.gone:
                break
            progress = max(started, uploads.progress_at, versions.progress_at)
            if sender is not None:
                progress = max(progress, sender.progress_at)
            patience = self._patience_secs
            if self._hurry_at or (not self.live and sender is not None and sender.error):
                patience = min(patience, SHORT_PATIENCE_SECS)
            if now - progress > patience and not (sent and filed):
                break
            if sender is not None and sender.signed_out and now - started > 1.0:
                break
            self._write_mark(sender)
            time.sleep(QUICK_TICK_SECS if now - started < 1.0 else TICK_SECS)
        return self._leave(sender, uploads, running)

    def _leave(self, sender: Sender | None, uploads: Uploads, running: bool) -> Outcome:
        waiting = uploads.waiting + self._versions.waiting
        complete = sender is not None and sender.done and not sender.gone and waiting == 0 and not running
        self._write_mark(sender, complete=complete, at_once=True)
        left = self._mark(sender, complete).rows_left
        if complete or (sender is not None and sender.gone):  # nothing more to come of picking it up by itself
            registry.remove(str(self._begin.get("journal")), self._environ)
        if complete:
            return Outcome(True, 0, "", sender.url if sender is not None else "")
        why = "" if sender is None else sender.error or ("the run is still running" if running else "")
        return Outcome(False, left, why, sender.url if sender is not None else "", running)

    # Parts

    def _find_journals(self, sender: Sender | None, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now < self._look_at and self._streams:
            return
        self._look_at = now + LOOK_FOR_JOURNALS_SECS
        for name in self.folder.journals():
            if name not in self._tails:
                self._tails[name] = Tail(self.folder.path / name, self._taker(name))
            if name not in self._streams and self._tails[name].size():
                begin = read_begin(self.folder.path / name)
                if begin is None or not isinstance(begin.get("journal"), str):
                    continue
                self._streams[name] = Stream(self._tails[name], begin["journal"])
                if sender is not None:
                    if name == "run.journal":
                        sender.streams.insert(0, self._streams[name])
                    else:
                        sender.streams.append(self._streams[name])

    def _taker(self, name: str) -> Callable[[list[Any]], None]:
        def take(record: list[Any]) -> None:
            kind = record[0]
            if kind == Kind.FILE:
                self._uploads.add(record)
            elif kind == Kind.ARTIFACT:
                self._versions.add(record)
            elif kind == Kind.CONFIG:
                config_file.fold(self._config, record)
            elif kind == Kind.EXIT and name in ("run.journal", writer.NAME):
                self._exit_seen = True
            elif kind == Kind.RUN and name == writer.NAME:
                self._described = True

        return take

    def _poll(self, sender: Sender | None, final: bool = False) -> bool:
        moved = False
        for tail in list(self._tails.values()):
            moved = tail.poll(final) or moved
        if moved and sender is not None:
            sender.wake()
        return moved

    def _children_live(self) -> bool:
        """Forked children that still may write keep the ship at sea."""
        for name in self._streams:
            if name in ("run.journal", writer.NAME):
                continue
            begin = read_begin(self.folder.path / name) or {}
            pid, started = begin.get("pid"), begin.get("started_at")
            if isinstance(pid, int) and isinstance(started, (int, float)) and life.started_before(pid, float(started)):
                return True
        return False

    def _lives_on(self, begin: dict[str, Any]) -> bool:
        """Whether the run of an old-looking journal may still be written to."""
        pid, host = int(begin.get("pid") or self.settings.pid or 0), str(begin.get("host") or "")
        if self.settings.pid and self.settings.pid == pid and life.same_boot(begin):
            return life.is_alive(pid, self.settings.pid_started)
        if host in ("", socket.gethostname()) or life.same_boot(begin):
            return life.same_boot(begin) and life.started_before(pid, float(begin.get("started_at") or 0.0))
        try:
            return time.time() - (self.folder.path / "run.journal").stat().st_mtime < QUIET_ELSEWHERE_SECS
        except OSError:
            return False

    def _stop_requested(self) -> None:
        """The script looks for this file: see `gnomon.sdk.stopping`."""
        place = self.folder.path / "stop-requested"
        if not place.exists():
            try:
                place.write_text("")
            except OSError:
                pass

    def _keep_refused(self, name: str, offset: int, data: bytes) -> None:
        place = self.folder.path / "refused" / f"{name}-{offset}.bin"
        try:
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        except OSError:
            pass

    def _mark(self, sender: Sender | None, complete: bool) -> mark.Mark:
        journals = {}
        for name, stream in self._streams.items():
            tail, acked = stream.tail, stream.acked
            known = self._was.journals.get(name)
            if sender is None:
                acked = known.acked if known is not None else 0
            done = stream.hopeless_at == tail.whole
            journals[name] = mark.JournalMark(
                acked=acked, size=tail.whole, rows=tail.rows, rows_acked=tail.rows if done else tail.rows_before(acked)
            )
        return mark.Mark(
            journals=journals,
            files_done=self._files_mark(),
            sent=complete or self._sent,
            complete=complete,
            url=(sender.url if sender is not None else "") or self._was.url,
            error=sender.error if sender is not None else "",
            shipper_pid=os.getpid(),
            updated_at=time.time(),
        )

    def _files_mark(self) -> mark.FilesMark:
        both = (self._uploads, self._versions)
        return mark.FilesMark(
            done=sum(one.done_count for one in both),
            waiting=sum(one.waiting for one in both),
            refused=sum(one.refused_count for one in both),
            bytes=sum(one.bytes_count for one in both),
        )

    def _write_mark(self, sender: Sender | None, complete: bool = False, at_once: bool = False) -> None:
        now = time.monotonic()
        state = (
            sender.version if sender is not None else 0,
            (self._uploads.version, self._versions.version, self._uploads.bytes_count, self._versions.bytes_count),
            sender.error if sender is not None else "",
            self._sent,
            complete,
            sum(tail.whole for tail in self._tails.values()) if complete else 0,
        )
        urgent = at_once or (self._marked and state[2:] != self._marked[2:])
        if state == self._marked and not at_once:
            return
        if urgent or now - self._mark_at >= MARK_SECS or self._exit_seen:
            self._marked, self._mark_at = state, now
            mark.write(self.folder.path, self._mark(sender, complete))


def _may_upload(sender: Sender | None) -> bool:
    return sender is not None and sender.begun.is_set() and not sender.error


def is_local(path: Path) -> bool:
    """Whether a folder is a run folder."""
    return (path / "run.journal").is_file() or (path / writer.NAME).is_file()
