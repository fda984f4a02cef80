"""What a query may be made of, and which rows it can need: as DuckDB reads and plans it, in this process."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gnomon.server.sql import child
from gnomon.server.sql.plan import Need, Refused, merged, need

TASK = {"memory_mb": 256, "disk_mb": 256, "threads": 1}

HOSTILE = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('answer.db')",
    "select * from read_parquet('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from 'answer.db'",
    "from 'x.csv'",
    "select * from glob('/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from parquet_metadata('/etc/passwd')",
    "select (select count(*) from read_text('/etc/passwd'))",
    "select 1 where exists (from read_text('/etc/passwd'))",
    "with t as (select * from read_text('/etc/passwd')) select * from t",
    "select * from query('select * from read_text(''/etc/passwd'')')",
    "select * from query_table('/etc/passwd')",
    "select * from query_table(['history', 'other'])",
    "copy history to '/tmp/gnomon-copied.csv'",
    "copy (select 1) to '/dev/stdout'",
    "copy history from '/etc/passwd'",
    "attach '/tmp/gnomon-attached.db'",
    "attach ':memory:' as other",
    "export database '/tmp/gnomon-exported'",
    "import database '/tmp'",
    "install httpfs",
    "load httpfs",
    "select * from 'https://example.com/a.parquet'",
    "pragma database_list",
    "pragma threads = 64",
    "set memory_limit = '100GB'",
    "reset memory_limit",
    "set enable_external_access = true",
    "call pragma_version()",
    "create table t (a int)",
    "create function f(x) as x",
    "create secret (type s3, key_id 'x')",
    "drop table history",
    "delete from history",
    "insert into history select * from history",
    "update history set value = 0",
    "alter table history add column x int",
    "truncate history",
    "begin",
    "checkpoint",
    "vacuum",
    "use memory",
    "prepare p as select 1",
    "execute p",
    "deallocate p",
    "explain select 1",
    "explain analyze select 1",
    "describe select * from read_text('/etc/passwd')",
    "summarize select * from read_csv('/etc/passwd')",
    "show tables",
    "show all tables",
    "select getenv('HOME')",
    "select getenv('PATH')",
    "select current_setting('temp_directory')",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_databases()",
    "select * from duckdb_extensions()",
    "select * from duckdb_functions()",
    "select * from pragma_database_size()",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_settings",
    "select * from main.duckdb_settings",
    "select * from system.main.duckdb_databases",
    "select * from temp.answer",
    "select * from sqlite_master",
    "select * from enable_logging()",
    "select * from write_log('x')",
    "select write_log('x')",
    "select * from connection",
    "select * from task",
    "select * from arrow_scan(1, 2, 3)",
    "select * from pandas_scan(1)",
    "select * from python_map_function((select 1))",
    "select * from repeat((select * from read_text('/etc/passwd')), 2)",
    "pivot history on key using avg(value)",
    "select nextval('s')",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_refused(query: str) -> None:
    """Files, network, other tables, settings, extensions, the server's environment, and anything but SELECT."""
    with pytest.raises((Refused, duckdb.Error, child.Wrong)) as refusal:
        child.planned(query, TASK)
    assert "root:" not in str(refusal.value)


@pytest.mark.parametrize(
    "query",
    [
        "select 1", "from history", "values (1)", "table runs", "describe history", "summarize history",
        "select * from HISTORY h", "select * from (select * from history) where step in (select 1)",
        "with recursive t as (select 1 n union all select n + 1 from t where n < 9) select * from t, history",
        "with runs as (select 2) select * from runs", "select unnest([1, 2])", "from range(3)",
        "select * from history, json_each('[1]')", "select j.* from runs, json_each(config) j",
        "select count(*) filter (value > 0) over (partition by run) from history qualify true",
        "select * from history asof join system using (run, step)", "select * from history using sample 3",
        "(select 1) union (select 2) intersect (select 3) order by all", "select columns('v.*') from history",
    ],
)  # fmt: skip
def test_a_question_about_the_tables_is_not_refused(query: str) -> None:
    child.planned(query, TASK)


WHERE = [
        "true", "key = 'loss'", "key = 'it''s'", "key in ('loss', 'acc')", "run = 'a'",
        "run in ('a', 'b') and key = 'acc'",
        "run = 'nobody'", "key = 'loss' or key = 'acc'", "key = 'loss' or run = 'a'", "key like 'l%'", "key <> 'loss'",
        "step between 1 and 2", "step > 1", "step = 1 and key = 'loss'", "step < 1 or step >= 3", "not (key = 'loss')",
        "key = lower('LOSS')", "key = 'x' || chr(10) || '(step = 1)' || chr(10) or key = 'loss'", "value > 2.5",
        "key = 'loss' and value > (select avg(value) from history where key = 'acc')", "text is not null",
        "(run, key) in (('a', 'loss'), ('b', 'it''s'))", "key in (select 'acc')", "key is null",
        "run in (select id from runs where id > 'a')", "key = any(['acc', 'note'])", "step = step + 0",
    ]  # fmt: skip


