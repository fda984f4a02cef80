"""What is kept of a conversation is the same wherever it was held, and tells nothing of the machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.wandb_clients import conversations
from tests.wandb_clients.conversations import (
    RECORDED,
    Scrubber,
    change_json,
    md5,
    save,
    without_facts,
    without_facts_in_yaml,
)
from tests.wandb_clients.proxy import Exchange

ORIGIN = "http://127.0.0.1:40404"


@pytest.fixture
def scrubber(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scrubber:
    monkeypatch.setattr(conversations, "DOCUMENTS", tmp_path)
    monkeypatch.setattr(conversations, "ANSWERS", tmp_path)
    return Scrubber(ORIGIN, {"gpu-box-7": "node-1", "/srv/clients": "/opt/clients"})


def exchange(method: str, path: str, body: bytes = b"", answer: bytes = b"", **headers: str) -> Exchange:
    told = {"content-type": "application/json"} if answer[:1] == b"{" else {}
    return Exchange(method, path, headers, body, 1_790_000_000.1234, 200, told, answer)


def test_signed_addresses_get_short_names_that_stay_the_same(scrubber: Scrubber) -> None:
    url = f"{ORIGIN}/storage/aGVsbG8.d29ybGQ/output.log"
    asked = scrubber.line(exchange("POST", "/graphql", b'{"query":"{a}"}', json.dumps({"uploadUrl": url}).encode()))
    sent = scrubber.line(exchange("PUT", "/storage/aGVsbG8.d29ybGQ/output.log", b"hello"))
    assert asked["answer"] == {"uploadUrl": "http://server/storage/address-1/output.log"}
    assert (sent["ask"], sent["text"]) == ("PUT /storage/address-1/output.log", "hello")


def test_whether_somebody_is_signed_in_is_kept_and_their_key_is_not(scrubber: Scrubber) -> None:
    line = scrubber.line(exchange("POST", "/x", b"{}", authorization="Basic YXBpOnNlY3JldA=="))
    assert line["signed_in"] is True
    assert "YXBp" not in json.dumps(line)


def test_a_document_is_kept_once_under_its_own_name(scrubber: Scrubber, tmp_path: Path) -> None:
    body = json.dumps({"query": "query Who { viewer { id } }"}).encode()
    first, second = scrubber.line(exchange("POST", "/graphql", body)), scrubber.line(exchange("POST", "/graphql", body))
    assert first["document"] == second["document"]
    assert first["document"].startswith("Who.")
    assert [path.stem for path in tmp_path.glob("*.graphql")] == [first["document"]]


def test_a_long_answer_is_kept_once_under_the_name_of_its_document(scrubber: Scrubber) -> None:
    said = {"data": {"names": [f"name-{number}" for number in range(200)]}}
    body = json.dumps({"query": "query Names { names }"}).encode()
    lines = [scrubber.line(exchange("POST", "/graphql", body, json.dumps(said).encode())) for _ in range(2)]
    assert "answer" not in lines[0]
    assert lines[0]["answer_in"] == lines[1]["answer_in"]
    assert lines[0]["answer_in"].startswith("Names.")
    assert conversations.answer(lines[0]["answer_in"]) == said


def test_what_tells_of_a_machine_tells_of_another() -> None:
    said = {"executable": "/home/me/py", "host": "gpu-box-7", "cpu_count": 96, "gpu": "H100", "program": "train.py"}
    told = without_facts(said)
    assert told == {"executable": "/usr/bin/python3", "host": "node-1", "cpu_count": 8, "program": "train.py"}
    assert without_facts({"host": "gpu-box-7", "gpu": "mine"}) == {"host": "node-1", "gpu": "mine"}
    assert without_facts({"system.disk.nvme0n1.in": 1}) == {"system.disk.sda.in": 1}


def test_a_config_file_tells_of_another_machine_too() -> None:
    text = (
        "_wandb:\n    value:\n        e:\n            w1:\n                gpu: H100\n                host: gpu-box-7\n"
    )
    assert "gpu-box-7" not in without_facts_in_yaml(text)
    assert "H100" not in without_facts_in_yaml(text)


def test_json_inside_texts_is_changed_and_other_texts_stay_to_the_letter() -> None:
    said = {"a": '{"id": "x",  "n": NaN}', "b": '{"n":  1}'}
    changed = change_json(said, lambda part: "y" if part == "x" else part)
    assert changed["a"] == '{"id":"y","n":NaN}'
    assert changed["b"] == said["b"]


def test_the_digest_of_a_file_that_is_kept_with_other_words_is_that_of_those_words(scrubber: Scrubber) -> None:
    file = b"made on gpu-box-7"
    told = exchange("POST", "/x", json.dumps({"digest": md5(file)}).encode())
    first, second = scrubber.lines([told, exchange("PUT", "/storage/aGVsbG8.d29ybGQ/manifest.json", file)])
    assert second["text"] == "made on node-1"
    assert first["json"]["digest"] == md5(b"made on node-1")


def test_nothing_is_kept_that_is_refused(tmp_path: Path) -> None:
    def refuse(text: str) -> None:
        raise ValueError(text)

    with pytest.raises(ValueError):
        save(tmp_path / "0.1.0.jsonl", [{"ask": "GET /"}], check=refuse)
    assert list(tmp_path.iterdir()) == []


def test_the_conversations_name_no_machine_and_nobody() -> None:
    known = re.compile(r"/(usr/bin|opt/clients)\b")
    for path in [*RECORDED.glob("*/*.jsonl"), *RECORDED.glob("answers/*.json")]:
        text = path.read_text(encoding="utf-8")
        places: set[Any] = set(re.findall(r"(?<![\w.:/])/(?:home|root|work|Users|tmp|usr|opt|srv)/[\w.-]+", text))
        assert not {place for place in places if not known.match(place)}, path
        assert set(re.findall(r"[\w.]+@[\w-]+\.[\w.]+", text)) <= {"ann@example.org"}, path


def test_the_conversations_take_little_room() -> None:
    assert sum(path.stat().st_size for path in RECORDED.glob("*/*")) < 3_500_000
