"""A run folder as the shipper knows it: paths, settings, the lock and the log."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from gnomon.protocol import journal

MAX_LOG_BYTES = 1_000_000


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A run begins where another was after a step (`fork`), or where it was itself (`rewind`)."""

    kind: Literal["fork", "rewind"]
    run: str
    step: int


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What of the machine is sampled; None is the default of each source."""

    interval_secs: float = 15.0
    pid: int | None = None
    tree: bool = True
    disks: tuple[str, ...] | None = None
    gpus: tuple[int, ...] | None = None
    whole_machine: bool = False
    endpoints: dict[str, str] = {}
    filters: Any = None
    headers: dict[str, str] = {}


class ShipSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `init()` leaves in `ship.json` for the shipper. Never the API key."""

    base_url: str = "http://localhost:8585"
    mode: str = "online"
    entity: str = ""
    project: str = ""
    run: str = ""
    pid: int = 0
    pid_started: float = 0.0
    label: str = ""
    """What this process is called among those that write the run."""
    primary: bool = True
    """It keeps what there is once of the run: its source, its config file, its machine."""
    branch: Branch | None = None
    heartbeat_secs: float = 30.0
    gap_secs: float = 0.2
    answer_secs: float = 60.0
    pause_secs: float = 60.0
    live_secs: float = 10.0
    stop_on_fatal: bool = False
    max_bytes: int = 5_000_000_000
    """What the journals may take of the disk; samples of the machine end before."""
    ignore: tuple[str, ...] = ()
    """Patterns of files of the run that are not sent."""
    cwd: str = ""
    program: str = ""
    argv: Sequence[str] = ()
    save_code: bool = False
    disable_git: bool = False
    disable_meta: bool = False
    disable_machine: bool = False
    disable_stats: bool = False
    requirements: bool = True
    stats: Stats = Stats()
    recorded: dict[str, Any] = {}
    """What stands in the metadata in place of what the machine says."""


class RunFolder:
    """One `run-<time>-<id>` folder."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self.files = self.path / "files"
        self._lock: int | None = None

    def settings(self) -> ShipSettings:
        """What `ship.json` says; the defaults where it is missing or damaged."""
        try:
            return msgspec.json.decode((self.path / "ship.json").read_bytes(), type=ShipSettings)
        except (OSError, msgspec.MsgspecError):
            return ShipSettings()

    def journals(self) -> list[str]:
        """The names of the journals here now, the training process's own first."""
        try:
            names = [name for name in os.listdir(self.path) if name.endswith(".journal")]
        except OSError:
            return []
        return sorted(names, key=lambda name: (name != "run.journal", name))

    def journal_bytes(self) -> int:
        """How much the journals here take."""
        return sum(entry.stat().st_size for entry in os.scandir(self.path) if entry.name.endswith(".journal"))

    def begin(self) -> dict[str, Any] | None:
        """What the first record of `run.journal` says, once it is there."""
        return read_begin(self.path / "run.journal")

    def lock(self) -> bool:
        """Become the one shipper of this folder; False where another one is at work."""
        try:
            import fcntl
        except ImportError:  # no flock here: offsets make a second shipper harmless, only wasteful
            return True
        descriptor = os.open(self.path / "shipper.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError:  # a file system without locks
            pass
        self._lock = descriptor
        return True

    def unlock(self) -> None:
        """Let the next shipper in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def log(self, text: str) -> None:
        """A line in `shipper.log`, which stays under 1 MB."""
        place = self.path / "shipper.log"
        try:
            if os.path.exists(place) and os.path.getsize(place) > MAX_LOG_BYTES // 2:
                place.replace(place.with_name("shipper.log.1"))
            with open(place, "a", encoding="utf-8", errors="replace") as file:
                file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
        except OSError:
            pass

    def inside(self, base: Path, relative: str) -> Path | None:
        """`base/relative`, or None where that would leave `base`."""
        parts = relative.replace("\\", "/").split("/")
        if not relative or relative.startswith(("/", "\\")) or "\0" in relative or ".." in parts or ":" in parts[0]:
            return None
        return base.joinpath(*[part for part in parts if part not in ("", ".")])


def replace_file(target: Path, data: bytes) -> None:
    """Write a whole file in the place of what is there: of a link, never into what it leads to. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(target)


def read_begin(path: Path) -> dict[str, Any] | None:
    """What the BEGIN record of a journal says; None while there is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(1 << 16)
    except OSError:
        return None
    for found in journal.frames(head):
        try:
            record = journal.decode(found.payload)
        except ValueError:
            continue
        if record[0] == journal.Kind.BEGIN and len(record) > 1 and isinstance(record[1], dict):
            return record[1]
    return None