def rows() -> list[tuple[str, int, str, float | None, str | None]]:
    made: list[tuple[str, int, str, float | None, str | None]] = []
    draw = random.Random(0)
    for run in ("a", "b", "it's", "c d"):
        for key in ("loss", "acc", "note", "it's", "x\n(step = 1)\n"):
            for step in range(-2, 6):
                made.append(
                    (run, step, key, None if key == "note" else draw.random() * 5, "t" if key == "note" else None)
                )
    return made


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """Everything there is in the schema `whole`, and as much of it as is needed in the schema `part`."""
    with duckdb.connect() as connection:
        for name in ("whole", "part"):
            connection.execute(f"create schema {name}")
            columns = "run varchar, step bigint, key varchar, value double, text varchar"
            connection.execute(f"create table {name}.history ({columns})")
            connection.execute(f"create table {name}.runs as select * from (values ('a'), ('b')) t(id)")
        connection.executemany("insert into whole.history values (?, ?, ?, ?, ?)", rows())
        yield connection


def assert_same(tables: duckdb.DuckDBPyConnection, query: str) -> Need:
    """That an answer does not change without the rows that are not needed; what is."""
    needs = child.planned(query, TASK).needs.get("history", [])
    one = merged(needs)
    tables.execute("delete from part.history")
    if needs:
        tables.execute(
            "insert into part.history select * from whole.history where ($1 is null or run in (select unnest($1)))"
            " and ($2 is null or key in (select unnest($2)))"
            " and ($3 is null or step >= $3) and ($4 is null or step <= $4)",
            [
                None if one.runs is None else list(one.runs),
                None if one.keys is None else list(one.keys),
                one.first,
                one.last,
            ],
        )
    found = []
    for schema in ("part", "whole"):
        tables.execute(f"set schema = '{schema}'")
        found.append(tables.execute(query).fetchall())
    assert repr(found[0]) == repr(found[1])
    return one


@pytest.mark.parametrize("where", WHERE)
def test_rows_that_are_left_away_do_not_change_an_answer(tables: duckdb.DuckDBPyConnection, where: str) -> None:
    assert_same(tables, f"select run, step, key, value, text from history where {where} order by all")
    assert_same(tables, f"select max(value) from history where exists (select 1 from history where {where})")
    assert_same(
        tables,
        f"with t as (select * from history where {where}) select t.run, count(*) from t, t u group by 1 order by 1",
    )
    assert_same(
        tables,
        f"select (select count(*) from history where {where}) + (select count(*) from history where key = 'acc')",
    )
    assert_same(
        tables, f"select run, value from history where {where} order by value desc nulls last, run, step, key limit 3"
    )


terms = st.recursive(
    st.sampled_from(
        ["key = 'loss'", "key = 'it''s'", "key in ('acc', 'note')", "run = 'a'", "run in ('a', 'it''s')",
         "step > 1", "step <= 3", "step = 2", "value > 1", "text is null", "key <> 'loss'", "run like 'a%'",
         "run = key", "step = 9"]
    ),
    lambda inner: st.builds(lambda a, op, b: f"({a} {op} {b})", inner, st.sampled_from(["and", "or"]), inner)
    | st.builds(lambda a: f"(not {a})", inner),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=terms)
def test_no_condition_makes_a_plan_leave_rows_away_that_count(tables: duckdb.DuckDBPyConnection, where: str) -> None:
    assert_same(tables, f"select run, step, key from history where {where} order by all")


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("key = 'loss' and run = 'a'", Need(("a",), ("loss",))),
        ("key in ('acc', 'loss') and run in ('a', 'b')", Need(("a", "b"), ("acc", "loss"))),
        ("key = 'acc' or key = 'loss'", Need(None, ("acc", "loss"))),
        ("key = 'it''s'", Need(None, ("it's",))),
        ("step between 2 and 4 and key = 'loss'", Need(None, ("loss",), 2, 4)),
        ("step >= 2 and value > 0.5", Need(None, None, 2, None)),
        ("run = 'a' or key = 'loss'", Need()),
        ("key like 'l%'", Need()),
    ],
)
def test_what_is_named_is_all_that_is_needed(tables: duckdb.DuckDBPyConnection, where: str, wanted: Need) -> None:
    assert assert_same(tables, f"select count(*) from history where {where}") == wanted


def test_filters_are_understood_as_two_versions_write_them() -> None:
    for filters in (
        ["(key = 'it''s')", "optional: (run IN ('a', 'b'))", "((step > 5) AND (step <= 100))", "(value > 0.5)"],
        ["key='it''s'", "optional: run IN ('a', 'b')", "step>5 AND step<=100", "value>0.5"],
        ["key='it''s'", "optional: run='a' OR run='b'", "step>5", "step<=100"],
    ):
        assert need(filters) == Need(("a", "b"), ("it's",), 6, 100)


def test_a_table_that_is_not_read_is_not_needed() -> None:
    assert child.planned("select 1", TASK).needs == {}
    assert set(child.planned("select count(*) from runs", TASK).needs) == {"runs"}
    assert set(child.planned("select 1 from system s, runs r where s.run = r.id", TASK).needs) == {"runs", "system"}


def test_a_plan_that_is_not_understood_needs_everything() -> None:
    for filters in (
        ["key=loss"],
        ["key='a' OR value>1"],
        ["key='a' OR run='b'"],
        ["step>1 OR step<0"],
        ["(key = 'a') OR (value > 1)"],
        ["(key = '", "(step = 1)", "')"],
        [None, 3],
        ["(a = 'b')"],
    ):
        assert need(filters) == Need()
