"""Traces: spans built step by step, and what the history says of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gnomon
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables.equality import MemoryShelf
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.restored import restored
from gnomon.sdk.values.trace import Result, Span, SpanKind, StatusCode, Trace, WBTraceTree
from tests.sdk.conftest import rows


@pytest.fixture
def run(alone: Path) -> Any:
    """An offline run."""
    return gnomon.init(mode="offline", project="p")


def spans(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value["root_span_dumps"])
    return found


def test_a_trace_is_logged_as_its_spans(run: Any) -> None:
    trace = Trace("answer", kind="chain", status_code="success", start_time_ms=1, end_time_ms=3, metadata={"a": 1})
    trace.add_child(Trace("ask", kind="LLM", inputs={"q": "how old?"}, outputs={"a": "25"}, start_time_ms=1))
    trace.add_inputs_and_outputs({"q": "how old?"}, {"a": "25 years"}).add_metadata({"b": 2})
    trace.log("trace")
    value = rows(run.sync_dir)[0]["trace"]
    assert value["_type"] == "wb_trace_tree"
    assert "model_dict_dumps" not in value
    root = spans(value)
    child = root.pop("child_spans")[0]
    assert root == {
        "span_id": None, "name": "answer", "start_time_ms": 1, "end_time_ms": 3, "status_code": "SUCCESS",
        "status_message": None, "attributes": {"a": 1, "b": 2},
        "results": [{"inputs": {"q": "how old?"}, "outputs": {"a": "25 years"}}], "span_kind": "CHAIN",
    }  # fmt: skip
    assert (child["name"], child["span_kind"], child["results"][0]["outputs"]) == ("ask", "LLM", {"a": "25"})


def test_what_did_the_work_is_described_and_has_a_digest(run: Any) -> None:
    trace = Trace("chain", model_dict={"_kind": "chain"})
    trace.add_child(Trace("llm", model_dict={"_kind": "openai"}))
    run.log({"trace": WBTraceTree(trace._span, trace.model_dict)})
    value = rows(run.sync_dir)[0]["trace"]
    assert value["model_dict_dumps"] == '{"_kind": "chain", "llm": {"_kind": "openai"}}'
    assert value["model_hash"] == hashlib.md5(value["model_dict_dumps"].encode()).hexdigest()[:16]


def test_facts_of_a_trace_can_be_read_and_set() -> None:
    trace = Trace("a", kind="tool")
    assert (trace.name, trace.kind, trace.inputs, trace.outputs, trace.metadata) == ("a", "TOOL", None, None, None)
    trace.name, trace.kind, trace.status_code, trace.status_message = "b", "agent", "error", "why"
    trace.start_time_ms, trace.end_time_ms = 5, 6
    trace.inputs = {"x": 1}
    trace.outputs = {"y": 2}
    trace.metadata = {"m": 1}
    trace.metadata = {"n": 2}
    assert (trace.kind, trace.status_code, trace.status_message) == ("AGENT", StatusCode.ERROR, "why")
    assert (trace.inputs, trace.outputs, trace.metadata) == ({"x": 1}, {"y": 2}, {"m": 1, "n": 2})
    assert (trace.start_time_ms, trace.end_time_ms) == (5, 6)
    assert trace._span.results == [Result({"x": 1}, {}), Result({"x": 1}, {"y": 2})]


class Thing:
    """A class without a JSON form."""


def test_what_has_no_json_form_is_noted() -> None:
    told: Any = {"thing": Thing(), "array": np.arange(2), "kind": SpanKind.LLM, ("k",): 1}
    span = Span(name="s", attributes=told)
    assert spans(WBTraceTree(span).bound(None, "k", 0))["attributes"] == {  # type: ignore[arg-type]
        "thing": "<<non-serializable: Thing>>",
        "array": [0, 1],
        "kind": "LLM",
    }


def test_spans_are_built_by_hand_too() -> None:
    span = Span(name="root", status_code=StatusCode.SUCCESS, span_kind=SpanKind.AGENT)
    span.add_attribute("a", 1)
    span.add_named_result({"x": 1}, {"y": 2})
    span.add_child_span(Span(name="child"))
    said = WBTraceTree(span, {"m": 1}).stored(MemoryShelf())
    back = restored(said, MemoryShelf())
    assert isinstance(back, WBTraceTree)
    assert back._root_span == span
    assert back._model_dict == {"m": 1}


def test_a_trace_is_kept_whole_however_deep_it_is() -> None:
    root = span = Span(name="0", child_spans=[])
    for depth in range(1, 5000):
        inner = Span(name=str(depth))
        span.add_child_span(inner)
        span = inner
    root.add_child_span(Span(name="after"))
    text = WBTraceTree(root).stored(MemoryShelf())["root_span_dumps"]
    assert text.count('"name": ') == 5001
    assert text.endswith(', "span_kind": null, "child_spans": null}]}')
    with pytest.raises(UsageError, match="too deep in each other to be read"):
        restored({"_type": "wb_trace_tree", "root_span_dumps": text}, MemoryShelf())


def test_a_span_within_itself_is_told() -> None:
    outer, inner = Span(name="outer"), Span(name="inner")
    outer.add_child_span(inner)
    outer.add_child_span(inner)  # twice beside itself is two calls
    assert len(spans(WBTraceTree(outer).stored(MemoryShelf()))["child_spans"]) == 2
    inner.add_child_span(outer)
    with pytest.raises(UsageError, match="'outer' was added to a span within itself"):
        WBTraceTree(outer).stored(MemoryShelf())


def test_a_trace_may_stand_in_a_cell() -> None:
    table = Table(columns=["t"], data=[[WBTraceTree(Span(name="s"))]])
    assert table.stored(MemoryShelf())["data"][0][0]["_type"] == "wb_trace_tree"


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"kind": "robot"}, "LLM, CHAIN, AGENT or TOOL, not 'robot'"),
        ({"status_code": "maybe"}, "SUCCESS or ERROR, not 'maybe'"),
        ({"inputs": "x"}, "inputs must be a dict, not str"),
        ({"outputs": 1}, "outputs must be a dict, not int"),
        ({"metadata": [1]}, "metadata must be a dict, not list"),
        ({"model_dict": "m"}, "model_dict must be a dict, not str"),
    ],
)
def test_what_makes_no_trace_is_said(how: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Trace("a", **how)


def test_a_trace_needs_a_run_and_a_name(alone: Path) -> None:
    with pytest.raises(UsageError, match="no active run"):
        Trace("a").log("t")
    gnomon.init(mode="offline", project="p")
    with pytest.raises(UsageError, match="not empty"):
        Trace("a").log(" ")
