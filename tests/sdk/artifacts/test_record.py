"""What is wanted of a version, as it lies in the run folder."""

from __future__ import annotations

from pathlib import Path

from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk.artifacts import record
from gnomon.sdk.artifacts.record import Item, Made, Wanted


def test_a_frame_names_the_file_that_says_everything(tmp_path: Path) -> None:
    data = record.frame(
        tmp_path, name="ds", type="run_table", entries={"a": "files/a", "r": Item(ref="s3://b/k", digest="x")},
        client_id="c" * 64, metadata={"n": 1}, aliases=["best"], history_step=7,
    )  # fmt: skip
    (frame,) = journal.frames(journal.MAGIC + data)
    kind, about = journal.decode(frame.payload)
    assert kind == Kind.ARTIFACT
    assert about == {
        "client_id": "c" * 64, "name": "ds", "type": "run_table", "manifest": f"artifacts/{'c' * 64}.wanted",
    }  # fmt: skip
    wanted = record.read_wanted(tmp_path, "c" * 64)
    assert wanted is not None
    assert wanted.entries == {"a": Item(source="files/a"), "r": Item(ref="s3://b/k", digest="x")}
    assert (wanted.metadata, wanted.aliases, wanted.history_step) == ({"n": 1}, ("best",), 7)


def test_a_torn_file_says_nothing(tmp_path: Path) -> None:
    record.frame(tmp_path, name="ds", type="t", entries={}, client_id="c")
    place = tmp_path / "artifacts" / "c.wanted"
    whole = place.read_bytes()
    for end in range(len(whole)):
        place.write_bytes(whole[:end])
        assert record.read_wanted(tmp_path, "c") is None
    assert record.read_made(tmp_path, "c") is None
    record.write_made(tmp_path, "c", Made(state="COMMITTED", id="x", version="v0"))
    assert record.read_made(tmp_path, "c") == Made(state="COMMITTED", id="x", version="v0")


def test_ids_are_new_each_time() -> None:
    assert len({record.new_id() for _ in range(100)}) == 100
    assert record.new_id().isalnum()


def test_what_is_wanted_is_read_back_whole(tmp_path: Path) -> None:
    wanted = Wanted(
        client_id="c", sequence_client_id="s", name="n", type="t", links=(("e/p/c", ("x",)),), again="b",
        entries={"p": Item(source="a", at=3, size=4, digest="d", own=True, seen=(1, 2, 3), keep=False)},
    )  # fmt: skip
    record.write_wanted(tmp_path, wanted)
    assert record.read_wanted(tmp_path, "c") == wanted
