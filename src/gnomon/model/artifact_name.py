"""What users call artifacts: `name`, `name:alias`, `name:v3`, `name:<digest>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gnomon.model.errors import Rejected

LATEST = "latest"
LONGEST_NAME = 128
LONGEST_ALIAS = 128
LONGEST_TAG = 128
MOST_TAGS = 200

_VERSION = re.compile(r"v(0|[1-9][0-9]{0,17})")
_refused_in_names = re.compile(r"[/:\x00-\x1f\x7f]")
_tag = re.compile(r"[-\w]+([ ]+[-\w]+)*")


@dataclass(frozen=True, slots=True)
class ArtifactName:
    """A collection, and which of its versions: an alias, `v3` or a digest."""

    collection: str
    version: str = LATEST


def parse(name: str) -> ArtifactName:
    """What a name means; without a version it is the latest.

    >>> parse("ds:best"), parse("ds")
    (ArtifactName(collection='ds', version='best'), ArtifactName(collection='ds', version='latest'))
    """
    collection, _, version = name.partition(":")
    return ArtifactName(collection, version or LATEST)


def number_in(version: str) -> int | None:
    """The number of a version that is given as `v3`; None for anything else.

    >>> number_in("v3"), number_in("v03"), number_in("best")
    (3, None, None)
    """
    match = _VERSION.fullmatch(version)
    return int(match[1]) if match else None


def check_collection(name: str) -> str:
    """The name, if a collection may have it. Raises Rejected."""
    return _checked(name, "artifact name", "artifactCollectionName")


def check_type(name: str) -> str:
    """The name, if a type may have it. Raises Rejected."""
    return _checked(name, "artifact type", "artifactTypeName")


def check_alias(alias: str) -> str:
    """The alias, if a version may be given it. Raises Rejected: `v3` and so on are the versions' own."""
    if not alias or len(alias) > LONGEST_ALIAS:
        raise Rejected(
            f"The alias {alias[:LONGEST_ALIAS]!r} must have 1 to {LONGEST_ALIAS} characters", field="aliases"
        )
    if _refused_in_names.search(alias):
        raise Rejected(f"The alias {alias!r} holds one of / : or a control character", field="aliases")
    if number_in(alias) is not None:
        raise Rejected(f"The alias {alias!r} looks like a version number; pick one such as 'best'", field="aliases")
    return alias


def check_tag(tag: str) -> str:
    """The tag, if it may be one. Raises Rejected."""
    if len(tag) > LONGEST_TAG or not _tag.fullmatch(tag):
        raise Rejected(f"The tag {tag[:LONGEST_TAG]!r} must be words of letters, digits, - and _", field="tags")
    return tag


def _checked(name: str, what: str, field: str) -> str:
    if not name or len(name) > LONGEST_NAME or name.strip() != name or name in (".", ".."):
        raise Rejected(
            f"The {what} {name[:LONGEST_NAME]!r} must have 1 to {LONGEST_NAME} characters, without spaces at the ends",
            field=field,
        )
    if _refused_in_names.search(name):
        raise Rejected(f"The {what} {name!r} holds one of / : or a control character", field=field)
    return name
