"""Tables in a run: what its history says, what its files hold, and which versions it asks for."""

from __future__ import annotations

import datetime
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gnomon
from gnomon.model.artifact_name import check_collection
from gnomon.model.manifest import check_path
from gnomon.sdk.tables.logged import artifact_name, entry_name
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.image import Image

Logged = Callable[[], list[dict[str, Any]]]
Read = Callable[[dict[str, Any]], dict[str, Any]]


def picture() -> Image:
    return Image(
        np.zeros((4, 6, 3), dtype="uint8"),
        caption="dark",
        boxes={"found": {"box_data": [{"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}, "class_id": 1}]}},
        masks={"truth": {"mask_data": np.zeros((4, 6), dtype="uint8"), "class_labels": {0: "sky"}}},
    )


def test_the_history_says_where_the_table_is(run: Any, logged: Logged, versions: Any) -> None:
    run.log({"val/guesses": Table(columns=["a"], data=[[1], [2]])}, step=3)
    value = logged()[0]["val/guesses"]
    (wanted,) = versions()
    assert value == {
        "_type": "table-file",
        "ncols": 1,
        "nrows": 2,
        "log_mode": "IMMUTABLE",
        "path": value["path"],
        "artifact_path": f"wandb-client-artifact://{wanted.client_id}/val/guesses.table.json",
        "_latest_artifact_path": f"wandb-client-artifact://{wanted.sequence_client_id}:latest/val/guesses.table.json",
    }
    assert value["path"].startswith("media/table/val/guesses_3_")
    assert (wanted.name, wanted.type, wanted.history_step) == (
        artifact_name(run.id, "val/guesses"), "run_table", 3,
    )  # fmt: skip
    assert wanted.entries["val/guesses.table.json"].source == f"files/{value['path']}"


def test_the_file_is_the_whole_table(run: Any, logged: Logged, table_file: Read) -> None:
    table = Table(columns=["n", "s", "d"], data=[[1, "x", None], [float("nan"), "y", float("inf")]])
    run.log({"t": table})
    assert table_file(logged()[0]["t"]) == {
        "_type": "table",
        "columns": ["n", "s", "d"],
        "column_types": table._column_types.to_json(),
        "data": [[1, "x", None], [None, "y", float("inf")]],
        "ncols": 3,
        "nrows": 2,
        "log_mode": "IMMUTABLE",
    }


def test_the_file_has_the_bytes_that_readers_of_digests_expect(run: Any, logged: Logged, files: Any) -> None:
    run.log({"t": Table(columns=["b", "a"], data=[[1.5, "é"]])})
    said = files()[logged()[0]["t"]["path"]]
    types = (
        '{"params": {"type_map": {'
        '"a": {"params": {"allowed_types": [{"wb_type": "none"}, {"wb_type": "string"}]}, "wb_type": "union"}, '
        '"b": {"params": {"allowed_types": [{"wb_type": "none"}, {"wb_type": "number"}]}, "wb_type": "union"}}}, '
        '"wb_type": "typedDict"}'
    )
    assert (
        said
        == (
            f'{{"_type": "table", "column_types": {types}, "columns": ["b", "a"], "data": [[1.5, "\\u00e9"]], '
            '"log_mode": "IMMUTABLE", "ncols": 2, "nrows": 1}'
        ).encode()
    )


def test_what_was_logged_stays_though_the_table_is_changed(run: Any, logged: Logged, table_file: Read) -> None:
    cell = {"x": [1]}
    table = Table(columns=["a"], data=[[cell]])
    run.log({"t": table})
    cell["x"].append(2)
    table.add_data({"x": [3, 4]})
    assert table_file(logged()[0]["t"])["data"] == [[{"x": [1]}]]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (datetime.datetime(2024, 1, 2, 3, 4, 5, 678_000), 1704164645678),
        (datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2))), 1704146400000),
        (datetime.date(2024, 1, 2), 1704153600000),
        (np.datetime64("2024-01-02"), 1704153600000),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(True), True),
        ((1, 2), [1, 2]),
        ([1.5, float("nan")], [1.5, None]),
        ({"a": {"b": np.arange(2)}}, {"a": {"b": [0, 1]}}),
        (np.arange(3), [0, 1, 2]),
        (b"abc", "abc"),
        (10**30, 10**30),
        (-(10**30), -(10**30)),
        ("\ud800", "?"),
    ],
)
def test_cells_have_a_plain_form(run: Any, logged: Logged, table_file: Read, value: Any, kept: Any) -> None:
    run.log({"t": Table(columns=["a"], data=[[value]])})
    assert table_file(logged()[0]["t"])["data"] == [[kept]]


