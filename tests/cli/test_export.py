"""`gnomon export` and `gnomon sql` as they are run, against a server that runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from gnomon.cli.sql import ROWS_SHOWN, as_table

from .test_server import Machine, machine

__all__ = ["machine"]

SCRIPT = """
import gnomon
run = gnomon.init(project="p", id="first", settings=gnomon.Settings(silent=True))
for step in range(100):
    run.log({"loss": 1 / (step + 1), "acc": step / 100})
run.finish()
"""


@pytest.fixture
def served(machine: Machine) -> Machine:
    """A server with one run."""
    _, printed = machine.start()
    found = re.search(r"http://localhost:\d+", printed)
    assert found is not None
    machine.url = found[0]  # type: ignore[attr-defined]
    environ = {**machine.environ, "GNOMON_BASE_URL": found[0], "GNOMON_DIR": str(machine.root)}
    subprocess.run([sys.executable, "-c", SCRIPT], env=environ, check=True, timeout=60)
    return machine


def call(served: Machine, *args: str, **given: str) -> subprocess.CompletedProcess[str]:
    return served.call(*args, "--host", served.url, **given)  # type: ignore[attr-defined]


def test_what_a_run_has_logged_is_taken_away_and_asked_about(served: Machine, tmp_path: Path) -> None:
    entity = "ann"
    for format, shape in (("parquet", "wide"), ("csv", "wide"), ("parquet", "long")):
        file = tmp_path / f"out.{format}"
        done = call(served, "export", f"{entity}/p/first", "--format", format, "--shape", shape, "-o", str(file))
        assert done.returncode == 0, done.stderr
        assert f"Wrote {file}" in done.stderr
        with duckdb.connect() as connection:
            question = "count(*), max(loss)" if shape == "wide" else "count(*), max(value)"
            rows = 100 if shape == "wide" else 200
            assert connection.execute(f"select {question} from '{file}'").fetchall() == [(rows, 1.0)]
    done = call(served, "export", "p", "--keys", "acc", "--format", "csv", "-o", "-")
    assert done.stdout.splitlines()[:2] == ["run,key,step,time,value,text", done.stdout.splitlines()[1]]
    assert len(done.stdout.splitlines()) == 101

    query = "select run, max(value) as best from history where key = 'acc' group by run"
    done = call(served, "sql", query, "--project", f"{entity}/p", "--format", "table")
    assert done.stdout.splitlines() == ["run    best", "first  0.99", "1 row"], done.stderr
    done = call(served, "sql", "-", "--project", "p", "--format", "json", input=query)
    assert json.loads(done.stdout)["rows"] == [["first", 0.99]]
    assert call(served, "sql", query, "--project", "p").stdout.splitlines() == ["run,best", "first,0.99"]

    file = tmp_path / "answer.parquet"
    done = call(served, "sql", "select nothing from history", "--project", "p", "-o", str(file))
    assert done.returncode == 1
    assert "LINE 1: select nothing from history" in done.stderr
    assert not file.exists() and list(tmp_path.glob(".*part")) == []
    done = call(served, "export", f"{entity}/p/nobody", "-o", str(file))
    assert done.returncode == 1 and "nobody" in done.stderr
    assert not file.exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["export", "a/b/c/d", "-o", "-"], "ENTITY/PROJECT/RUN"),
        (["export", "a//c", "-o", "-"], "ENTITY/PROJECT/RUN"),
        (["export", "a/b/c", "--where", "state = running", "-o", "-"], "this is one run"),
        (["export", "a/b", "--format", "xlsx"], "xlsx"),
        (["sql", "select 1"], "--project ENTITY/PROJECT"),
        (["sql", "select 1", "--project", "a/b/c"], "is neither"),
        (["sql", "select 1", "--project", "p"], "not signed in"),
        (["export", "p", "-o", "-"], "not signed in"),
    ],
)
def test_a_command_that_makes_no_sense_says_why(machine: Machine, args: list[str], says: str) -> None:
    done = machine.call(*args)
    assert done.returncode != 0
    assert says in done.stderr


def test_a_file_that_is_there_is_not_written_over_unasked(machine: Machine) -> None:
    there = machine.root / "p.parquet"
    there.write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "gnomon", "export", "p"], capture_output=True, text=True, env=machine.environ,
        cwd=machine.root, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1 and "is there already" in done.stderr
    assert there.read_text() == "mine"


def test_a_table_shows_rows_people_can_read() -> None:
    answer = {
        "columns": [{"name": "名"}, {"name": "n"}, {"name": "box"}],
        "rows": [["x\x1b[31m", 1.5, {"a": [1]}], ["長い", None, None]],
    }
    assert as_table(answer).splitlines() == ["名        n  box", 'x [31m  1.5  {"a":[1]}', "長い", "2 rows"]
    many = as_table({"columns": [{"name": "n"}], "rows": [[number] for number in range(ROWS_SHOWN + 1)]})
    assert f"{ROWS_SHOWN + 1} rows, the first {ROWS_SHOWN}" in many
    assert as_table({"columns": [{"name": "n"}], "rows": []}) == "n\n0 rows\n"
