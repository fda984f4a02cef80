"""Runs of a server: listed, filtered, ordered, read and changed through `gnomon.Api()`."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.errors import CommError, Error, UnsupportedError, UsageError
from gnomon.sdk.public.api import Api
from gnomon.sdk.public.source import NotFoundError, RunNotFoundError

from .conftest import Log, Served


@pytest.fixture
def api(served: Served) -> Api:
    return served.api()


def test_a_run_has_what_was_logged(api: Api, logged: Log) -> None:
    config = {"lr": 0.1, "net": {"width": 3}, "bad": math.nan}
    logged("facts", [{"loss": 0.5}, {"loss": 0.25}], name="first", tags=["a"], notes="n", group="g", config=config)
    run = api.run("ann/p/facts")
    assert (run.id, run.name, run.state, run.tags, run.notes, run.group) == (
        "facts", "first", "finished", ["a"], "n", "g",
    )  # fmt: skip
    assert run.config["net"] == {"width": 3} and math.isnan(run.config["bad"])
    assert run.summary["loss"] == 0.25 and run.summary_metrics["_step"] == 1
    assert run.path == ["ann", "p", "facts"] and run.url.endswith("/ann/p/runs/facts")
    assert run.user.username == "ann" and run.created_at.endswith("Z") and run.lastHistoryStep == 1
    assert run.displayName == run.display_name == "first"
    with pytest.raises(AttributeError, match="no_such_thing"):
        run.no_such_thing  # noqa: B018


def test_a_run_is_named_in_every_way_people_do(served: Served, logged: Log) -> None:
    logged("named", [{"loss": 1}])
    api = served.api(entity="ann", project="p")
    for path in ("ann/p/named", "p/named", "named", "p:named", "ann/p/runs/named", f"{served.url}/ann/p/runs/named"):
        assert api.run(path).id == "named", path


@pytest.mark.parametrize("path", ["ann/p/nope", "ann/nope/r", "bob/p/r"], ids=["run", "project", "entity"])
def test_a_run_that_is_not_there_says_so(api: Api, logged: Log, path: str) -> None:
    logged("there", [{"loss": 1}])
    with pytest.raises(RunNotFoundError, match=r"Could not find run") as raised:
        api.run(path)
    assert isinstance(raised.value, ValueError) and isinstance(raised.value, CommError)


def test_paths_that_mean_nothing_are_refused(api: Api) -> None:
    for path in ("", "a/b/c/d/e"):
        with pytest.raises(ValueError, match="Invalid path"):
            api.run(path)


def many(logged: Log, project: str) -> None:
    for at in range(7):
        logged(f"r{at}", [{"loss": at / 2}], project=project, config={"lr": at}, tags=["even"] if at % 2 == 0 else [])


def test_runs_are_counted_indexed_sliced_and_gone_through_page_by_page(api: Api, logged: Log) -> None:
    many(logged, "pages")
    runs = api.runs("ann/pages", per_page=3)
    assert len(runs) == 7 and len(runs.objects) == 3
    assert runs[0].id == "r0" and runs[4].id == "r4" and runs[-1].id == "r6"
    assert [run.id for run in runs[1:3]] == ["r1", "r2"]
    assert [run.id for run in runs] == [run.id for run in runs] == [f"r{at}" for at in range(7)]


def test_filters_are_documents_and_orders_have_signs(api: Api, logged: Log) -> None:
    many(logged, "found")

    def ids(**asked: Any) -> list[str]:
        return [run.id for run in api.runs("ann/found", **asked)]

    assert ids(filters={"config.lr": {"$gt": 4}}) == ["r5", "r6"]
    assert ids(filters={"config.lr.value": 3}) == ["r3"]
    assert ids(filters={"tags": "even", "summary_metrics.loss": {"$lt": 2}}) == ["r0", "r2"]
    assert ids(filters={"$or": [{"name": "r1"}, {"config.lr": 2}]}) == ["r1", "r2"]
    assert ids(order="-created_at")[0] == "r6"
    assert ids(order="-summary_metrics.loss", filters={"config.lr": {"$lt": 3}}) == ["r2", "r1", "r0"]
    with pytest.raises(ValueError, match=r"cannot be ordered by 'lr'; perhaps by config\.lr"):
        ids(order="lr")
    with pytest.raises(CommError, match="no field 'lr'"):
        ids(filters={"lr": 1})
    with pytest.raises(NotFoundError, match="Could not find project ann/none"):
        list(api.runs("ann/none"))


def test_lists_fetch_configs_of_a_page_when_one_is_looked_at(
    served: Served, logged: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(logged, "lazy")
    api = served.api()
    asked: list[bool] = []
    records = api._source.records
    monkeypatch.setattr(
        api._source, "records", lambda *args, whole: (asked.append(whole), records(*args, whole=whole))[1]
    )
    runs = list(api.runs("ann/lazy", per_page=4))
    assert asked == [False, False]
    assert [run.config["lr"] for run in runs[:4]] == [0, 1, 2, 3]
    assert asked == [False, False, True]
    assert runs[5].summary["loss"] == 2.5
    assert asked == [False, False, True, True]
    api.flush()
    assert [run.config["lr"] for run in api.runs("ann/lazy", lazy=False)] == list(range(7))
    assert asked == [False, False, True, True, True]


def test_what_is_changed_and_updated_is_there_for_everybody(served: Served, api: Api, logged: Log) -> None:
    logged("edited", [{"loss": 1}], config={"lr": 0.1})
    run = api.run("ann/p/edited")
    run.name, run.notes, run.group = "better", "why", "exp"
    run.tags.append("best")
    run.config["lr"] = math.inf
    run.config["new"] = {"a": [1]}
    run.summary["best"] = {"loss": 1}
    run.update()
    again = served.api().run("ann/p/edited")
    assert (again.name, again.notes, again.group, again.tags) == ("better", "why", "exp", ["best"])
    assert again.config == {"lr": math.inf, "new": {"a": [1]}}
    assert again.summary["best"]["loss"] == 1 and again.summary["loss"] == 1
    again.group = None
    again.save()
    assert served.api().run("ann/p/edited").group is None


def test_a_summary_sends_itself(served: Served, api: Api, logged: Log) -> None:
    logged("summed", [{"loss": 1, "m": {"acc": 2}}])
    run = api.run("ann/p/summed")
    assert run.summary["m"]["acc"] == 2 and run.summary.m.acc == 2
    assert run.summary.get("none") is None and "m" in run.summary
    run.summary["m"]["f1"] = 3
    run.summary.update({"top": [1, 2]})
    assert served.api().run("ann/p/summed").summary["m"] == {"acc": 2, "f1": 3}
    del run.summary["m"]
    run.summary.update()
    assert dict(served.api().run("ann/p/summed").summary.items()).keys() == {
        "loss", "top", "_step", "_timestamp", "_runtime",
    }  # fmt: skip


def test_numbers_of_numpy_are_written_as_what_they_are(served: Served, api: Api, logged: Log) -> None:
    np = pytest.importorskip("numpy")
    logged("arrays", [{"loss": 1}])
    api.run("ann/p/arrays").summary.update({"a": np.float32(0.5), "b": np.arange(3), "c": {"d": np.int64(4)}})
    assert served.api().run("ann/p/arrays").summary == {
        **api.run("ann/p/arrays").summary_metrics, "a": 0.5, "b": [0, 1, 2], "c": {"d": 4},
    }  # fmt: skip


def test_a_run_is_made_without_a_script_and_its_state_is_set(api: Api) -> None:
    run = api.create_run(run_id="made", project="made")
    assert (run.id, run.state, run.entity) == ("made", "running", "ann")
    assert run.update_state("failed") and run.state == "failed"
    assert api.run("ann/made/made").state == "failed"
    with pytest.raises(CommError, match="cannot be set to 'finished'"):
        run.update_state("finished")
    run.wait_until_finished()
    waiting = type(run).create(api, project="made", state="pending")
    assert waiting.state == "pending" and len(waiting.id) == 8


def test_a_run_is_asked_to_stop_and_one_that_has_ended_is_left_alone(served: Served, api: Api, logged: Log) -> None:
    run = api.create_run(project="stops")
    run.stop()
    assert served.api()._service.get(f"/runs/ann/stops/{run.id}")["stop_asked"]
    logged("over", [{"loss": 1}])
    api.run("ann/p/over").stop()


def test_a_deleted_run_is_gone(served: Served, api: Api, logged: Log) -> None:
    logged("gone", [{"loss": 1}])
    api.run("ann/p/gone").delete()
    with pytest.raises(RunNotFoundError):
        served.api().run("ann/p/gone")


def test_files_are_found_fetched_put_and_deleted(api: Api, logged: Log, alone: Path) -> None:
    def save(run: Any) -> None:
        Path("notes.txt").write_text("hello")
        run.save("notes.txt")

    logged("files", [{"loss": 1}], then=save)
    run = api.run("ann/p/files")
    assert {"notes.txt"} <= {file.name for file in run.files()}
    assert [file.name for file in run.files(pattern="%.TXT")] == ["notes.txt"]
    assert [file.name for file in run.files(names=["./notes.txt", "nope"])] == ["notes.txt"]
    file = run.file("notes.txt")
    assert (file.size, file.mimetype) == (5, "text/plain") and file.url.endswith("/files/notes.txt")
    assert "notes.txt" in repr(file)
    with file.download("got") as content:
        assert content.read() == "hello"
    with pytest.raises(ValueError, match="is there already"):
        file.download("got")
    file.download("got", exist_ok=True).close()
    file.download("got", replace=True).close()
    Path("up").mkdir()
    Path("up/new.bin").write_bytes(b"\x00" * 100)
    assert run.upload_file("up/new.bin").name == "up/new.bin"
    assert run.upload_file("up/new.bin", root="up").name == "new.bin"
    with pytest.raises(ValueError, match="does not lie in"):
        run.upload_file("up/new.bin", root="got")
    run.file("up/new.bin").delete()
    with pytest.raises(NotFoundError, match="has no file"):
        run.file("up/new.bin")
    with pytest.raises(ValueError, match="not both"):
        run.files(names=["a"], pattern="b")


def test_console_lines_are_read_from_the_start_and_from_the_end(api: Api, logged: Log) -> None:
    logged("prints", [{"loss": 1}], then=lambda run: run.write_logs("".join(f"line {at}\n" for at in range(25))))
    run = api.run("ann/p/prints")
    lines = run.console_logs(per_page=10)
    assert [line.content for line in lines] == [f"line {at}" for at in range(25)]
    assert [line.number for line in lines] == list(range(25)) and len(lines) == 25
    assert [line.content for line in run.console_logs(last=3)] == ["line 22", "line 23", "line 24"]
    assert len(list(run.console_logs(last=100))) == 25


def test_others_see_nothing_and_change_nothing(served: Served, logged: Log) -> None:
    logged("mine", [{"loss": 1}])
    with pytest.raises(RunNotFoundError):
        served.api("bob").run("ann/p/mine")
    run = served.api("root").run("ann/p/mine")
    assert run.id == "mine"


def test_pages_of_runs_are_shown_in_notebooks(api: Api, logged: Log) -> None:
    logged("shown", [{"loss": 1}])
    run = api.run("ann/p/shown")
    assert run.to_html(300) == (
        f"<iframe src='{run.url}?jupyter=true' style='border:none;width:100%;height:300px;'></iframe>"
    )
    assert "<button" in run.to_html(hidden=True) and run.display() is False
    assert repr(run) == "<Run ann/p/shown (finished)>" and repr(api.runs("ann/p")) == "<Runs ann/p>"


def test_projects_users_and_teams(served: Served, api: Api, logged: Log) -> None:
    api.create_project("made-first", "ann")
    logged("x", [{"loss": 1}])
    projects = api.projects()
    assert {"made-first", "p"} <= {project.name for project in projects}
    project = api.project("p")
    assert project.path == ["ann", "p"] and project.url.endswith("/ann/p/workspace") and project.owner.username == "ann"
    with pytest.raises(ValueError, match="not found"):
        api.project("never").id  # noqa: B018
    assert api.viewer.username == api.default_entity == "ann"
    root = served.api("root")
    assert root.create_user("carl@example.org").username == "carl"
    team = root.create_team("lab", admin_username="ann")
    assert [(one.name, one.admin) for one in team.members] == [("ann", True)]
    assert team.invite("bob") and not team.invite("nobody")
    assert {one.username for one in root.team("lab").members} == {"ann", "bob"}
    assert next(one for one in team.members if one.name == "bob").delete()
    assert [one.name for one in root.team("lab").members] == ["ann"]
    assert api.user("bob") is None and root.user("bob").username == "bob"  # type: ignore[union-attr]
    key = api.viewer.generate_api_key("for a test")
    assert key and api.viewer.api_keys and key.startswith(api.viewer.api_keys[-1])
    assert api.viewer.delete_api_key(api.viewer.api_keys[-1]) and not api.viewer.delete_api_key("nope")


def test_paths_mean_projects_and_runs(api: Api, logged: Log) -> None:
    logged("path", [{"loss": 1}])
    assert repr(api.from_path("p")) == repr(api.from_path("ann/p")) == "<Project ann/p>"
    assert repr(api.from_path("ann/p/path")) == repr(api.from_path("ann/p/runs/path")) == "<Run ann/p/path (finished)>"
    with pytest.raises(Error, match="Invalid path"):
        api.from_path("ann/p/what/path")


def test_a_query_in_sql_is_answered_with_dicts(api: Api, logged: Log) -> None:
    logged("asked", [{"loss": 0.5}, {"loss": 0.25}], project="sql")
    query = "select run, min(value) as best from history where key = 'loss' group by run"
    assert api.sql(query, project="sql") == [{"run": "asked", "best": 0.25}]
    with pytest.raises(CommError):
        api.sql("drop table runs", project="sql")
    with pytest.raises(UsageError, match="format is 'xml'"):
        api.sql(query, project="sql", format="xml")  # type: ignore[arg-type]


def test_a_custom_chart_is_kept(api: Api) -> None:
    assert api.create_custom_chart("ann", "mine", "Mine", "vega2", "private", {"mark": "bar"}) == "ann/mine"
    with pytest.raises(UsageError, match="nothing|those who may see|private"):
        api.create_custom_chart("ann", "mine", "Mine", "vega2", "public", "{}")


@pytest.mark.parametrize(
    ("call", "args"),
    [("create_run_queue", ("q", "local")), ("registries", ()), ("organization", ()), ("list_jobs", ("a", "b")),
     ("automations", ()), ("slack_integrations", ())],
)  # fmt: skip
def test_what_is_not_here_says_so_by_its_name(api: Api, call: str, args: tuple[str, ...]) -> None:
    with pytest.raises(UnsupportedError, match=f"Api.{call}: there are no"):
        getattr(api, call)(*args)


def test_a_server_that_is_not_there_is_named(alone: Path) -> None:
    with pytest.raises(CommError, match="nobody listens at http://localhost:1"):
        Api({"base_url": "http://localhost:1"}, timeout=0.1, api_key="k" * 40).run("ann/p/r")


def test_a_viewer_of_a_team_reads_and_changes_nothing(served: Served, logged: Log) -> None:
    root = served.api("root")
    if "readers" not in {team["name"] for team in root._service.get("/teams")}:
        root.create_team("readers", admin_username="ann")
    root._service.put("/teams/readers/members/bob", {"role": "viewer"})
    logged("seen", [{"loss": 0.5}], entity="readers")
    run = served.api("bob").run("readers/p/seen")
    assert [row["loss"] for row in run.scan_history()] == [0.5]
    run.name = "mine now"
    for change in (run.update, run.delete, lambda: run.summary.update({"a": 1}), lambda: run.update_state("failed")):
        with pytest.raises(CommError, match="bob may read readers, but not change it"):
            change()
    assert served.api().run("readers/p/seen").name != "mine now"


def test_one_api_serves_many_threads(api: Api, logged: Log) -> None:
    for at in range(4):
        logged(f"thread{at}", [{"loss": at + step} for step in range(50)], project="threads")
    runs = list(api.runs("ann/threads"))

    def work(number: int) -> list[float]:
        return [row["loss"] for row in runs[number % 4].scan_history(keys=["loss"])]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(32)))
    assert found == [[number % 4 + step for step in range(50)] for number in range(32)]