def test_pictures_in_cells_are_files_of_the_run_and_entries_of_the_version(
    run: Any, logged: Logged, files: Any, table_file: Read, versions: Any
) -> None:
    run.log({"t": Table(columns=["image", "n"], data=[[picture(), 1], [None, 2]])})
    said = table_file(logged()[0]["t"])
    cell = said["data"][0][0]
    assert (cell["_type"], cell["width"], cell["height"], cell["caption"]) == ("image-file", 6, 4, "dark")
    assert files()[cell["path"]].startswith(b"\x89PNG")
    assert files()[cell["masks"]["truth"]["path"]].startswith(b"\x89PNG")
    assert cell["boxes"]["found"][0]["class_id"] == 1
    (wanted,) = versions()
    assert {cell["path"], cell["masks"]["truth"]["path"], cell["classes"]["path"], "t.table.json"} == set(
        wanted.entries
    )
    classes = json.loads((Path(run.sync_dir) / str(wanted.entries[cell["classes"]["path"]].source)).read_text("utf-8"))
    assert classes["class_set"] == [{"id": 1, "name": "class_1"}, {"id": 0, "name": "sky"}]
    kinds = said["column_types"]["params"]["type_map"]["image"]["params"]["allowed_types"]
    assert [kind["wb_type"] for kind in kinds] == ["image-file", "none"]
    parts = kinds[0]["params"]
    assert parts["box_layers"]["params"]["val"] == {"found": [1]}
    assert parts["mask_class_maps"]["params"]["val"] == {"truth": {"0": "sky"}}
    assert parts["class_map"]["params"]["val"] == {"1": "class_1", "0": "sky"}


def test_arrays_are_kept_beside_the_table(
    run: Any, logged: Logged, files: Any, table_file: Read, versions: Any
) -> None:
    arrays = [np.arange(4).reshape(2, 2), np.ones((2, 2))]
    run.log({"t": Table(columns=["m", "v"], data=[[one, np.arange(3)] for one in arrays])})
    said = table_file(logged()[0]["t"])
    assert said["data"] == [[None, [0, 1, 2]], [None, [0, 1, 2]]]
    kinds = said["column_types"]["params"]["type_map"]
    assert kinds["v"] == {"wb_type": "list", "params": {"element_type": {"wb_type": "number"}, "length": 3}}
    place = kinds["m"]["params"]["allowed_types"][0]["params"]["serialization_path"]
    assert place["path"] in versions()[0].entries
    with np.load(io.BytesIO(files()[place["path"]])) as archive:
        assert (archive[place["key"]] == np.stack(arrays)).all()


def test_tables_in_nested_dicts_in_lists_and_in_the_summary(run: Any, logged: Logged, table_file: Read) -> None:
    def table(number: int) -> Table:
        return Table(columns=["a"], data=[[number]])

    run.log({"val": {"t": table(1)}, "many": [table(2), table(3)]})
    run.summary["best"] = table(4)
    row = logged()[0]
    assert table_file(row["val.t"])["data"] == [[1]]
    assert [table_file(value)["data"] for value in row["many"]] == [[[2]], [[3]]]
    assert table_file(run.summary["best"])["data"] == [[4]]


def test_a_data_frame_is_logged_as_a_table(run: Any, logged: Logged, table_file: Read) -> None:
    pandas = pytest.importorskip("pandas")
    run.log({"t": pandas.DataFrame({"a": [1, 2]})})
    assert table_file(logged()[0]["t"])["data"] == [[1], [2]]


def test_a_table_that_was_logged_is_referred_to(run: Any, logged: Logged, said: list[str], versions: Any) -> None:
    table = Table(columns=["a"], data=[[1]])
    assert not table.has_been_logged()
    run.log({"t": table})
    assert table.has_been_logged()
    table.add_data(2)
    run.log({"t": table})
    first, second = (row["t"] for row in logged())
    assert first == second
    assert len(versions()) == 1
    assert any('log_mode="MUTABLE"' in line for line in said)


def test_a_mutable_table_is_logged_anew_where_it_was_changed(run: Any, logged: Logged, table_file: Read) -> None:
    table = Table(columns=["a"], data=[[1]], log_mode="MUTABLE")
    run.log({"t": table})
    run.log({"t": table})
    table.add_data(2)
    run.log({"t": table})
    first, again, second = (row["t"] for row in logged())
    assert first == again
    assert [table_file(value)["data"] for value in (first, second)] == [[[1]], [[1], [2]]]
    assert second["log_mode"] == "MUTABLE"


def test_an_incremental_table_logs_what_is_new(run: Any, logged: Logged, table_file: Read, versions: Any) -> None:
    table = Table(columns=["a"], log_mode="INCREMENTAL")
    for number in range(3):
        table.add_data(number)
        run.log({"t": table})
    values = [row["t"] for row in logged()]
    assert [value["_type"] for value in values] == ["incremental-table-file"] * 3
    assert [value["increment_num"] for value in values] == [0, 1, 2]
    assert [value["nrows"] for value in values] == [1, 2, 3]
    paths = [value["artifact_path"] for value in values]
    assert [value["previous_increments_paths"] for value in values] == [[], paths[:1], paths[:2]]
    assert [table_file(value)["data"] for value in values] == [[[0]], [[1]], [[2]]]
    wanted = versions()
    assert {(one.name, one.type, one.incremental) for one in wanted} == {
        (artifact_name(run.id, "incr-t"), "wandb-run-incremental-table", True)
    }
    assert [path.split("-")[0] for one in wanted for path in one.entries] == ["0", "1", "2"]


