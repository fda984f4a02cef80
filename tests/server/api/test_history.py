"""What was logged, over HTTP: curves, rows, keys and lines."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import msgspec
import nanoarrow as na
import pytest
from nanoarrow import ipc

from gnomon.protocol.journal import MAGIC, frame

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.0


async def send(client: Any, run: str, *records: list[Any], number: int = 1, attempt: int | None = None) -> None:
    id, attempt_id = f"{number:032x}", f"{number if attempt is None else attempt:032x}"
    begin = [1, {"format": 1, "journal": id, "attempt": attempt_id, "writer": "main", "started_at": NOW - 50}]
    data = MAGIC + b"".join(frame(msgspec.msgpack.encode(record)) for record in [begin, *records])
    answer = await client.post(f"/api/runs/-/p/{run}/journal?journal={id}&offset=0", content=data)
    assert answer.json()["next"] == len(data)


def rows(count: int, factor: float = 1.0) -> list[list[Any]]:
    return [[5, 0, ["loss", "epoch"]], *([6, 0, i, NOW + i, i * factor, i // 10] for i in range(count))]


async def asked(client: Any, **query: Any) -> Any:
    answer = await client.post("/api/projects/-/p/series", json=query, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def curve(said: Any, run: str, key: str, column: str) -> list[Any]:
    for head in said["heads"]["series"]:
        if (head["run"], head["key"]) == (run, key):
            return list(said["columns"][column][head["start"] : head["start"] + head["length"]])
    raise AssertionError(f"no curve of {key} of {run}")


async def test_many_curves_come_in_one_set_of_columns(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(100), number=1)
    await send(ann, "b", *rows(50, 2.0), number=2)
    said = await asked(ann, runs=["b", "a", "nobody's"], keys=["loss", "missing"], buckets=10)
    assert [(head["run"], head["key"], head["points"]) for head in said["heads"]["series"]] == [
        ("b", "loss", 50),
        ("b", "missing", 0),
        ("a", "loss", 100),
        ("a", "missing", 0),
    ]
    assert curve(said, "a", "loss", "high")[-1] == 99
    assert curve(said, "b", "loss", "low")[0] == 0
    assert sum(curve(said, "b", "loss", "count")) == 50
    assert curve(said, "a", "missing", "count") == []


async def test_raw_points_come_once_they_fit(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(100))
    said = await asked(ann, runs=["a"], keys=["loss"], first=10, last=14, buckets=10)
    assert said["heads"]["series"][0]["raw"]
    assert curve(said, "a", "loss", "x_min") == [10, 11, 12, 13, 14]


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ("_step", [0.0, 1.0, 2.0]),
        ("_time", [NOW, NOW + 1, NOW + 2]),
        ("_runtime", [50.0, 51.0, 52.0]),
        ("loss", [0.0, 1.0, 2.0]),
    ],
)
async def test_x_is_what_was_asked_for(server: Any, x: str, expected: list[float]) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(100))
    said = await asked(ann, runs=["a"], keys=["loss"], x=x, last=expected[-1], buckets=100)
    assert curve(said, "a", "loss", "x_min") == expected


async def test_the_arrow_answer_says_the_same_as_the_json(server: Any) -> None:
    ann = await server.user("ann")
    values = [[6, 1, i, NOW + i, value] for i, value in enumerate([1.0, math.nan, math.inf, -math.inf, 2.0])]
    await send(ann, "a", *rows(300), [5, 1, ["odd"]], *values)
    query = {"runs": ["a"], "keys": ["loss", "odd", "none"], "buckets": 20}
    answer = await ann.post("/api/projects/-/p/series", json=query)
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    stream = na.c_array_stream(ipc.InputStream.from_readable(io.BytesIO(answer.content)))
    schema = stream.get_schema()
    batches = list(na.ArrayStream(stream))
    assert len(batches) == 1
    names = [schema.child(i).name for i in range(schema.n_children)]
    formats = {schema.child(i).name: schema.child(i).format for i in range(schema.n_children)}
    assert {name for name, kind in formats.items() if kind == "i"} == {"count", "nan", "pos_inf", "neg_inf"}
    assert {name for name, kind in formats.items() if kind == "g"} == {
        "x_min",
        "x_max",
        "low",
        "high",
        "mean",
        "first",
        "last",
        "step_first",
        "step_last",
        "step_low",
        "step_high",
    }
    said = await asked(ann, **query)
    heads = json.loads(dict(schema.metadata.items())[b"gnomon"])
    assert heads == said["heads"]
    for place, name in enumerate(names):
        column = [None if isinstance(v, float) and math.isnan(v) else v for v in batches[0].child(place).to_pylist()]
        assert column == said["columns"][name], name
    odd = heads["series"][1]
    assert sum(said["columns"]["nan"][odd["start"] : odd["start"] + odd["length"]]) == 1


async def test_a_bucket_says_at_which_step_its_extremes_are(server: Any) -> None:
    ann = await server.user("ann")
    values = [3.0, 1.0, math.nan, 1.0, 9.0, 2.0]
    await send(ann, "a", [5, 0, ["loss"]], *([6, 0, 10 * i, NOW + i, value] for i, value in enumerate(values)))
    said = await asked(ann, runs=["a"], keys=["loss"], buckets=1)
    assert (curve(said, "a", "loss", "step_low"), curve(said, "a", "loss", "step_high")) == ([10], [40])


async def test_a_step_that_was_logged_twice_is_read_as_asked(server: Any) -> None:
    ann = await server.user("ann")
    logged = [(0, 1.0), (1, 2.0), (1, 4.0), (1, math.nan), (1, 6.0)]
    await send(ann, "a", [5, 0, ["loss"]], *([6, 0, step, NOW + at, value] for at, (step, value) in enumerate(logged)))
    found: dict[str, Any] = {"last": [1.0, 6.0], "all": [1.0, 2.0, 4.0, "NaN", 6.0], "mean": [1.0, 4.0]}
    for repeats, values in found.items():
        said = await asked(ann, runs=["a"], keys=["loss"], repeats=repeats)
        assert curve(said, "a", "loss", "first") == [None if value == "NaN" else value for value in values]
        read = (await ann.get(f"/api/runs/-/p/a/rows?repeats={repeats}")).json()["rows"]
        assert [row["loss"] for row in read] == values
    for query in ({}, {"repeats": "last"}):
        assert curve(await asked(ann, runs=["a"], keys=["loss"], **query), "a", "loss", "first") == [1.0, 6.0]


async def test_an_answer_without_a_curve_is_an_empty_table(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(1))
    for query in (
        {"runs": [], "keys": ["loss"]},
        {"runs": ["a"], "keys": []},
        {"runs": ["x"], "keys": ["loss"], "x": "_runtime"},
    ):
        assert (await asked(ann, **query))["columns"]["count"] == []
        assert (await ann.post("/api/projects/-/p/series", json=query)).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"runs": ["a"]},
        {"runs": "a", "keys": ["x"]},
        {"runs": ["a"], "keys": ["x"], "buckets": 0},
        {"runs": ["a"], "keys": ["x"], "buckets": 10**9},
        {"runs": ["a"], "keys": [1]},
        {"runs": ["a"], "keys": ["x"], "more": 1},
        {"runs": ["a"], "keys": ["x"], "stream": "console/0"},
        {"runs": ["a"], "keys": ["x"], "repeats": "first"},
        {"runs": [f"r{i}" for i in range(101)], "keys": [f"k{i}" for i in range(100)]},
        {"runs": [f"r{i}" for i in range(100)], "keys": [f"k{i}" for i in range(100)], "buckets": 5000},
    ],
)
async def test_a_chart_that_cannot_be_is_told_what_is_wrong(server: Any, query: dict[str, Any]) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(1))
    answer = await ann.post("/api/projects/-/p/series", json=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


async def test_rows_come_in_pages_as_they_were_logged(server: Any) -> None:
    ann = await server.user("ann")
    await send(
        ann,
        "a",
        *rows(25),
        [5, 1, ["odd", "note"]],
        [6, 1, 30, NOW, math.nan, "hello"],
        [6, 1, 31, NOW, -math.inf, [1]],
    )
    found, cursor = [], ""
    while True:
        page = (await ann.get(f"/api/runs/-/p/a/rows?limit=10{cursor}")).json()
        found += page["rows"]
        if page["cursor"] is None:
            break
        cursor = f"&first={page['cursor']}"
    assert [row["_step"] for row in found] == [*range(25), 30, 31]
    assert (found[-2]["odd"], found[-2]["note"]) == ("NaN", "hello")
    assert (found[-1]["odd"], found[-1]["note"]) == ("-Infinity", [1])
    some = (await ann.get("/api/runs/-/p/a/rows?keys=epoch&first=5&last=6")).json()["rows"]
    assert [{key: row[key] for key in row if key != "_time"} for row in some] == [
        {"_step": 5, "epoch": 0},
        {"_step": 6, "epoch": 0},
    ]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "limit=999999", "stream=nope", "first=99999999999999999999", "last=1.5", "repeats=first"],
)
async def test_rows_that_cannot_be_are_told_what_is_wrong(server: Any, query: str) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(1))
    assert (await ann.get(f"/api/runs/-/p/a/rows?{query}")).status_code == 400


async def test_keys_say_what_they_hold(server: Any) -> None:
    ann = await server.user("ann")
    image = {"_type": "image-file", "path": "a.png"}
    await send(
        ann,
        "a",
        [7, {"name": "n", "step_metric": "epoch", "hidden": True}],
        [5, 0, ["n", "words", "picture", "list"]],
        [6, 0, 3, NOW, 1.5, "hi", image, [1, 2]],
    )
    found = {key["key"]: key for key in (await ann.get("/api/runs/-/p/a/keys")).json()}
    assert {name: (key["kind"], key["type"]) for name, key in found.items()} == {
        "n": ("number", ""),
        "words": ("text", ""),
        "picture": ("media", "image-file"),
        "list": ("json", ""),
    }
    assert (found["n"]["step_metric"], found["n"]["hidden"], found["n"]["first_step"]) == ("epoch", True, 3)
    assert found["picture"]["last"] == image


async def test_keys_of_a_project_are_counted_over_its_runs(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(10), number=1)
    await send(ann, "b", *rows(30), number=2)
    path = "/api/projects/-/p/keys"
    loss = next(key for key in (await ann.get(path)).json() if key["key"] == "loss")
    assert (loss["runs"], loss["points"], loss["min"], loss["max"]) == (2, 40, 0, 29)
    assert loss["mean"] == pytest.approx((sum(range(10)) + sum(range(30))) / 40)
    await send(ann, "c", *rows(5), number=3)
    await ann.delete("/api/runs/-/p/b")
    loss = next(key for key in (await ann.get(path)).json() if key["key"] == "loss")
    assert (loss["runs"], loss["points"]) == (2, 15)
    assert (await ann.get(path + "?stream=system")).json() == []
    assert (await ann.get(path + "?stream=console")).status_code == 400


async def test_a_key_of_a_project_is_what_the_newest_run_says_of_it(server: Any) -> None:
    ann = await server.user("ann")
    rule = [7, {"name": "n", "step_metric": "epoch", "hidden": True}]
    await send(ann, "a", [5, 0, ["n"]], [6, 0, 3, NOW, "text"], number=1)
    await send(ann, "b", rule, [5, 0, ["n"]], [6, 0, 5, NOW, math.nan], [6, 0, 6, NOW, 2.0], number=2)
    await send(ann, "a", [5, 0, ["n"]], [6, 0, 9, NOW, "later"], number=3)
    (found,) = (await ann.get("/api/projects/-/p/keys")).json()
    assert (found["kind"], found["last"], found["step_metric"], found["hidden"]) == ("number", 2.0, "epoch", True)
    assert (found["points"], found["first_step"], found["last_step"], found["mean"]) == (4, 3, 9, 2.0)


async def printed(client: Any) -> None:
    """Two attempts of one run, 30 lines and 2."""
    await send(client, "a", *([8, i, NOW + i, 1 + i % 2, f"line {i}"] for i in range(30)), number=1)
    await send(client, "a", [8, 0, NOW + 100, 1, "again ÄÖ"], [8, 1, NOW + 101, 1, "end"], number=2)


async def test_lines_are_numbered_over_all_attempts(server: Any) -> None:
    ann = await server.user("ann")
    await printed(ann)
    page = (await ann.get("/api/runs/-/p/a/console?first=28")).json()
    assert page["total"] == 32
    assert [(line["line"], line["attempt"], line["stream"], line["text"]) for line in page["lines"]] == [
        (28, 0, "stdout", "line 28"),
        (29, 0, "stderr", "line 29"),
        (30, 1, "stdout", "again ÄÖ"),
        (31, 1, "stdout", "end"),
    ]


async def test_the_tail_is_asked_for_from_the_end(server: Any) -> None:
    ann = await server.user("ann")
    await printed(ann)
    page = (await ann.get("/api/runs/-/p/a/console?first=-3&limit=2")).json()
    assert [line["line"] for line in page["lines"]] == [29, 30]
    assert (await ann.get("/api/runs/-/p/a/console?first=-1000&limit=1")).json()["lines"][0]["line"] == 0
    assert (await ann.get("/api/runs/-/p/a/console?first=99")).json() == {"lines": [], "total": 32}


async def test_a_text_is_found_in_the_lines(server: Any) -> None:
    ann = await server.user("ann")
    await printed(ann)
    found = (await ann.get("/api/runs/-/p/a/console", params={"find": "LINE 2"})).json()
    assert found == {"lines": [2, *range(20, 30)], "total": 32, "next": None}
    found = (await ann.get("/api/runs/-/p/a/console", params={"find": "line", "limit": 3, "first": 5})).json()
    assert found == {"lines": [5, 6, 7], "total": 32, "next": 8}
    assert (await ann.get("/api/runs/-/p/a/console", params={"find": "äö"})).json()["lines"] == [30]
    assert (await ann.get("/api/runs/-/p/a/console?find=")).status_code == 400


async def test_lines_are_found_by_pattern_stream_level_attempt_and_writer(server: Any) -> None:
    ann = await server.user("ann")
    text = [
        "\x1b[32mINFO\x1b[0m step=\x1b[1m5\x1b[0m",
        "Traceback (most recent call last):",
        "  File x",
        "OSError: no",
        "WARN x",
    ]
    await send(ann, "a", *([8, i, NOW + i, 2 if i else 1, one] for i, one in enumerate(text)), number=1)
    await send(ann, "a", [8, 0, NOW + 100, 1, "loss 0.5"], number=2)

    async def found(**query: Any) -> list[int]:
        answer = await ann.get("/api/runs/-/p/a/console", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["lines"])

    assert await found(find="step=5") == [0], "colours are not part of a text"
    assert await found(find=r"(step|loss)[= ]\d", regex=True) == [0, 5]
    assert await found(find="oserror", stream="stdout") == []
    assert await found(stream="stdout") == [0, 5]
    assert await found(level="error") == [1, 2, 3]
    assert await found(level="error", first=2) == [2, 3]
    assert await found(level="error,warn", find="x") == [2, 4]
    assert await found(attempt=1) == [5]
    assert await found(label="rank-1") == []
    page = (await ann.get("/api/runs/-/p/a/console?first=2")).json()
    assert [line["level"] for line in page["lines"]] == ["error", "error", "warn", ""]
    for wrong in (
        "find=(&regex=1",
        "find=(a%2B)%2B&regex=true",
        "stream=stdin",
        "level=loud",
        "attempt=x",
        "lines=1,x",
    ):
        assert (await ann.get(f"/api/runs/-/p/a/console?{wrong}")).status_code == 400, wrong


async def test_lines_are_read_by_time_and_by_number(server: Any) -> None:
    ann = await server.user("ann")
    await printed(ann)

    async def read(**query: Any) -> list[int]:
        page = (await ann.get("/api/runs/-/p/a/console", params=query)).json()
        return [line["line"] for line in page["lines"]]

    assert await read(time=NOW + 4.5, limit=2) == [5, 6]
    assert await read(time=NOW + 4.5, first=-3, limit=2) == [2, 3]
    assert await read(time=NOW + 60, limit=9) == [30, 31]
    assert await read(time=NOW + 999) == [31]
    assert await read(time=0, first=-5, limit=1) == [0]
    assert await read(lines="31,2,99,-1,2") == [2, 31]
    assert await read(lines="1,3") == [1, 2, 3], "small gaps are read over"
    many = ",".join(map(str, range(501)))
    assert (await ann.get(f"/api/runs/-/p/a/console?lines={many}")).status_code == 400


async def test_everything_printed_comes_as_a_file(server: Any) -> None:
    ann = await server.user("ann")
    await printed(ann)
    answer = await ann.get("/api/runs/-/p/a/console.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text == "".join(f"line {i}\n" for i in range(30)) + "again ÄÖ\nend\n"


async def test_a_file_of_what_was_printed_has_colours_or_none(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", [8, 0, NOW, 1, "\x1b[32mok\x1b[0m"])
    assert (await ann.get("/api/runs/-/p/a/console.txt")).text == "\x1b[32mok\x1b[0m\n"
    assert (await ann.get("/api/runs/-/p/a/console.txt?plain=true")).text == "ok\n"


async def test_a_line_that_never_came_keeps_its_place(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", [8, 0, NOW, 1, "first"], [8, 2, NOW, 1, "third"])
    page = (await ann.get("/api/runs/-/p/a/console")).json()
    assert [line["text"] for line in page["lines"]] == ["first", "", "third"]


async def test_the_server_counts_what_it_takes(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, "a", *rows(10))
    text = (await server.client().get("/metrics")).text
    assert "gnomon_ingest_rows_total 10\n" in text
    assert "gnomon_ingest_points_total 20\n" in text
    assert 'gnomon_runs{state="running"} 1\n' in text
    assert 'gnomon_http_requests_total{method="POST",status="200"} 1\n' in text
    assert 'gnomon_commit_seconds_bucket{le="+Inf"} 1\n' in text
