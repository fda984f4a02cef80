"""The types of the page are those of the model."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "web_types.py"


@pytest.fixture(scope="module")
def web_types() -> ModuleType:
    spec = importlib.util.spec_from_file_location("web_types", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_regenerating_the_types_of_the_page_changes_nothing(web_types: ModuleType) -> None:
    assert web_types.TARGET.read_text(encoding="utf-8") == web_types.render(), "run `python tools/web_types.py`"


def test_what_the_server_answers_has_every_field_and_what_the_page_sends_may_leave_out_defaults(
    web_types: ModuleType,
) -> None:
    text = web_types.render()
    assert "  notes: string;" in text.split("export interface Run {")[1].split("}")[0]
    assert "  notes?: string;" in text.split("export interface RunEdit {")[1].split("}")[0]


def test_tagged_structs_carry_their_tag_and_unions_their_name(web_types: ModuleType) -> None:
    text = web_types.render()
    assert 'export interface Every {\n  type: "every";\n  parts?: Filter[];' in text
    assert "export type Filter = Where | Every | Some | Not;" in text
    assert "filter?: Filter | null;" in text
