"""Tables in artifacts: what was added is what is got, media and all."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables.columns import BadTable
from gnomon.sdk.tables.equality import MemoryShelf, difference
from gnomon.sdk.tables.joined import JoinedTable, PartitionedTable
from gnomon.sdk.tables.kinds import said_bytes
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.image import Image
from gnomon.sdk.values.layers import Classes
from gnomon.sdk.values.restored import restored
from tests.sdk.shelves import FolderShelf


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path)


def round_trip(table: Any, shelf: Any) -> Any:
    return restored(json.loads(said_bytes(table.stored(shelf))), shelf)


ROW = st.tuples(
    st.none() | st.integers(-(1 << 40), 1 << 40),
    st.none() | st.floats(allow_nan=True),
    st.text(),
    st.booleans(),
    st.lists(st.integers(0, 9), min_size=2, max_size=2),
    st.none() | st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2100, 1, 1)),
)


@given(st.lists(ROW, max_size=8))
@settings(max_examples=60)
def test_plain_tables_come_back_as_they_were(rows: list[Any]) -> None:
    table = Table(columns=list("abcdef"), data=[[*row[:5], _to_milliseconds(row[5])] for row in rows])
    back = restored(json.loads(said_bytes(table.stored(MemoryShelf()))), MemoryShelf())
    assert isinstance(back, Table)
    expected = [[*row[:1], None if row[1] != row[1] else row[1], *row[2:5]] for row in rows]
    assert [row[:5] for row in back.data] == expected
    assert [None if cell is None else cell.replace(tzinfo=None) for cell in back.get_column("f")] == [
        _to_milliseconds(row[5]) for row in rows
    ]
    assert back._column_types == table._column_types


def _to_milliseconds(moment: Any) -> Any:
    return moment if moment is None else moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_pictures_and_arrays_come_back_as_they_were(shelf: FolderShelf) -> None:
    chance = np.random.default_rng(0)
    table = Table(
        columns=["image", "matrix", "n"],
        data=[
            [Image(chance.integers(0, 255, (5, 7, 3), dtype="uint8"), caption="one"), chance.random((2, 3)), 1],
            [Image(chance.integers(0, 255, (5, 7), dtype="uint8")), chance.random((2, 3)), None],
        ],
    )
    back = round_trip(table, shelf)
    assert difference(table, back) is None
    assert table == back
    assert back.get_column("image")[0].caption == "one"
    other = Table(columns=table.columns, data=[*table.data[:1], [table.data[0][0], *table.data[1][1:]]])
    assert other != back


def test_a_table_that_was_read_takes_more_rows_and_can_be_stored_again(shelf: FolderShelf) -> None:
    back = round_trip(Table(columns=["a", "d"], data=[[1, datetime.date(2024, 1, 1)]]), shelf)
    back.add_data(2, datetime.date(2024, 1, 2))
    with pytest.raises(TypeError):
        back.add_data("x", None)
    assert len(round_trip(back, shelf)) == 2


def test_keys_come_back_with_the_tables_they_are_of(shelf: FolderShelf) -> None:
    people = Table(columns=["id", "name"], data=[["a", "Ann"]])
    people.set_pk("id")
    notes = Table(columns=["who", "row"], data=[["a", people.index_ref(0)]])
    notes.set_fk("who", people, "id")
    back = round_trip(notes, shelf)
    key, index = back.data[0]
    assert (str(key), key._col_name, key._table == people) == ("a", "id", True)
    assert index.get_row() == {"id": "a", "name": "Ann"}


def test_a_table_without_types_is_read_as_it_is(shelf: FolderShelf) -> None:
    back = restored({"_type": "table", "columns": ["a"], "data": [[1], ["x"]]}, shelf)
    assert isinstance(back, Table)
    assert back.data == [[1], ["x"]]


def test_what_cannot_stand_in_an_artifact_is_said(shelf: FolderShelf) -> None:
    class OnlyInRuns:
        def bound(self, place: Any, key: str, step: int) -> dict[str, Any]:
            return {}

    with pytest.raises(UsageError, match="OnlyInRuns cannot stand in the cell"):
        Table(columns=["a"], data=[[OnlyInRuns()]]).stored(shelf)


def test_increments_are_read_together_in_their_order(shelf: FolderShelf) -> None:
    table = Table(columns=["a"], data=[[0]], log_mode="INCREMENTAL")
    said = table.stored(shelf)
    for name, rows in (("10-5", [[3]]), ("2-9", [[2]]), ("2-3", [[1]]), ("0-1", [[0]])):
        shelf.put(f"{name}.t.table.json", said_bytes({**said, "data": rows}))
    back = restored(said, shelf)
    assert isinstance(back, Table)
    assert back.data == [[0], [1], [2], [3]]


def test_joined_tables_bring_their_tables(shelf: FolderShelf) -> None:
    one = Table(columns=["id", "x"], data=[[1, "a"]])
    other = Table(columns=["id", "y"], data=[[1, "b"]])
    join = JoinedTable(one, other, "id")
    said = join.stored(shelf)
    assert set(shelf.paths()) == {said["table1"], said["table2"]}
    assert round_trip(join, shelf) == join
    assert JoinedTable(one, other, ["id", "id"]) != join


def test_a_join_may_name_tables_that_are_there(shelf: FolderShelf) -> None:
    shelf.put("a.table.json", said_bytes(Table(columns=["id"]).stored(shelf)))
    assert JoinedTable("a.table.json", "a.table.json", "id").stored(shelf)["table1"] == "a.table.json"
    with pytest.raises(UsageError, match="no table 'b.table.json'"):
        JoinedTable("a.table.json", "b.table.json", "id").stored(shelf)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ((Table(), Table(), ["a"]), "the name of a column or a list of two"),
        (("a.csv", Table(), "a"), "table1 is a Table"),
        ((Table(), 3, "a"), "table2 is a Table"),
    ],
)
def test_what_is_no_join_is_said(how: tuple[Any, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        JoinedTable(*how)


def test_a_table_in_parts_is_all_of_them(shelf: FolderShelf) -> None:
    for part in range(3):
        table = Table(columns=["a"], data=[[part * 2], [part * 2 + 1]])
        shelf.put(f"parts/{part}.table.json", said_bytes(table.stored(shelf)))
    shelf.put("elsewhere.table.json", said_bytes(Table(columns=["z"], data=[[9]]).stored(shelf)))
    back = round_trip(PartitionedTable("parts"), shelf)
    assert list(back.iterrows()) == [(number, [number]) for number in range(6)]
    assert back == PartitionedTable("parts")
    shelf.put("parts/9.table.json", said_bytes(Table(columns=["b"], data=[[1]]).stored(shelf)))
    with pytest.raises(BadTable, match="different columns"):
        list(round_trip(PartitionedTable("parts"), shelf).iterrows())


def test_a_join_is_logged_as_a_version_that_holds_it(run: Any, logged: Any, versions: Any) -> None:
    run.log({"j": JoinedTable(Table(columns=["id"], data=[[1]]), Table(columns=["id"], data=[[1]]), "id")})
    (wanted,) = versions()
    assert logged()[0]["j"] == {
        "_type": "joined-table",
        "artifact_path": f"wandb-client-artifact://{wanted.client_id}/j.joined-table.json",
        "_latest_artifact_path": f"wandb-client-artifact://{wanted.sequence_client_id}:latest/j.joined-table.json",
    }
    said = json.loads((Path(run.sync_dir) / str(wanted.entries["j.joined-table.json"].source)).read_bytes())
    assert {said["table1"], said["table2"]} < set(wanted.entries)


def test_a_column_of_class_ids_brings_the_classes(shelf: FolderShelf) -> None:
    classes = Classes([{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}])
    table = Table(columns=["id"], data=[[0], [1]])
    table.cast("id", classes.get_type())
    with pytest.raises(TypeError):
        table.add_data(2)
    said = table.stored(shelf)
    kind = said["column_types"]["params"]["type_map"]["id"]
    assert kind["params"]["classes_obj"]["path"] in shelf.paths()
    assert round_trip(table, shelf)._column_types == table._column_types


def test_a_column_may_be_asked_to_hold_pictures(shelf: FolderShelf) -> None:
    table = Table(columns=["p"], dtype=Image, data=[[None]])
    with pytest.raises(TypeError, match="found Number 1"):
        table.add_data(1)
    table.add_data(Image(np.zeros((2, 2), dtype="uint8")))
    assert round_trip(table, shelf) == table