def test_an_incremental_table_of_a_resumed_run_goes_on(alone: Path) -> None:
    first = gnomon.init(mode="offline", project="p", id="same")
    table = Table(columns=["a"], data=[[1]], log_mode="INCREMENTAL")
    first.log({"t": table})
    path = first.summary["t"]["artifact_path"]
    first.finish(quiet=True)
    second = gnomon.init(mode="offline", project="p", id="same", resume="allow")
    fresh = Table(columns=["a"], data=[[2]], log_mode="INCREMENTAL")
    second.log({"t": fresh})
    value = second.summary["t"]
    assert (value["increment_num"], value["previous_increments_paths"]) == (1, [path])


def test_each_run_gets_the_table_itself(alone: Path) -> None:
    table = Table(columns=["a"], data=[[1]])
    places = []
    for _ in range(2):
        run = gnomon.init(mode="offline", project="p", reinit="create_new")
        run.log({"t": table})
        places.append((run.sync_dir, run.summary["t"]["path"]))
        run.finish(quiet=True)
    assert len(set(places)) == 2


def test_more_rows_than_are_kept_are_left_out_and_that_is_said(
    run: Any, logged: Logged, table_file: Read, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Table, "MAX_ARTIFACT_ROWS", 2)
    run.log({"t": Table(columns=["a"], data=[[1], [2], [3]])})
    assert table_file(logged()[0]["t"])["data"] == [[1], [2]]
    assert any("3 rows; the first 2 are kept" in line for line in said)


def test_more_rows_than_are_kept_raise_where_the_settings_ask_for_it(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Table, "MAX_ARTIFACT_ROWS", 2)
    settings = gnomon.Settings(table_raise_on_max_row_limit_exceeded=True)
    run = gnomon.init(mode="offline", project="p", settings=settings)
    with pytest.raises(ValueError, match="has 3 rows; 2 are kept"):
        run.log({"t": Table(columns=["a"], data=[[1], [2], [3]])})


def test_names_of_artifacts_are_as_the_official_client_makes_them() -> None:
    assert artifact_name("abc", "plain_key-1.2") == "run-abc-plain_key-1.2"
    assert artifact_name("official1795675657", "val/images") == "run-official1795675657-valimages-7cLlsA"


def test_a_run_that_keeps_nothing_takes_tables_too(alone: Path) -> None:
    run = gnomon.init(mode="disabled")
    run.log({"t": Table(columns=["a"], data=[[1]])})
    assert not any("raw" in names for _, names, _ in os.walk("."))


def test_a_table_in_a_cell_is_written_there(run: Any, logged: Logged, table_file: Read) -> None:
    inner = Table(columns=["x"], data=[[1]])
    run.log({"t": Table(columns=["t"], data=[[inner]])})
    said = table_file(logged()[0]["t"])
    assert said["data"][0][0]["data"] == [[1]]
    assert said["column_types"]["params"]["type_map"]["t"]["params"]["allowed_types"][1]["wb_type"] == "table"


def test_a_table_that_refers_to_another_brings_it_along(
    run: Any, logged: Logged, table_file: Read, versions: Any
) -> None:
    people = Table(columns=["id"], data=[["ann"]])
    people.set_pk("id")
    notes = Table(columns=["who"], data=[["ann"]])
    notes.set_fk("who", people, "id")
    run.log({"notes": notes})
    kind = table_file(logged()[0]["notes"])["column_types"]["params"]["type_map"]["who"]
    assert (kind["wb_type"], kind["params"]["col_name"]) == ("foreignKey", "id")
    source = Path(run.sync_dir) / str(versions()[0].entries[kind["params"]["table"]].source)
    assert json.loads(source.read_bytes())["data"] == [["ann"]]


@pytest.mark.parametrize(
    "key", ["a/b", "../x", "..", "/abs", "//", "", "nul\0", "a\nb", "a" * 5000, "../../etc/passwd", "日本", "a/../b"]
)
def test_a_key_of_any_kind_has_an_artifact_and_a_path_in_it(key: str) -> None:
    assert check_collection(artifact_name("abc", key))
    path = entry_name(key, "table")
    assert check_path(path).endswith(".table.json")
    assert path != entry_name(key + "x", "table")


def test_a_key_that_is_a_path_is_the_path() -> None:
    assert entry_name("val/guesses", "table") == "val/guesses.table.json"
