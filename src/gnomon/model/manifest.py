"""What a version of an artifact holds: the manifest as the official client writes it, and what can be told from it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gnomon.model.depth import too_deep
from gnomon.model.errors import Rejected

VERSION = 1
POLICY = "wandb-storage-policy-v1"
LONGEST_PATH = 4096
_ID = b"Artifact:"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A file, or a reference to one elsewhere (`ref`). `birth` is the artifact that first had its bytes."""

    digest: str
    size_bytes: int | None = None
    ref: str | None = None
    birth: int | None = None
    extra: dict[str, Any] = {}


class _Entry(msgspec.Struct):
    digest: str
    size: int | None = None
    ref: str | None = None
    birthArtifactID: str | None = None
    extra: dict[str, Any] | None = None


class _Manifest(msgspec.Struct):
    contents: dict[str, _Entry]
    version: int = VERSION


_decoder = msgspec.json.Decoder(_Manifest)
_encoder = msgspec.json.Encoder()


def artifact_id(key: int) -> str:
    """What clients call the artifact; base64, because they write it as hex into references.

    >>> artifact_id(7)
    'QXJ0aWZhY3Q6Nw=='
    """
    return base64.b64encode(_ID + str(key).encode()).decode()


def artifact_key(id: str) -> int | None:
    """The artifact that clients call this; None for what is no such name.

    >>> artifact_key("QXJ0aWZhY3Q6Nw=="), artifact_key("UnVuOjc="), artifact_key("?")
    (7, None, None)
    """
    try:
        return _key(base64.b64decode(id, validate=True))
    except ValueError:
        return None


def referenced(ref: str) -> tuple[int, str] | None:
    """The artifact and the entry that a reference between artifacts names; None for any other reference.

    >>> referenced("wandb-artifact://" + b"Artifact:7".hex() + "/media/a.png")
    (7, 'media/a.png')
    """
    scheme, found, rest = ref.partition("://")
    if not found or scheme != "wandb-artifact":
        return None
    hex_id, _, path = rest.partition("/")
    try:
        key = _key(bytes.fromhex(hex_id))
    except ValueError:
        return None
    return None if key is None else (key, path)


def parse(data: bytes) -> dict[str, Entry]:
    """The entries of a manifest by path. Raises Rejected where it is none."""
    try:
        found = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(f"The manifest cannot be read: {error}", field="manifest") from None
    if found.version != VERSION:
        raise Rejected(f"The manifest has version {found.version}; version {VERSION} is known here", field="manifest")
    return {check_path(path): _entry(path, entry) for path, entry in found.contents.items()}


def check_path(path: str) -> str:
    """The path, if an entry may have it. Raises Rejected for one that would lead out of the folder it is put into."""
    parts = path.split("/")
    if not path or len(path) > LONGEST_PATH or "\0" in path or parts[0] == "" or ".." in parts:
        raise Rejected(f"{path[:200]!r} is not the path of a file within an artifact", field="manifest")
    return path


def render(entries: Iterable[tuple[str, Entry]]) -> Iterator[bytes]:
    """The manifest of these entries, in pieces."""
    head = {"version": VERSION, "storagePolicy": POLICY, "storagePolicyConfig": {"storageLayout": "V2"}}
    yield _encoder.encode(head)[:-1] + b',"contents":{'
    comma = b""
    for path, entry in entries:
        told: dict[str, Any] = {"digest": entry.digest}
        if entry.size_bytes is not None:
            told["size"] = entry.size_bytes
        if entry.ref is not None:
            told["ref"] = entry.ref
        if entry.birth is not None:
            told["birthArtifactID"] = artifact_id(entry.birth)
        if entry.extra:
            told["extra"] = entry.extra
        yield comma + _encoder.encode(path) + b":" + _encoder.encode(told)
        comma = b","
    yield b"}}"


def digest_of(entries: Mapping[str, Entry]) -> str:
    """What clients call the content as a whole: the MD5 of the paths and digests, in hex.

    >>> digest_of({"b": Entry(digest="2"), "a": Entry(digest="1")}) == digest_of(
    ...     {"a": Entry(digest="1"), "b": Entry(digest="2", size_bytes=3)})
    True
    """
    digest = hashlib.md5(b"wandb-artifact-manifest-v1\n", usedforsecurity=False)
    for path in sorted(entries):
        digest.update(f"{path}:{entries[path].digest}\n".encode(errors="surrogatepass"))
    return digest.hexdigest()


def md5_in(digest: str) -> str | None:
    """The MD5 in hex that a digest of a file stands for (base64 of its 16 bytes); None where it is no such thing.

    >>> md5_in("1B2M2Y8AsgTpgAmY7PhCfg==")
    'd41d8cd98f00b204e9800998ecf8427e'
    """
    try:
        raw = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == 16 else None


def from_hex(hex_digest: str) -> str | None:
    """The digest that manifests have for this one in hex; None for what is not hex.

    >>> from_hex("d41d8cd98f00b204e9800998ecf8427e")
    '1B2M2Y8AsgTpgAmY7PhCfg=='
    """
    try:
        return base64.b64encode(bytes.fromhex(hex_digest)).decode()
    except ValueError:
        return None


def _entry(path: str, entry: _Entry) -> Entry:
    if entry.size is not None and not 0 <= entry.size < 1 << 63:
        raise Rejected(f"The manifest gives {path!r} a size of {entry.size} bytes", field="manifest")
    if entry.extra and too_deep(entry.extra):
        raise Rejected(f"What the manifest says of {path!r} is nested too deep", field="manifest")
    return Entry(
        digest=entry.digest,
        size_bytes=entry.size,
        ref=entry.ref,
        birth=artifact_key(entry.birthArtifactID) if entry.birthArtifactID else None,
        extra=entry.extra or {},
    )


def _key(raw: bytes) -> int | None:
    number = raw.removeprefix(_ID)
    return int(number) if raw.startswith(_ID) and number.isdigit() and len(number) < 19 else None
