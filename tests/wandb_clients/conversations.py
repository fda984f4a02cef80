"""Recorded conversations: what a version of the official client asked, what it was answered, and how that is kept.

A conversation is a file of lines, one exchange a line, under `tests/recorded/<case>/<version>.jsonl`:

    {"ask": "POST /graphql", "operation": "Viewer", "document": "Viewer.5c0d12", "variables": {}, "signed_in": true,
     "headers": {…}, "at": 1790000000.0, "status": 200, "answer": {"data": …}}
    {"ask": "PUT /storage/address-1/output.log", "text": "…", …, "answer": null}

GraphQL documents are kept once for all, in `tests/recorded/documents/`, and so are long answers, in
`tests/recorded/answers/`, which the line names as `answer_in`. Nothing that is a fact of the machine it was
recorded on is in there: see `without_facts`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tests.wandb_clients.proxy import Exchange

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
DOCUMENTS = RECORDED / "documents"
ANSWERS = RECORDED / "answers"
LONG_ANSWER = 1200
"""An answer of more characters is kept apart: most of those come word for word in many conversations."""

ORIGIN = "http://server"
"""What the server's address is called in what is kept."""

KEPT_HEADERS = ("content-type", "content-md5", "range", "use-admin-privileges", "user-agent")
MOST_TEXT = 100_000

FACTS: dict[str, Any] = {
    "os": "Linux-6.1.0-x86_64-with-glibc2.36",
    "executable": "/usr/bin/python3",
    "host": "node-1",
    "hostname": "node-1",
    "username": "ann",
    "email": "ann@example.org",
    "cpu_count": 8,
    "cpu_count_logical": 16,
    "disk": {"/": {"total": "1000000000", "used": "500000000"}},
    "memory": {"total": "16000000000"},
    "pid": 4242,
}
"""Facts of a machine, by the key that tells them, and what is kept instead."""

LEFT_OUT = {
    "gpu",
    "gpu_count",
    "gpu_nvidia",
    "apple",
    "cpu",
    "docker",
    "slurm",
    "cpu_freq",
    "cpu_freq_per_core",
    "cudaVersion",
}

FILES = {"requirements.txt": "numpy==2.4.6\npillow==13.0.0\n", "conda-environment.yaml": "dependencies: []\n"}
"""Files that say what is installed, and what is kept instead."""


