"""One version of an artifact."""

from __future__ import annotations


class Artifact:
    """A named, versioned set of files."""
