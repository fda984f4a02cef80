"""Files of artifacts kept on this machine, by their content, up to a size; what was not used for longest goes first.

Several processes may use one cache. A file comes into it under a name of its own and gets its right one whole. What was
fetched is in it as a second name of the same file, which costs nothing; what is taken out is copied, and its digest is
checked, so that a file its owner has written to since is not taken for what it was.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

from gnomon.sdk.artifacts import digests, snapshot

DEFAULT_BYTES = 20 * 10**9
FROM_BYTES = 256 << 10
"""Smaller files are not kept: fetching many of them costs no more than looking for them."""
FREED = 0.1
"""So much of the limit is freed where it was reached, so that not every file looks for another one to remove."""

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
          "KI": 1 << 10, "MI": 1 << 20, "GI": 1 << 30, "TI": 1 << 40}  # fmt: skip
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?I?)B?\s*", re.IGNORECASE)


class Kept(NamedTuple):
    """A file in the cache."""

    path: str
    size: int
    used_ns: int


def root(environ: Mapping[str, str] = os.environ) -> str:
    """`$GNOMON_CACHE_DIR`, `$WANDB_CACHE_DIR` or `~/.cache/gnomon`."""
    given = environ.get("GNOMON_CACHE_DIR") or environ.get("WANDB_CACHE_DIR")
    if given:
        return os.path.abspath(os.path.expanduser(given))
    base = environ.get("XDG_CACHE_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".cache")
    return os.path.join(base, "gnomon")


def size_in(text: str) -> int:
    """Bytes in a size as people write it. Raises ValueError.

    >>> size_in("20GB"), size_in("1.5 GiB"), size_in("500")
    (20000000000, 1610612736, 500)
    """
    match = _SIZE.fullmatch(text)
    if match is None or match[2].upper() not in _UNITS:
        raise ValueError(f"{text!r} is not a size such as 20GB or 500MiB")
    return int(float(match[1]) * _UNITS[match[2].upper()])


class Cache:
    """The cache of this user. No method raises because of a disk: without a cache, files are fetched again."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.folder = os.path.join(root(environ), "artifacts")
        self.limit_bytes = _limit(environ)
        self._unseen_bytes = 0

    def take(self, digest: str, target: str) -> bool:
        """Copy the file of this digest to `target`; False where it is not here, or not what it was."""
        place = self._place(digest)
        try:
            snapshot.duplicate(place, target)
            _touch(place)
        except (OSError, ValueError):
            return False
        try:
            if digests.of_file(target) == digest:
                return True
        except OSError:
            return False
        _remove(place)
        return False

    def has(self, digest: str) -> bool:
        """Whether a file of this digest is here; it may be damaged."""
        return os.path.isfile(self._place(digest))

    def give(self, digest: str, source: str) -> bool:
        """Move a file, which is known to have this digest, into the cache where that costs no copy; False: it stays."""
        return self._settle(digest, source)

    def share(self, digest: str, source: str) -> bool:
        """Keep a file, which is known to have this digest, beside its owner: by another name, or else by a copy."""
        draft = self._draft()
        if draft is None:
            return False
        linked = True
        try:
            try:
                os.link(source, draft)
            except OSError:  # another file system, or one without links
                linked = False
                snapshot.duplicate(source, draft)
        except OSError:
            _remove(draft)
            return False
        return self._settle(digest, draft, protect=not linked) or _remove(draft)

    def files(self) -> list[Kept]:
        """What is in the cache, the one not used for longest first."""
        return sorted(self._walk(), key=lambda kept: kept.used_ns)

    def clean(self, target_bytes: int, *, drafts: bool = False) -> int:
        """Remove files until at most `target_bytes` are left; how many bytes that freed.

        With `drafts`, also files that are just coming in, of whatever process.
        """
        freed = 0
        with _alone(self.folder) as mine:
            if not mine:
                return 0
            if drafts:
                freed += _emptied(os.path.join(self.folder, "incoming"))
            files = self.files()
            left = sum(kept.size for kept in files)
            for kept in files:
                if left <= target_bytes:
                    break
                _remove(kept.path)
                left -= kept.size
                freed += kept.size
        return freed

    def _settle(self, digest: str, source: str, *, protect: bool = True) -> bool:
        place = self._place(digest)
        try:
            size = os.path.getsize(source)
            if size < FROM_BYTES or size > self.limit_bytes:
                return False
            os.makedirs(os.path.dirname(place), exist_ok=True)
            if protect:
                os.chmod(source, 0o444)
            os.replace(source, place)
            if os.path.lexists(source):  # both were names of one file already
                os.unlink(source)
            _touch(place)
        except OSError:
            return False
        self._unseen_bytes += size
        if self._unseen_bytes > self.limit_bytes * FREED / 2:
            self._unseen_bytes = 0
            self.keep_limit()
        return True

    def keep_limit(self) -> None:
        """Remove what is over the limit."""
        if sum(kept.size for kept in self._walk()) > self.limit_bytes:
            self.clean(int(self.limit_bytes * (1 - FREED)))

    def _walk(self) -> Iterator[Kept]:
        for folder, _, names in os.walk(os.path.join(self.folder, "md5")):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    stat = os.stat(path)
                except OSError:
                    continue
                yield Kept(path, stat.st_size, stat.st_atime_ns)

    def _draft(self) -> str | None:
        place = os.path.join(self.folder, "incoming", secrets.token_hex(16))
        try:
            os.makedirs(os.path.dirname(place), exist_ok=True)
        except OSError:
            return None
        return place

    def _place(self, digest: str) -> str:
        try:
            name = digests.to_hex(digest)
        except ValueError:
            name = ""
        return os.path.join(self.folder, "md5", name[:2] or "-", name or "-")


class _alone:
    """A lock among the processes that use a cache; whoever does not get it need not wait."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None

    def __enter__(self) -> bool:
        try:
            import fcntl

            os.makedirs(self._folder, exist_ok=True)
            self._file = open(os.path.join(self._folder, ".lock"), "wb")  # held until __exit__
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            return True
        except OSError:
            return False
        return True

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _limit(environ: Mapping[str, str]) -> int:
    given = environ.get("GNOMON_CACHE_SIZE") or environ.get("WANDB_CACHE_SIZE")
    if not given:
        return DEFAULT_BYTES
    try:
        return size_in(given)
    except ValueError as error:
        from gnomon.sdk import guard

        guard.warn_once("cache size", f"GNOMON_CACHE_SIZE: {error}; the cache holds {DEFAULT_BYTES // 10**9} GB")
        return DEFAULT_BYTES


def _touch(place: str) -> None:
    """It was used just now. When it was changed is its owner's affair."""
    os.utime(place, ns=(time.time_ns(), os.stat(place).st_mtime_ns))


def _emptied(folder: str) -> int:
    size = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)
    shutil.rmtree(folder, ignore_errors=True)
    return size


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        pass
    return False
