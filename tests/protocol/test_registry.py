"""The list of runs that may still owe something."""

from __future__ import annotations

from gnomon.protocol import registry
from gnomon.protocol.registry import Entry


def test_what_was_added_is_listed_until_it_is_removed(tmp_path):
    environ = {"GNOMON_STATE_DIR": str(tmp_path / "state")}
    assert registry.entries(environ) == []
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        registry.add(Entry(name * 32, tmp_path / name, "http://here"), environ)
    assert [entry.folder.name for entry in registry.entries(environ)] == ["a", "b"]
    registry.remove("a" * 32, environ)
    registry.remove("a" * 32, environ)
    assert registry.entries(environ) == [Entry("b" * 32, tmp_path / "b", "http://here")]


def test_a_folder_that_is_gone_is_forgotten(tmp_path):
    environ = {"GNOMON_STATE_DIR": str(tmp_path / "state")}
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    registry.add(Entry("a" * 32, folder, "http://here"), environ)
    folder.rmdir()
    assert registry.entries(environ) == []
    folder.mkdir()
    assert registry.entries(environ) == []
