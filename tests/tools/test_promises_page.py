"""The page of promises names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| (P-S\d+) \| (.+?) \| (.+?) \|")


def promises() -> dict[str, tuple[str, list[str]]]:
    text = (ROOT / "docs" / "guides" / "promises.md").read_text()
    return {found[1]: (found[2], re.findall(r"`(tests/[^`]+)`", found[3])) for found in ROW.finditer(text)}


def named_in(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_")
    }


def test_every_promise_names_a_test_and_every_test_is_there() -> None:
    found = promises()
    assert list(found) == [f"P-S{number}" for number in range(1, 20)]
    for id, (sentence, proofs) in found.items():
        assert sentence.endswith("."), id
        assert proofs, id
        for proof in proofs:
            path, _, name = proof.partition("::")
            assert name in named_in(ROOT / path), f"{id}: {proof}"