def change_json(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with `change` applied to every part of it, also inside texts that are JSON themselves.

    `change` sees a container before its parts. Texts in which nothing changes stay as they are, to the letter.

    >>> change_json({"a": '{"b":1}'}, lambda part: 2 if part == 1 else part)
    {'a': '{"b":2}'}
    """
    value = change(value)
    if isinstance(value, dict):
        return {key: change_json(part, change) for key, part in value.items()}
    if isinstance(value, list):
        return [change_json(part, change) for part in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        inner = parsed(value)
        if inner is not None:
            changed = change_json(inner, change)
            if not same(changed, inner):
                return json.dumps(changed, separators=(",", ":"))
    return value


def parsed(text: str) -> Any:
    """The object or list that a text is, or None. Bare NaN and infinities are taken, as everywhere in this protocol."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, (dict, list)) else None


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def same(a: Any, b: Any) -> bool:
    """Equality under which NaN equals itself."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def without_facts(part: Any) -> Any:
    """An object with other facts in place of this machine's, where it tells any."""
    if not isinstance(part, dict):
        return part
    describes = "executable" in part or "cpu_count" in part
    kept = {key: value for key, value in part.items() if not (describes and key in LEFT_OUT)}
    named = {"host", "hostname", "pid"} if not describes else FACTS.keys()
    kept = {key: FACTS[key] if key in named and value not in (None, "") else value for key, value in kept.items()}
    return {re.sub(r"^system\.disk\.[a-z]\w*\.", "system.disk.sda.", key): value for key, value in kept.items()}


def without_facts_in_yaml(text: str) -> str:
    """A `config.yaml` with other facts in place of this machine's."""
    plain = {key: value for key, value in FACTS.items() if not isinstance(value, dict)}
    for key, value in {**plain, "total": "1000000000", "used": "500000000"}.items():
        text = re.sub(rf"(?m)^(\s{{6,}}{key}: ).+$", rf"\g<1>{value}", text)
    return re.sub(rf"(?m)^(\s{{6,}})({'|'.join(LEFT_OUT)}):.*\n(?:\1\s+.*\n)*", "", text)


class Scrubber:
    """Turns exchanges into lines to keep: the same for the same conversation, wherever it was held."""

    def __init__(self, origin: str, words: dict[str, str]) -> None:
        self._origin = origin
        self._words = {word: instead for word, instead in words.items() if word}
        self._addresses: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        """MD5s of files that are kept with other words, as clients spell them, and what they are then."""

    def lines(self, exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
        """A conversation as it is kept. The digest of a file may be told before the file itself is sent."""
        found = [compact(self.line(one)) for one in exchanges]
        for before, after in self._digests.items():
            found = [line.replace(before, after) for line in found]
        return [json.loads(line) for line in found]

    def line(self, exchange: Exchange) -> dict[str, Any]:
        """One exchange as it is kept. Its GraphQL document is stored where it is new."""
        headers = exchange.headers
        line: dict[str, Any] = {"ask": f"{exchange.method} {self.text(exchange.path)}"}
        asked = parsed(self.text(exchange.body.decode())) if exchange.method == "POST" else None
        if exchange.path == "/graphql" and asked is not None:
            line["operation"] = asked.get("operationName") or ""
            line["document"] = store_document(asked.get("query", ""), line["operation"])
            line["variables"] = change_json(asked.get("variables") or {}, without_facts)
        elif asked is not None:
            line["json"] = change_json(asked, without_facts)
        elif exchange.body:
            line |= self._file(exchange.path, exchange.body)
        line["signed_in"] = "authorization" in headers
        kept = {name: self.text(headers[name]) for name in KEPT_HEADERS if name in headers}
        kept |= {name: value for name, value in headers.items() if name.startswith("x-wandb-use-async")}
        kept |= {name: value for name, value in headers.items() if name.startswith("x-wandb") and name.endswith("id")}
        line["headers"] = {name: value for name, value in kept.items() if value != "application/json"}
        line["at"] = round(exchange.asked_at, 3)
        line["status"] = exchange.status
        line["answer"] = None if exchange.method == "HEAD" or not exchange.answer else self._answer(exchange)
        return with_answer_apart(line)

    def text(self, text: str) -> str:
        """A text without this machine's words, and with short names for signed addresses."""
        text = text.replace(self._origin, ORIGIN)
        for word, instead in self._words.items():
            text = text.replace(word, instead)
        return re.sub(r"(?<=/storage/)[\w.%-]+(?=/)", lambda found: self._address(found[0]), text)

    def _address(self, token: str) -> str:
        return self._addresses.setdefault(token, f"address-{len(self._addresses) + 1}")

    def _file(self, path: str, data: bytes) -> dict[str, str]:
        """The bytes of a file as they are kept: to the letter, as digests are over letters, or in base64."""
        name = path.partition("?")[0].rpartition("/")[2]
        try:
            text = FILES.get(name) or self.text(data.decode())
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(data).decode()}
        if len(text) > MOST_TEXT:
            raise ValueError(f"a file of {len(text)} characters is too much to keep: {name}")
        if name.endswith("wandb-metadata.json"):
            text = json.dumps(change_json(json.loads(text), without_facts), indent=2)
        if name == "config.yaml":
            text = without_facts_in_yaml(text)
        if text.encode() != data:
            self._digests[md5(data)] = md5(text.encode())
        return {"text": text}

    def _answer(self, exchange: Exchange) -> Any:
        if exchange.answer_headers.get("content-type", "").startswith("application/json"):
            return change_json(json.loads(self.text(exchange.answer.decode())), without_facts)
        return {"sha256": hashlib.sha256(exchange.answer).hexdigest(), "size_bytes": len(exchange.answer)}


def md5(data: bytes) -> str:
    """The MD5 of a file as clients tell it, in base64."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def store_document(text: str, name: str) -> str:
    """Keep a GraphQL document; what it is called."""
    named = re.search(r"\b(?:query|mutation)\s+(\w+)", text)
    label = f"{name or (named[1] if named else 'unnamed')}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    path = DOCUMENTS / f"{label}.graphql"
    if not path.exists():
        DOCUMENTS.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return label


def with_answer_apart(line: dict[str, Any]) -> dict[str, Any]:
    """The line; where its answer is long, with the name of what was kept of it instead."""
    text = compact(line["answer"])
    if len(text) <= LONG_ANSWER:
        return line
    label = f"{line.get('document', 'file').partition('.')[0]}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    ANSWERS.mkdir(parents=True, exist_ok=True)
    (ANSWERS / f"{label}.json").write_text(text + "\n", encoding="utf-8")
    return {**{key: value for key, value in line.items() if key != "answer"}, "answer_in": label}


def forget_unused() -> None:
    """Remove the documents and answers that no conversation has any more."""
    lines = [line for case, version in recorded() for line in _lines(case, version)]
    for folder, suffix, key in ((DOCUMENTS, "graphql", "document"), (ANSWERS, "json", "answer_in")):
        used = {line[key] for line in lines if key in line}
        for path in folder.glob(f"*.{suffix}"):
            if path.stem not in used:
                path.unlink()


@cache
def document(label: str) -> str:
    """The text of a document that is kept."""
    return (DOCUMENTS / f"{label}.graphql").read_text(encoding="utf-8")


@cache
def answer(label: str) -> Any:
    """An answer that is kept apart."""
    return json.loads((ANSWERS / f"{label}.json").read_text(encoding="utf-8"))


def save(path: Path, lines: Iterable[dict[str, Any]], *, check: Callable[[str], None]) -> None:
    """Keep a conversation, unless `check` raises at its text."""
    text = "".join(compact(line) + "\n" for line in lines)
    check(text)
    path.write_text(text, encoding="utf-8")


def load_conversation(case: str, version: str) -> list[dict[str, Any]]:
    """The exchanges, in the order they were asked."""
    lines = _lines(case, version)
    return [{**line, "answer": answer(line["answer_in"])} if "answer_in" in line else line for line in lines]


def _lines(case: str, version: str) -> list[dict[str, Any]]:
    text = (RECORDED / case / f"{version}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def recorded() -> list[tuple[str, str]]:
    """Every conversation there is: case and version."""
    return sorted((path.parent.name, path.stem) for path in RECORDED.glob("*/*.jsonl"))
