"""What a script prints, the files it saves, and the machine it runs on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@program
def printed(client: Client) -> Any:
    told = client.run("prints").told
    entity, project, id = told["path"]
    pulled = Client(client.server, client.base / "pulled")
    pulled.command("pull", "--entity", entity, "--project", project, id)
    return told, {
        str(file.relative_to(pulled.base)): file.read_bytes() for file in pulled.base.rglob("*") if file.is_file()
    }


def test_lines_stand_as_they_stood_last(printed: Any, reader: Reader) -> None:
    told, _ = printed
    lines = [text for stream, text in reader.console(told["path"]) if stream == "stdout"]
    assert lines[:3] == ["first line", "progress 100 %", "an umlaut: ü, a flag: 🇨🇭, \x1b[31mred\x1b[0m"]
    assert lines[-1] == "last line"


def test_the_terminal_is_the_same_as_in_the_clients_own_file(printed: Any, reader: Reader) -> None:
    told, pulled = printed
    lines = [text for _, text in reader.console(told["path"])]
    assert lines == pulled["output.log"].decode().splitlines()


def test_stderr_is_told_apart(printed: Any, reader: Reader) -> None:
    told, _ = printed
    assert "to stderr" in [text for stream, text in reader.console(told["path"]) if stream == "stderr"]


def test_saved_files_have_their_last_words(printed: Any, reader: Reader) -> None:
    told, _ = printed
    stored = reader.files(told["path"])
    assert {name: stored.get(name) for name in told["files"]} == told["files"]


def test_wandb_pull_brings_the_files(printed: Any) -> None:
    told, pulled = printed
    assert told["files"].keys() <= pulled.keys()
    assert pulled["live.txt"] == b"last words"


def test_samples_of_the_machine_are_there(printed: Any, reader: Reader) -> None:
    told, _ = printed
    rows = reader.rows(told["path"], stream="system")
    assert rows
    assert {"cpu", "memory_percent"} <= {key.removeprefix("system.") for row in rows for key in row}


def test_the_code_is_an_artifact(printed: Any, reader: Reader) -> None:
    told, _ = printed
    entity, project, _ = told["path"]
    query = """query($e: String!, $p: String!, $r: String!) { project(name: $p, entityName: $e) { run(name: $r) {
        outputArtifacts(first: 9) { edges { node { artifactType { name } fileCount state } } } } } }"""
    run = reader.server.graphql(query, e=entity, p=project, r=told["path"][2])["project"]["run"]
    (code,) = [edge["node"] for edge in run["outputArtifacts"]["edges"]]
    assert code == {"artifactType": {"name": "code"}, "fileCount": 1, "state": "COMMITTED"}
