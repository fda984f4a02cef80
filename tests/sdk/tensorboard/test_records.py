"""Event files are read while they grow, and damage is never taken for their end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gnomon.sdk.tensorboard.records import CHECKED_BYTES, EventFile, crc32c, record

FILES = Path(__file__).with_name("files")
RECORDS = [b"first", b"", b"x" * 300, b"last"]


@given(some.lists(some.binary(max_size=200), max_size=8), some.data())
def test_records_come_back_however_the_file_grew(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes], data: some.DataObject
) -> None:
    whole = b"".join(map(record, records))
    cuts = sorted(data.draw(some.lists(some.integers(0, len(whole)), max_size=4)))
    path = tmp_path_factory.mktemp("grows") / "a.tfevents.1"
    file, found = EventFile(str(path)), []
    for end in [*cuts, len(whole)]:
        path.write_bytes(whole[:end])
        found += file.new()
    assert found == records and file.at == len(whole) and not file.damaged


def test_checksums_are_castagnolis() -> None:
    assert crc32c(b"") == 0 and crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA


def test_a_file_that_is_not_there_yet_has_nothing_new(tmp_path: Path) -> None:
    file = EventFile(str(tmp_path / "no.tfevents.1"))
    assert list(file.new()) == []
    (tmp_path / "no.tfevents.1").write_bytes(record(b"a"))
    assert list(file.new()) == [b"a"]
    assert list(file.new()) == []


@pytest.mark.parametrize("hole", [0, 3, 9, 14, 16])
def test_a_hole_of_zeros_is_read_again_when_it_is_filled(tmp_path: Path, hole: int) -> None:
    path = tmp_path / "a.tfevents.1"
    begins, middle, ends = record(b"before"), record(b"abcdef"), record(b"behind")
    path.write_bytes(begins + middle[:hole] + bytes(len(middle) - hole) + ends)
    file = EventFile(str(path))
    assert list(file.new()) == [b"before"] and file.damaged
    assert list(file.new()) == [] and file.damaged, "and again, as long as it lasts"
    path.write_bytes(begins + middle + ends)
    assert list(file.new()) == [b"abcdef", b"behind"] and not file.damaged


def test_a_large_record_with_a_page_of_zeros_is_looked_at_in_full(tmp_path: Path) -> None:
    path = tmp_path / "a.tfevents.1"
    data = bytes(range(1, 256)) * 300
    assert len(data) > CHECKED_BYTES
    whole = record(data)
    path.write_bytes(whole[:9000] + bytes(8192) + whole[9000 + 8192 :])
    file = EventFile(str(path))
    assert list(file.new()) == [] and file.damaged
    path.write_bytes(whole)
    assert list(file.new()) == [data]
    zeros = record(bytes(CHECKED_BYTES + 1))
    path.write_bytes(whole + zeros)
    assert list(file.new()) == [bytes(CHECKED_BYTES + 1)], "zeros that were meant"


@given(some.integers(0, 60), some.integers(1, 40))
def test_what_lies_behind_damage_is_found(tmp_path_factory: pytest.TempPathFactory, at: int, size: int) -> None:
    whole = b"".join(map(record, RECORDS))
    path = tmp_path_factory.mktemp("hole") / "a.tfevents.1"
    path.write_bytes(whole[:at] + bytes(size) + whole[at + size :])
    file = EventFile(str(path))
    found = list(file.new())
    while file.damaged and file.pass_over():
        found += file.new()
    assert found[-1:] == [b"last"]
    assert set(found) <= set(RECORDS), "and nothing is made up"


def test_damage_at_the_very_end_has_nothing_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "a.tfevents.1"
    path.write_bytes(record(b"good") + record(b"bad")[:-1] + b"?")
    file = EventFile(str(path))
    assert list(file.new()) == [b"good"] and file.damaged
    assert not file.pass_over()


@pytest.mark.parametrize("writer", ["torch", "tensorboardX", "tensorflow"])
def test_files_of_real_writers_check(writer: str) -> None:
    path = FILES / f"{writer}.tfevents.1"
    file = EventFile(str(path))
    found = list(file.new())
    assert b"".join(map(record, found)) == path.read_bytes() and not file.damaged
