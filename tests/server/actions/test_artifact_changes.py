"""Two versions side by side: every path of either once, under its own name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gnomon.server.actions.artifacts.changes import paired
from gnomon.server.storage.tables.artifacts.entries import EntryRow

paths = st.sets(st.text(max_size=4), max_size=12)


def rows(names: set[str]) -> list[EntryRow]:
    return [
        EntryRow(path=name, digest=name, size_bytes=1, blob=None, ref=None, birth=None, extra=None)
        for name in sorted(names)
    ]


@given(before=paths, after=paths)
def test_every_path_of_either_is_there_once(before: set[str], after: set[str]) -> None:
    pairs = list(paired(rows(before), rows(after)))
    assert {a.path for a, _ in pairs if a} == before
    assert {b.path for _, b in pairs if b} == after
    assert {a.path for a, b in pairs if a and b} == before & after
    assert all(a.path == b.path for a, b in pairs if a and b)
    assert len(pairs) == len(before | after)
