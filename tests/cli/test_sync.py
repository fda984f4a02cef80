"""`gnomon sync`, `login`, `logout` and `status`, as a person types them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gnomon.cli.root import COMMANDS, cli
from gnomon.protocol import registry
from gnomon.sdk import credentials, settings

_spec = importlib.util.spec_from_file_location(
    "shipper_doubles", Path(__file__).parents[1] / "sdk" / "shipper" / "conftest.py"
)
assert _spec is not None
assert _spec.loader is not None
doubles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(doubles)


@pytest.fixture
def server():
    double = doubles.Double()
    yield double
    double.stop()


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("GNOMON_", "WANDB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GNOMON_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("GNOMON_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


@pytest.fixture
def runs(home, server):
    """Three runs that ended without ever being sent."""
    made = []
    for number in range(3):
        script = doubles.Script(
            home / "work" / "gnomon-runs" / f"run-{number}", server.url, pid=2**30, run=f"r{number}"
        )
        script.begin["run"] = f"r{number}"
        script.log(20)
        script.finish()
        script.close()
        made.append(script)
    return made


def gnomon(*arguments: str, **more: object):
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False, **more)


def test_sync_sends_what_lies_here_and_again_changes_nothing(runs, server, monkeypatch):
    monkeypatch.setenv("GNOMON_API_KEY", doubles.KEY)
    for _ in range(3):
        answer = gnomon("sync")
        assert answer.exit_code == 0, answer.output
        assert "3 of 3 runs are complete" in answer.output
        assert sorted(server.losses()) == sorted(list(range(20)) * 3)


def test_sync_takes_run_folders_and_folders_of_them(runs, server, monkeypatch):
    monkeypatch.setenv("GNOMON_API_KEY", doubles.KEY)
    assert "1 of 1" in gnomon("sync", str(runs[0].path)).output
    assert "3 of 3" in gnomon("sync", str(runs[0].path.parent)).output


def test_sync_finds_what_the_registry_remembers(home, runs, server, monkeypatch):
    monkeypatch.setenv("GNOMON_API_KEY", doubles.KEY)
    registry.add(registry.Entry(runs[0].journal, runs[0].path, server.url))
    monkeypatch.chdir(home)
    assert "Nothing to send" in gnomon("sync").output
    assert "1 of 1" in gnomon("sync", "--all").output
    assert registry.entries() == []


def test_sync_leaves_with_1_where_something_is_left(runs, server):
    server.stop()
    answer = CliRunner().invoke(cli, ["sync", str(runs[0].path)], env={"GNOMON_API_KEY": doubles.KEY})
    assert answer.exit_code == 1
    assert "20 rows left" in answer.output


def test_sync_without_a_key_names_the_command_that_mends_it(runs, server):
    answer = gnomon("sync", str(runs[0].path))
    assert answer.exit_code == 1
    assert f"gnomon login --host {server.url}" in answer.output


def test_sync_says_when_there_is_no_such_folder(home):
    answer = gnomon("sync", "nowhere")
    assert answer.exit_code == 1
    assert answer.output == "Error: There is no such folder. nowhere\n"


def test_two_syncs_at_a_time_send_everything_once(runs, server):
    environ = {**os.environ, "GNOMON_API_KEY": doubles.KEY}
    command = [sys.executable, "-m", "gnomon", "sync"]
    both = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert sorted(server.losses()) == sorted(list(range(20)) * 3)


def test_login_asks_the_server_and_stores_the_key(home, server):
    answer = gnomon("login", doubles.KEY, "--host", server.url)
    assert answer.exit_code == 0
    assert answer.output == f"Signed in as ada at {server.url}\n"
    assert credentials.find_key(server.url) == doubles.KEY


def test_scripts_log_to_the_server_that_login_was_told_of(home, server, monkeypatch):
    monkeypatch.delenv("GNOMON_BASE_URL", raising=False)
    file = Path(credentials.settings_file())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"project": "mine"}')
    assert gnomon("login", doubles.KEY, "--host", server.url).exit_code == 0
    held = settings.load(os.environ, file=file)
    assert (held.base_url, held.project) == (server.url, "mine")
    assert gnomon("login").output == f"Signed in as ada at {server.url}, by the stored key\n"
    monkeypatch.setenv("GNOMON_BASE_URL", "http://elsewhere:1")
    answer = gnomon("login", doubles.KEY, "--host", server.url)
    assert "GNOMON_BASE_URL names another server, and wins" in answer.output


def test_login_does_not_write_over_a_settings_file_that_is_damaged(home, server):
    file = Path(credentials.settings_file())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{")
    answer = gnomon("login", doubles.KEY, "--host", server.url)
    assert (answer.exit_code, file.read_text()) == (1, "{")
    assert "settings.json" in answer.output


def test_login_prompts_and_does_not_show_the_key(home, server):
    answer = gnomon("login", "--host", server.url, input=doubles.KEY + "\n")
    assert answer.exit_code == 0
    assert doubles.KEY not in answer.output
    assert credentials.find_key(server.url) == doubles.KEY


def test_login_with_a_wrong_key_stores_nothing(home, server):
    answer = gnomon("login", "w" * 40, "--host", server.url)
    assert answer.exit_code == 1
    assert "does not know this key" in answer.output
    assert credentials.find_key(server.url) is None


def test_login_stores_the_key_of_a_server_that_is_away(home):
    answer = gnomon("login", doubles.KEY, "--host", "http://127.0.0.1:9")
    assert answer.exit_code == 0
    assert "could not be checked: nobody listens at" in answer.output
    assert credentials.find_key("http://127.0.0.1:9") == doubles.KEY


def test_a_key_typed_at_a_terminal_is_not_shown(home, server):
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gnomon", "login", "--host", server.url],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    os.close(theirs)
    shown = b""
    while b"(it is not shown)" not in shown:
        shown += os.read(ours, 4096)
    os.write(ours, doubles.KEY.encode() + b"\n")
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the other side was closed
        pass
    os.close(ours)
    assert process.wait(30) == 0
    assert doubles.KEY.encode() not in shown
    assert credentials.find_key(server.url) == doubles.KEY


def test_login_without_a_key_and_without_a_terminal_says_what_to_do(home, server):
    answer = gnomon("login", "--host", server.url)
    assert answer.exit_code == 1
    assert f"There is no terminal to ask for the key of {server.url}" in answer.output


@pytest.mark.parametrize("key", ["abc", "k" * 39, "k" * 257, "k k" + "k" * 37])
def test_what_cannot_be_a_key_is_said_without_repeating_it(home, server, key):
    answer = gnomon("login", key, "--host", server.url)
    assert answer.exit_code == 1
    assert "An API key has" in answer.output
    assert key not in answer.output


def test_login_checks_a_key_of_the_environment_and_does_not_store_it(home, server, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", doubles.KEY)
    answer = gnomon("login", "--host", server.url)
    assert answer.output == f"Signed in as ada at {server.url}, by WANDB_API_KEY\n"
    assert credentials.stored_key(server.url) is None
    monkeypatch.setenv("GNOMON_API_KEY", "w" * 40)  # wins over the other
    answer = gnomon("login", "--host", server.url)
    assert (answer.exit_code, "does not know GNOMON_API_KEY" in answer.output) == (1, True)


def test_login_with_a_stored_key_that_is_not_known_any_more_says_how_to_give_another(home, server):
    gnomon("login", doubles.KEY, "--host", server.url)
    server.key = "n" * 40
    answer = gnomon("login", "--host", server.url)
    assert answer.exit_code == 1
    assert "does not know the stored key" in answer.output and "--relogin" in answer.output
    assert gnomon("login", "--relogin", "--host", server.url, input="n" * 40).exit_code == 0


def test_login_at_something_that_is_no_gnomon_server_stores_nothing(home, server):
    server.trouble = (404, "text/html", "<h1>nothing here</h1>")
    answer = gnomon("login", doubles.KEY, "--host", server.url)
    assert answer.exit_code == 1
    assert "does not look like a Gnomon server" in answer.output
    assert credentials.stored_key(server.url) is None


@pytest.mark.parametrize("host", ["ftp://here", "http://", "here:port", "here:99999"])
@pytest.mark.parametrize("command", ["login", "logout", "status", "sync"])
def test_a_host_that_is_no_address_is_refused(runs, command, host):
    answer = gnomon(command, "--host", host)
    assert answer.exit_code == 2
    assert "--host is an http or https address" in answer.output


def test_an_address_in_the_environment_that_is_none_is_named(runs, monkeypatch):
    monkeypatch.setenv("WANDB_BASE_URL", "here")
    for command in ("status", "sync", "login"):
        answer = gnomon(command)
        assert answer.exit_code == 1
        assert "WANDB_BASE_URL is wrong" in answer.output


def test_what_gnomon_variables_say_wins_over_wandb_ones_and_an_argument_over_both(home, server, monkeypatch):
    monkeypatch.setenv("WANDB_BASE_URL", "http://second:1")
    assert "Server   http://second:1" in gnomon("status").output
    monkeypatch.setenv("GNOMON_BASE_URL", "http://127.0.0.1:9")
    assert "Server   http://127.0.0.1:9" in gnomon("status").output
    assert f"Server   {server.url}" in gnomon("status", "--host", server.url).output


def test_logout_forgets(home, server):
    gnomon("login", doubles.KEY, "--host", server.url)
    assert gnomon("logout", "--host", server.url).exit_code == 0
    assert credentials.find_key(server.url) is None
    assert "No key" in gnomon("logout", "--host", server.url).output


def test_status_tells_who_where_and_what_is_left(runs, server):
    before = gnomon("status", "--host", server.url).output
    assert f"not signed in; `gnomon login --host {server.url}`" in before
    assert "3 not sent" in before
    gnomon("login", doubles.KEY, "--host", server.url)
    gnomon("sync")
    after = gnomon("status", "--host", server.url).output
    assert "User     ada" in after
    assert "all are sent" in after


def test_help_imports_no_server_and_no_command():
    code = (
        "import sys, gnomon.cli.root as r\n"
        "try: r.main(['--help'])\n"
        "except SystemExit: pass\n"
        "import json; print(json.dumps(sorted(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = set(json.loads(out.splitlines()[-1]))
    assert not loaded & {"starlette", "sqlalchemy", "numpy", "psutil", "gnomon.cli.sync", "gnomon.cli.server"}
    assert all(command.name in out for command in COMMANDS)


def test_a_command_of_a_missing_part_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "gnomon.cli.server", None)
    answer = CliRunner().invoke(cli, ["server"])
    assert answer.exit_code == 1
    assert "pip install 'gnomon[server]'" in answer.output
    assert len(answer.output.splitlines()) == 1
