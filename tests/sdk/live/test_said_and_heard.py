"""What a run says to people, what it hears from them, and the files it keeps and gets back."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from tests.sdk.live.conftest import post

WAITS = """
    import sys, time
    import gnomon
    {before}
    with gnomon.init(project="p", id={id!r}, settings={{"heartbeat_seconds": 0.2, {settings}}}) as run:
        run.log({{"x": 1}})
        print("up", flush=True)
        time.sleep(30)
    print("went on", flush=True)
"""


def stopped(server: Any, process: Any, id: str) -> tuple[str, str]:
    assert process.stdout.readline() == "up\n"
    until = time.monotonic() + 20
    while True:  # the run is known to the server a moment after the script's first row
        try:
            post(server, f"/api/runs/{server.entity()}/p/{id}/stop")
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
    began = time.monotonic()
    out, errors = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    return out, errors


def test_stop_on_the_page_is_a_ctrl_c_in_the_script(server: Any, start: Any) -> None:
    process = start(WAITS.format(id="stop", before="", settings=""))
    _, errors = stopped(server, process, "stop")
    assert process.returncode == -signal.SIGINT
    assert "was asked to stop" in errors and "KeyboardInterrupt" in errors
    assert server.run("stop")["state"] == "killed"


def test_stop_reaches_a_script_that_was_started_deaf_to_ctrl_c(server: Any, start: Any) -> None:
    deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n    nap = time.sleep\n"
    deaf += "    time.sleep = lambda secs: [nap(0.05) for _ in range(int(secs / 0.05))]"
    process = start(WAITS.format(id="deaf", before=deaf, settings=""))
    _, errors = stopped(server, process, "deaf")
    assert "KeyboardInterrupt" in errors
    assert server.run("deaf")["state"] == "killed"


def test_a_script_may_say_itself_what_a_stop_does(server: Any, start: Any) -> None:
    process = start(
        WAITS.format(
            id="asked", before="import os, threading; main = threading.get_ident()",
            settings='"stop_fn": lambda: (print(threading.get_ident() != main), run.finish(), os._exit(5))',
        )
    )  # fmt: skip
    out, _ = stopped(server, process, "asked")
    assert out == "True\n"
    assert process.returncode == 5
    assert server.run("asked")["state"] == "killed"


def test_a_run_says_things_aloud_once(server: Any, script: Any) -> None:
    script("""
    import gnomon
    from gnomon import AlertLevel
    with gnomon.init(project="p", id="loud"):
        gnomon.alert("Low accuracy", "0.2 < 0.5", level=AlertLevel.WARN, wait_duration=300)
        gnomon.alert("Low accuracy", "0.1 < 0.5", level="ERROR", wait_duration=300)
        gnomon.alert(title="Done", text="")
    """)
    found = server.get(f"/api/runs/{server.entity()}/p/loud/alerts")
    assert [(one["title"], one["text"], one["severity"]) for one in found] == [
        ("Done", "", "info"), ("Low accuracy", "0.2 < 0.5", "warn"),
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (1, "preempting")])
def test_a_run_that_will_be_preempted_says_so(server: Any, script: Any, code: int, state: str) -> None:
    script(f"""
    import gnomon
    run = gnomon.init(project="p", id="preempted{code}")
    gnomon.mark_preempting()
    run.finish(exit_code={code})
    """)
    run = server.run(f"preempted{code}")
    assert (run["state"], run["finished_at"] is not None) == (state, True)


def test_what_is_changed_while_a_run_goes_is_shown(server: Any, script: Any) -> None:
    script("""
    import gnomon
    with gnomon.init(project="p", id="edited", tags=["a"], config={"lr": 1}) as run:
        run.tags += ("b",)
        run.notes = "warmer"
        run.name = "other"
        run.pin_config_keys(["lr"])
        run.write_logs("from a subprocess\\n")
    """)
    run = server.run("edited")
    assert (run["name"], run["notes"], run["tags"]) == ("other", "warmer", ["a", "b"])
    assert run["client"]["pinned_keys"] == ["lr"]
    page = server.get(f"/api/runs/{server.entity()}/p/edited/console")
    assert [line["text"] for line in page["lines"]] == ["from a subprocess"]


def test_files_are_kept_by_their_policies_and_got_back(server: Any, script: Any) -> None:
    said = script("""
    import glob, json, os, time
    import gnomon
    os.makedirs("models/deep"); os.makedirs("late")
    open("models/a.pt", "w").write("a"); open("models/deep/b.pt", "w").write("b")
    os.symlink("a.pt", "models/link.pt")
    settings = {"x_live_policy_wait_time": 0.2, "ignore_globs": "*.tmp"}
    with gnomon.init(project="p", id="files", settings=settings) as run:
        kept = run.save("models/*.pt", policy="now")
        print(json.dumps([os.path.relpath(path, run.dir) for path in kept]))
        print(json.dumps([open(path).read() for path in kept]))
        run.save("models/deep/*", base_path="models")
        run.save(os.path.abspath("models/deep/b.pt"), policy="end")
        run.save("late/*", policy="live")
        open("late/c.txt", "w").write("c"); open("late/d.tmp", "w").write("d")
        time.sleep(1.5)
        open("late/c.txt", "w").write("c, changed")
        path = run.path
    print(json.dumps(path))
    again = gnomon.restore("models/link.pt", run_path=path, root="there")
    nothing = gnomon.restore("nothing", run_path=path)
    print(json.dumps([again.name, again.read(), nothing, glob.glob("there/**/*.part")]))
    """)
    assert said[0] == ["models/a.pt", "models/link.pt"]
    assert said[1] == ["a", "a"]
    assert said[2].endswith("/p/files")
    assert said[3] == ["there/models/link.pt", "a", None, []]
    files = server.get(f"/api/runs/{server.entity()}/p/files/files")
    sizes = {one["path"]: one["size_bytes"] for one in files if not one["path"].startswith("config")}
    assert sizes == {"models/a.pt": 1, "models/link.pt": 1, "deep/b.pt": 1, "late/c.txt": len("c, changed")}


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(script: Any) -> None:
    said = script("""
    import json, os
    import gnomon
    open("w.txt", "w").write("server")
    with gnomon.init(project="p", id="keeps") as run:
        run.save("w.txt", policy="now")
    open("w.txt", "w").write("here")
    for replace in (False, True):
        print(json.dumps(gnomon.restore("w.txt", run_path="p/keeps", replace=replace).read()))
    for name in ("../x", "/etc/passwd", ""):
        try:
            gnomon.restore(name, run_path="p/keeps")
        except gnomon.UsageError as error:
            print(json.dumps("inside of it" in str(error)))
    """)
    assert said == ["here", "server", True, True, True]


def test_what_a_logger_says_is_in_the_console_where_that_was_asked_for(server: Any, script: Any) -> None:
    script("""
    import logging
    import gnomon
    settings = gnomon.Settings(console="off", capture_loggers={"app": "INFO", "other": "nonsense"})
    logging.getLogger("app").setLevel(logging.DEBUG)
    with gnomon.init(project="p", id="loggers", settings=settings):
        logging.getLogger("app.part").info("kept")
        logging.getLogger("app").debug("too quiet")
        logging.getLogger("third").error("of somebody else")
    logging.getLogger("app").info("too late")
    assert not logging.getLogger("app").handlers
    """)
    page = server.get(f"/api/runs/{server.entity()}/p/loggers/console")
    assert [line["text"] for line in page["lines"]] == ["INFO:app.part:kept"]


def test_finish_may_raise_where_rows_are_left(script: Any) -> None:
    (said,) = script(
        """
    import json
    import gnomon
    run = gnomon.init(project="p", settings={"finish_timeout_raises": True})
    run.log({"x": 1})
    try:
        run.finish()
    except TimeoutError as error:
        print(json.dumps(str(error)))
    """,
        {"GNOMON_BASE_URL": "http://127.0.0.1:9"},
    )
    assert "1 row is still only on this machine" in said
