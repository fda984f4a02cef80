"""A version that a run asks for: a file that says all of it, and the ARTIFACT record that tells the shipper.

In the run folder lie, for each version, `artifacts/<client id>.wanted` (what it is to be), `artifacts/<client id>/`
(files that belong to it alone), and in the end `artifacts/<client id>.json` (what became of it).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gnomon.protocol.journal import Kind
from gnomon.sdk.journal import record

FOLDER = "artifacts"


class Item(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An entry of a version: a file to send, bytes that the server has, or a reference (`ref`)."""

    source: str | None = None
    """Where the file is: absolute, or relative to the run folder. None where there is nothing to send."""
    at: int | None = None
    """The bytes are a part of `source`, from here on; None where they are all of it."""
    digest: str = ""
    """Base64 of the MD5; empty where the file has to be read first. Of a reference: whatever its place says."""
    size: int | None = None
    ref: str | None = None
    extra: dict[str, Any] = {}
    birth: str | None = None
    """The id of the version that first had these bytes."""
    own: bool = False
    """The file belongs to this version alone: it is moved to the cache, or removed, once it is sent."""
    keep: bool = True
    """The cache of this machine may have the file once it is sent."""
    seen: tuple[int, int, int] | None = None
    """Size, change time (ns) and inode of a file that nobody may change until it is sent."""


class Wanted(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What `artifacts/<client id>.wanted` holds. Entity and project are the run's where they are empty."""

    client_id: str
    sequence_client_id: str
    name: str
    type: str
    entries: dict[str, Item]
    entity: str = ""
    project: str = ""
    description: str | None = None
    metadata: dict[str, Any] | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    use_as: str | None = None
    uses: bool = False
    """The run uses the version, too."""
    logs: bool = True
    """The version is an output of the run."""
    ttl_secs: int | None = None
    """0 is for ever; None is as its collection has it."""
    history_step: int | None = None
    distributed_id: str | None = None
    finalize: bool = True
    """False adds to a version that others add to, too."""
    incremental: bool = False
    """The entries come on top of those of the collection's latest version."""
    base_id: str | None = None
    again: str | None = None
    """The client id of a version of this run that is meant once more, under more names: then no entries are said."""
    links: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Portfolios it is linked to once it is there, and its aliases in each."""


class Made(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What `artifacts/<client id>.json` holds: the version as the server has it, or why there is none."""

    state: str = ""
    """`COMMITTED`, `PENDING` (others add to it, too) or `FAILED`."""
    id: str = ""
    entity: str = ""
    project: str = ""
    version: str = ""
    digest: str = ""
    error: str = ""


def new_id() -> str:
    """A name for a version, or a collection, that the server does not know yet."""
    return secrets.token_hex(32)


def frame(
    folder: str | os.PathLike[str],
    *,
    name: str,
    type: str,
    entries: Mapping[str, str | os.PathLike[str] | Item],
    client_id: str | None = None,
    sequence_client_id: str | None = None,
    description: str | None = None,
    metadata: dict[str, Any] | None = None,
    aliases: Sequence[str] = (),
    tags: Sequence[str] = (),
    use_as: str | None = None,
    **more: Any,
) -> bytes:
    """Leave what a version is to be in the run folder; the frame for the journal that lets the shipper make it.

    `entries` are paths in the artifact and local files (absolute, or relative to the run folder), or Items where more
    is known; `latest` is always an alias. `more` are other fields of `Wanted`. Raises OSError where it cannot be
    written, and what msgspec raises for metadata that is not plain.
    """
    wanted = Wanted(
        client_id=client_id or new_id(),
        sequence_client_id=sequence_client_id or new_id(),
        name=name,
        type=type,
        entries={
            path: found if isinstance(found, Item) else Item(source=os.fspath(found)) for path, found in entries.items()
        },
        description=description,
        metadata=metadata,
        aliases=tuple(aliases),
        tags=tuple(tags),
        use_as=use_as,
        **more,
    )
    return wanted_frame(folder, wanted)


def wanted_frame(folder: str | os.PathLike[str], wanted: Wanted) -> bytes:
    """The same for a version that is described whole."""
    manifest = f"{FOLDER}/{wanted.client_id}.wanted"
    about = {"client_id": wanted.client_id, "name": wanted.name, "type": wanted.type, "manifest": manifest}
    data = record(Kind.ARTIFACT, about)
    _replace(Path(folder, manifest), msgspec.json.encode(wanted))
    return data


def use_frame(id: str, use_as: str | None = None) -> bytes:
    """The frame for the journal that says that the run uses a version the server has."""
    return record(Kind.ARTIFACT, {"use": id, "use_as": use_as})


def read_wanted(folder: Path, client_id: str) -> Wanted | None:
    """What a version is to be; None where nothing whole says so."""
    try:
        return msgspec.json.decode((folder / FOLDER / f"{client_id}.wanted").read_bytes(), type=Wanted)
    except (OSError, msgspec.MsgspecError):
        return None


def write_wanted(folder: Path, wanted: Wanted) -> None:
    """Say more of what a version is to be, in one piece. Raises OSError."""
    _replace(folder / FOLDER / f"{wanted.client_id}.wanted", msgspec.json.encode(wanted))


def read_made(folder: Path, client_id: str) -> Made | None:
    """What became of a version; None as long as nothing did."""
    try:
        return msgspec.json.decode((folder / FOLDER / f"{client_id}.json").read_bytes(), type=Made)
    except (OSError, msgspec.MsgspecError):
        return None


def write_made(folder: Path, client_id: str, made: Made) -> None:
    """Say what became of a version, in one piece. Raises OSError."""
    _replace(folder / FOLDER / f"{client_id}.json", msgspec.json.encode(made))


def own_folder(folder: Path, client_id: str) -> Path:
    """Where files lie that belong to one version alone."""
    return folder / FOLDER / client_id


def _replace(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.write_bytes(data)
    draft.replace(place)
