"""Tables: what goes in, what is refused, and what is read back."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pil

from gnomon.sdk.errors import Error, UsageError
from gnomon.sdk.tables.table import Table


def column_types(table: Table) -> dict[Any, str]:
    return {name: str(kind) for name, kind in table._column_types.types.items()}


def test_rows_are_what_was_given_and_are_not_shared_with_it() -> None:
    data = [[1, "x"], [2, "y"]]
    table = Table(columns=["a", "b"], data=data)
    data[0][0] = 99
    assert table.data == [[1, "x"], [2, "y"]]
    assert table.columns == ["a", "b"]
    assert len(table) == 2


def test_a_table_of_nothing_has_the_columns_it_always_had() -> None:
    assert Table().columns == ["Input", "Output", "Expected"]


def test_rows_may_be_tuples_and_come_from_a_generator() -> None:
    assert Table(columns=["a", "b"], data=((number, "x") for number in range(2))).data == [[0, "x"], [1, "x"]]
    assert Table(columns=("a",), rows=[(1,)]).data == [[1]]


def test_types_are_those_of_the_first_values() -> None:
    table = Table(columns=["n", "s", "l", "d"], data=[[None, None, [1, 2], None]])
    table.add_data(1, "x", [3], datetime.date(2024, 1, 1))
    assert column_types(table) == {
        "n": "None or Number",
        "s": "None or String",
        "l": "None or Number[]",
        "d": "None or Timestamp",
    }


def test_a_wrong_value_is_named_with_its_column_and_row() -> None:
    with pytest.raises(UsageError, match="Column 'b', row 1: wanted None or Number, found String 'x'") as error:
        Table(columns=["a", "b"], data=[[1, 2], [3, "x"]])
    assert isinstance(error.value, TypeError)
    assert "allow_mixed_types" in str(error.value)


def test_a_row_of_the_wrong_length_is_named() -> None:
    with pytest.raises(UsageError, match="Row 1 has 1 values for the 2 columns") as error:
        Table(columns=["a", "b"], data=[[1, 2], [3]])
    assert isinstance(error.value, ValueError)


def test_a_row_that_does_not_fit_changes_nothing() -> None:
    table = Table(columns=["a", "b", "c"], data=[[1, "x", None]])
    before = column_types(table)
    with pytest.raises(TypeError):
        table.add_data(2, 7, [1])
    assert column_types(table) == before
    assert len(table) == 1


def test_none_needs_a_column_that_is_optional() -> None:
    Table(columns=["a"], data=[[1], [None], [float("nan")]])
    with pytest.raises(TypeError, match="row 1: wanted Number, found None"):
        Table(columns=["a"], data=[[1], [None]], optional=False)
    Table(columns=["a", "b"], data=[[1, None]], optional=[False, True])


def test_mixed_types_are_taken_where_they_are_asked_for() -> None:
    table = Table(columns=["a"], data=[[1], ["x"], [None], [{"y": [1]}]], allow_mixed_types=True)
    assert column_types(table) == {"a": "Any or None"}


@pytest.mark.parametrize(
    ("dtype", "fits", "not_"),
    [(int, 1.5, "x"), (str, "x", 1), ([int, str], "x", True), (datetime.datetime, datetime.datetime.now(), 1)],
)
def test_a_dtype_is_kept_to(dtype: Any, fits: Any, not_: Any) -> None:
    given = [dtype] if isinstance(dtype, list) else dtype
    Table(columns=["a"], data=[[fits]], dtype=given)
    with pytest.raises(TypeError):
        Table(columns=["a"], data=[[not_]], dtype=given)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"columns": "ab"}, "columns is a list of names"),
        ({"columns": [1.5]}, "texts or whole numbers"),
        ({"columns": ["a"], "data": "xyz"}, "data is a list of rows"),
        ({"columns": ["a"], "data": [1]}, "Each row of data must be a list"),
        ({"columns": ["a", "b"], "dtype": [int]}, "dtype has 1 entries for 2 columns"),
        ({"columns": ["a", "b"], "optional": [True]}, "optional has 1 entries for 2 columns"),
        ({"log_mode": "SOMETIMES"}, "log_mode is one of IMMUTABLE, MUTABLE, INCREMENTAL"),
        ({"columns": ["a"], "data": np.zeros(3)}, "An array of rows has 2 dimensions"),
        ({"columns": ["a"], "data": np.zeros((3, 2))}, "The array has 2 columns, 1 are named"),
    ],
)
def test_what_makes_no_table_is_said(how: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Table(**how)


def test_an_array_gives_its_rows() -> None:
    table = Table(columns=["a", "b"], data=np.array([[1, 2.5], [3, float("nan")]]))
    assert table.data[0] == [1.0, 2.5]
    assert column_types(table) == {"a": "None or Number", "b": "None or Number"}


class Series:
    """A column as pandas has it."""

    def __init__(self, values: Any) -> None:
        self.values = values


class Located:
    """Columns by their place."""

    def __init__(self, columns: list[Any]) -> None:
        self._columns = columns

    def __getitem__(self, at: tuple[slice, int]) -> Series:
        return Series(self._columns[at[1]])


class DataFrame:
    """A data frame, as far as a table looks at it."""

    __module__ = "pandas.core.frame"

    def __init__(self, **columns: Any) -> None:
        self.columns = list(columns)
        self.iloc = Located(list(columns.values()))

    def __getitem__(self, name: str) -> Series:
        return Series(None)


def test_a_data_frame_gives_its_columns() -> None:
    frame = DataFrame(
        n=np.array([1, 2]),
        f=np.array([float("nan")] * 2),
        s=np.array(["x", None], dtype=object),
        d=np.array(["2024-01-01", "NaT"], dtype="datetime64[s]"),
    )
    for table in (Table(dataframe=frame), Table(data=frame), Table(columns=["ignored"], dataframe=frame)):
        assert table.columns == ["n", "f", "s", "d"]
        assert [row[0] for row in table.data] == [1, 2]
        assert column_types(table) == {
            "n": "None or Number",
            "f": "None or Number",
            "s": "None or String",
            "d": "None or Timestamp",
        }


def test_frames_of_pandas_and_polars_are_taken() -> None:
    pandas = pytest.importorskip("pandas")
    table = Table(dataframe=pandas.DataFrame({"a": [1, 2], "b": ["x", None]}))
    assert table.get_dataframe().columns.tolist() == ["a", "b"]
    polars = pytest.importorskip("polars")
    assert Table(data=polars.DataFrame({"a": [1, 2]})).data == [[1], [2]]


def test_a_column_is_added_with_its_type() -> None:
    table = Table(columns=["a"], data=[[1], [2]])
    table.add_column("b", ["x", "y"])
    table.add_column("c", np.array([0.5, 1.5]))
    table.add_column("d", [None, 1], optional=True)
    assert table.data == [[1, "x", 0.5, None], [2, "y", 1.5, 1]]
    assert column_types(table)["d"] == "None or Number"
    assert column_types(table)["b"] == "String"


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("a", [1, 2], "a name of its own"),
        (3, [1, 2], "a name of its own"),
        ("b", [1], "has 1 values for 2 rows"),
        ("b", "xy", "a list or a numpy array"),
        ("b", [1, "x"], "Column 'b', row 1"),
    ],
)
def test_a_column_that_does_not_fit_changes_nothing(name: Any, values: Any, why: str) -> None:
    table = Table(columns=["a"], data=[[1], [2]])
    with pytest.raises(UsageError, match=why):
        table.add_column(name, values)
    assert table.columns == ["a"]
    assert table.data == [[1], [2]]


def test_the_first_column_brings_the_rows() -> None:
    table = Table(columns=[])
    table.add_column("a", [1, 2])
    assert table.data == [[1], [2]]


def test_columns_are_computed_of_others() -> None:
    table = Table(columns=["x", "y"], data=[[3, 1], [4, 6]])
    table.add_computed_columns(lambda index, row: {"diff": row["x"] - row["y"], "index": index})
    assert table.columns == ["x", "y", "diff", "index"]
    assert table.data == [[3, 1, 2, 0], [4, 6, -2, 1]]
    with pytest.raises(UsageError, match="must return a dict"):
        table.add_computed_columns(lambda index, row: index)  # type: ignore[arg-type,return-value]


def test_a_column_is_read_as_a_list_or_an_array() -> None:
    table = Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])
    assert table.get_column("b") == ["x", "y"]
    assert table.get_column("a", convert_to="numpy").tolist() == [1, 2]
    with pytest.raises(UsageError, match="no column 'c'"):
        table.get_column("c")
    with pytest.raises(UsageError, match="to 'numpy', not to 'torch'"):
        table.get_column("a", convert_to="torch")


def test_a_cast_holds_for_what_is_there_and_what_comes() -> None:
    table = Table(columns=["a"], data=[[1]])
    table.cast("a", float)
    with pytest.raises(TypeError):
        table.add_data("x")
    with pytest.raises(TypeError, match="row 0"):
        table.cast("a", str)
    assert column_types(table) == {"a": "Number"}


def test_rows_of_another_table_are_named_by_a_key() -> None:
    people = Table(columns=["id", "name"], data=[["a", "Ann"], ["b", "Bob"]])
    people.set_pk("id")
    notes = Table(columns=["who", "text"], data=[["a", "hi"]])
    notes.set_fk("who", people, "id")
    notes.add_data("b", "ho")
    assert [(str(cell), cell._table is people, cell._col_name) for cell in notes.get_column("who")] == [
        ("a", True, "id"),
        ("b", True, "id"),
    ]
    assert people.get_column("id")[0]._table is people
    assert people.data == [["a", "Ann"], ["b", "Bob"]]


def test_rows_of_another_table_are_named_by_their_number() -> None:
    people = Table(columns=["name"], data=[["Ann"], ["Bob"]])
    notes = Table(columns=["who"], data=[[index] for index in people.get_index()])
    notes.add_data(people.index_ref(0))
    assert [cell.get_row() for cell in notes.get_column("who")] == [{"name": "Ann"}, {"name": "Bob"}, {"name": "Ann"}]
    assert column_types(notes) == {"who": "Foreignindex"}
    assert [index for index, _ in people.iterrows()] == [0, 1]


def test_keys_that_cannot_be_are_said() -> None:
    table = Table(columns=["a", "b"], data=[["x", "y"]])
    table.set_pk("a")
    with pytest.raises(UsageError, match="primary key 'a' already"):
        table.set_pk("b")
    with pytest.raises(UsageError, match="cannot refer to itself"):
        table.set_fk("b", table, "a")
    with pytest.raises(UsageError, match="no column 'z'"):
        table.set_fk("b", Table(columns=["c"]), "z")
    with pytest.raises(UsageError, match="none with the number 5"):
        table.index_ref(5)


def test_tables_are_the_same_when_all_of_them_is() -> None:
    one = Table(columns=["a", "b"], data=[[1, np.arange(3)], [None, np.arange(3)]])
    assert one == Table(columns=["a", "b"], data=[[1, np.arange(3)], [None, np.arange(3)]])
    assert one != Table(columns=["a", "c"], data=[[1, np.arange(3)], [None, np.arange(3)]])
    assert one != Table(columns=["a", "b"], data=[[2, np.arange(3)], [None, np.arange(3)]])
    assert one != Table(columns=["a", "b"], data=[[1, np.arange(3)]])
    assert one != "a table"


def test_an_incremental_table_only_takes_more_rows() -> None:
    table = Table(columns=["a"], log_mode="INCREMENTAL")
    table.add_data(1)
    with pytest.raises(Error, match="add_column is not possible"):
        table.add_column("b", [1])
    with pytest.raises(Error, match="add_computed_columns is not possible"):
        table.add_computed_columns(lambda index, row: {})


def test_a_table_is_true_even_when_it_is_empty() -> None:
    assert bool(Table())


def test_pictures_of_other_libraries_are_taken_as_pictures() -> None:
    def picture() -> Any:
        return Pil.fromarray(np.zeros((2, 3), dtype="uint8"))

    table = Table(columns=["p", "n"], data=[[picture(), 1], [None, 2]])
    table.add_data(picture(), 3)
    table.add_column("q", [picture(), picture(), picture()])
    assert [type(cell).__name__ for cell in (*table.get_column("p"), *table.get_column("q"))] == [
        "Image", "NoneType", "Image", "Image", "Image", "Image",
    ]  # fmt: skip
    assert str(table._column_types.types["q"]).startswith("Image-file")
