"""References: what an artifact says of bytes that stay where they are, and fetching them from there.

`file`, `http` and `https` are known here, buckets in `buckets`; of any other scheme only the address is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from gnomon.sdk.artifacts import digests
from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, MissingReference
from gnomon.sdk.artifacts.manifest import logical

MOST_OBJECTS = 10_000_000
HTTP_SECS = 60.0
BUCKETS = ("s3", "gs")


def entries_of(
    uri: str, name: str | None = None, *, checksum: bool = True, max_objects: int | None = None
) -> list[ArtifactManifestEntry]:
    """The entries that a reference makes: one, or one for each file below a folder or a prefix.

    Without `checksum` the address alone tells one from another, and a bucket's prefix is one entry. Raises
    ArtifactError where there is nothing, where it is too much, or where a library is missing.
    """
    scheme = urlsplit(uri).scheme
    most = max_objects or MOST_OBJECTS
    if not scheme:
        raise ArtifactError(
            f"A reference is an address such as s3://bucket/key, not {uri!r}; of a local file it is file://"
        )
    if scheme == "file":
        return _local(uri, name, checksum, most)
    if scheme in ("http", "https"):
        return [_web(uri, name, checksum)]
    if scheme in BUCKETS:
        from gnomon.sdk.artifacts import buckets

        return buckets.entries_of(uri, name, checksum=checksum, most=most)
    if name is None:
        raise ArtifactError(f"Of {scheme}:// nothing but the address is kept; say what {uri!r} is called: name=...")
    return [ArtifactManifestEntry(logical(name), uri, ref=uri)]


def fetch(entry: ArtifactManifestEntry, target: str) -> None:
    """Write what a reference means to a file. Raises MissingReference where it is gone, or is not what it was."""
    ref = str(entry.ref)
    scheme = urlsplit(ref).scheme
    if scheme == "file":
        place = local_path(ref)
        try:
            with open(place, "rb") as given:
                _write(given, target)
        except OSError as error:
            raise MissingReference(f"{entry.path!r} refers to {place!r}: {error.strerror}") from None
        if entry.digest not in (digests.of_file(target), _of_address(place)):
            raise MissingReference(f"{place!r} is not what it was when it was added to the artifact as {entry.path!r}")
    elif scheme in ("http", "https"):
        _fetch_web(entry, ref, target)
    elif scheme in BUCKETS:
        from gnomon.sdk.artifacts import buckets

        buckets.fetch(entry, target)
    else:
        raise MissingReference(f"{entry.path!r} refers to {ref!r}, and nothing here knows how to fetch {scheme}://")


def local_path(uri: str) -> str:
    """The path that a `file://` address means."""
    parts = urlsplit(uri)
    return unquote(parts.netloc + parts.path)


def _local(uri: str, name: str | None, checksum: bool, most: int) -> list[ArtifactManifestEntry]:
    place = local_path(uri)
    if os.path.isfile(place):
        return [_local_entry(logical(name or os.path.basename(place)), uri, place, checksum)]
    if not os.path.isdir(place):
        raise ArtifactError(f"{place!r} is neither a file nor a folder")
    found: list[tuple[str, str]] = []
    for path, file in walked(place):
        if len(found) >= most:
            raise ArtifactError(f"There are more than {most} files in {place!r}; say how many may be: max_objects=...")
        found.append((path, file))
    prefix = f"{name}/" if name else ""
    return digests.each(
        lambda one: _local_entry(logical(prefix + one[0]), f"{uri.rstrip('/')}/{one[0]}", one[1], checksum), found
    )


def walked(folder: str) -> Iterator[tuple[str, str]]:
    """The files below a folder, those behind links too: their paths in it, and on this machine."""
    seen: set[tuple[int, int]] = set()
    for at, folders, names in os.walk(folder, followlinks=True):
        stat = os.stat(at)
        if (stat.st_dev, stat.st_ino) in seen:  # a link to a folder that it is in
            folders.clear()
            continue
        seen.add((stat.st_dev, stat.st_ino))
        folders.sort()
        for file in sorted(names):
            place = os.path.join(at, file)
            yield os.path.relpath(place, folder).replace(os.sep, "/"), place


def _local_entry(path: str, uri: str, place: str, checksum: bool) -> ArtifactManifestEntry:
    try:
        digest = digests.of_file(place) if checksum else _of_address(place)
        return ArtifactManifestEntry(path, digest, ref=uri, size=os.path.getsize(place))
    except OSError as error:
        raise ArtifactError(f"{place!r} cannot be read: {error.strerror}") from None


def _of_address(place: str) -> str:
    from pathlib import Path

    return digests.of_bytes(Path(place).resolve().as_uri().encode())


def _web(uri: str, name: str | None, checksum: bool) -> ArtifactManifestEntry:
    path = logical(name or os.path.basename(urlsplit(uri).path) or urlsplit(uri).netloc)
    if not checksum:
        return ArtifactManifestEntry(path, uri, ref=uri)
    with _opened(uri) as answer:
        etag, size = answer.headers.get("ETag"), answer.headers.get("Content-Length")
    return ArtifactManifestEntry(
        path, etag.strip('"') if etag else uri, ref=uri, size=int(size) if size and size.isdigit() else None,
        extra={"etag": etag} if etag else {},
    )  # fmt: skip


def _fetch_web(entry: ArtifactManifestEntry, ref: str, target: str) -> None:
    with _opened(ref) as answer:
        etag = answer.headers.get("ETag")
        if entry.digest not in (ref, (etag or ref).strip('"')):
            raise MissingReference(f"{ref} is not what it was when it was added to the artifact as {entry.path!r}")
        _write(answer, target)


def _opened(url: str) -> Any:
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    try:
        return urlopen(Request(url, headers={"User-Agent": "gnomon"}), timeout=HTTP_SECS)
    except (URLError, OSError, ValueError) as error:
        raise MissingReference(f"{url} cannot be fetched: {error}") from None


def _write(given: IO[bytes], target: str) -> None:
    with open(target, "wb") as made:
        while piece := given.read(digests.PIECE_BYTES):
            made.write(piece)
