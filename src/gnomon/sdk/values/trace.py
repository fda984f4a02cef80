"""Traces: what a chain, an agent or a tool did, as a tree of spans with inputs and outputs."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables import cells

if TYPE_CHECKING:
    from gnomon.sdk.values.media import Place, Shelf


class BadTrace(UsageError, ValueError):
    """What was passed makes no trace."""


class StatusCode(str, Enum):
    """How a span ended."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"

    def __str__(self) -> str:
        return str(self.value)


class SpanKind(str, Enum):
    """What did the work of a span."""

    LLM = "LLM"
    CHAIN = "CHAIN"
    AGENT = "AGENT"
    TOOL = "TOOL"

    def __str__(self) -> str:
        return str(self.value)


@dataclass
class Result:
    """What went in and what came out, by name."""

    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None


@dataclass
class Span:
    """One piece of work: when it was done, how it ended, what it was given and gave, and the work within it."""

    span_id: str | None = None
    name: str | None = None
    start_time_ms: int | None = None
    end_time_ms: int | None = None
    status_code: StatusCode | None = None
    status_message: str | None = None
    attributes: dict[str, Any] | None = None
    results: list[Result] | None = None
    child_spans: list[Span] | None = None
    span_kind: SpanKind | None = None

    def add_attribute(self, key: str, value: Any) -> None:
        """Say one thing more of the span."""
        self.attributes = {**(self.attributes or {}), key: value}

    def add_named_result(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        """Add what went in and what came out."""
        self.results = [*(self.results or ()), Result(inputs, outputs)]

    def add_child_span(self, span: Span) -> None:
        """Add work that was done within this span."""
        self.child_spans = [*(self.child_spans or ()), span]


class WBTraceTree:
    """A tree of spans to be logged: `run.log({"trace": WBTraceTree(span)})`. It may be of any depth.

    `model_dict` describes what did the work, as any dict. What has no JSON form is kept as a note of its class.
    Logging raises UsageError for a span that was added to one within itself.
    """

    suffix: ClassVar[str] = "wb_trace_tree"
    _log_type: ClassVar[str] = "wb_trace_tree"

    def __init__(self, root_span: Span, model_dict: dict[str, Any] | None = None) -> None:
        self._root_span = root_span
        self._model_dict = model_dict

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """The value in the row; it has no file."""
        return self._said()

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> list[dict[str, Any]]:
        """A value for each."""
        return [item.bound(place, key, step) for item in items]

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """The JSON object; it needs no file."""
        return self._said()

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> WBTraceTree:
        """The trace back from its JSON object. Raises BadTrace for one deeper than Python reads JSON."""
        model = said.get("model_dict_dumps")
        try:
            root = _span(json.loads(said["root_span_dumps"]))
        except RecursionError:
            raise BadTrace("The spans of this trace stand too deep in each other to be read here") from None
        return cls(root, json.loads(model) if model is not None else None)

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {"_type": self.suffix}
        if self._model_dict is not None:
            model = _dumped(self._model_dict)
            said["model_hash"] = hashlib.md5(model.encode(), usedforsecurity=False).hexdigest()[:16]
            said["model_dict_dumps"] = model
        said["root_span_dumps"] = _written(self._root_span)
        return said

    def __repr__(self) -> str:
        return f"WBTraceTree({self._root_span.name!r})"


class Trace:
    """One span with what is within it, built step by step and logged: `Trace("answer", kind="LLM", …).log("trace")`.

    `kind` is LLM, CHAIN, AGENT or TOOL, `status_code` SUCCESS or ERROR, in any case. Raises UsageError for others, and
    for inputs, outputs, metadata or a model_dict that are no dicts.
    """

    def __init__(
        self,
        name: str,
        kind: str | None = None,
        status_code: str | None = None,
        status_message: str | None = None,
        metadata: dict[str, Any] | None = None,
        start_time_ms: int | None = None,
        end_time_ms: int | None = None,
        inputs: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
        model_dict: dict[str, Any] | None = None,
    ) -> None:
        for given, what in (
            (inputs, "inputs"),
            (outputs, "outputs"),
            (metadata, "metadata"),
            (model_dict, "model_dict"),
        ):
            _dict_or_none(given, what)
        self._span = Span(
            name=name,
            span_kind=None if kind is None else _kind(kind),
            status_code=None if status_code is None else _status(status_code),
            status_message=status_message,
            attributes=metadata,
            start_time_ms=start_time_ms,
            end_time_ms=end_time_ms,
            results=[Result(inputs, outputs)] if inputs or outputs else None,
        )
        self._model_dict = model_dict

    @property
    def name(self) -> str | None:
        """What the span is called; may be set."""
        return self._span.name

    @name.setter
    def name(self, name: str | None) -> None:
        self._span.name = name

    @property
    def status_code(self) -> Any:
        """How it ended; may be set."""
        return self._span.status_code

    @status_code.setter
    def status_code(self, code: Any) -> None:
        self._span.status_code = None if code is None else _status(code)

    @property
    def status_message(self) -> str | None:
        """What is said of how it ended; may be set."""
        return self._span.status_message

    @status_message.setter
    def status_message(self, message: str | None) -> None:
        self._span.status_message = message

    @property
    def start_time_ms(self) -> int | None:
        """When it began, in Unix milliseconds; may be set."""
        return self._span.start_time_ms

    @start_time_ms.setter
    def start_time_ms(self, time: int | None) -> None:
        self._span.start_time_ms = time

    @property
    def end_time_ms(self) -> int | None:
        """When it ended, in Unix milliseconds; may be set."""
        return self._span.end_time_ms

    @end_time_ms.setter
    def end_time_ms(self, time: int | None) -> None:
        self._span.end_time_ms = time

    @property
    def kind(self) -> str | None:
        """What did the work; may be set."""
        return self._span.span_kind.value if self._span.span_kind else None

    @kind.setter
    def kind(self, kind: str) -> None:
        self._span.span_kind = _kind(kind)

    @property
    def metadata(self) -> dict[str, Any] | None:
        """What else is said of it; setting adds."""
        return self._span.attributes

    @metadata.setter
    def metadata(self, metadata: dict[str, Any]) -> None:
        self.add_metadata(metadata)

    @property
    def inputs(self) -> dict[str, Any] | None:
        """What went in last; setting adds a result with the last outputs."""
        return self._span.results[-1].inputs if self._span.results else None

    @inputs.setter
    def inputs(self, inputs: dict[str, Any]) -> None:
        self.add_inputs_and_outputs(inputs, self.outputs if self._span.results else {})

    @property
    def outputs(self) -> dict[str, Any] | None:
        """What came out last; setting adds a result with the last inputs."""
        return self._span.results[-1].outputs if self._span.results else None

    @outputs.setter
    def outputs(self, outputs: dict[str, Any]) -> None:
        self.add_inputs_and_outputs(self.inputs if self._span.results else {}, outputs)

    @property
    def model_dict(self) -> dict[str, Any] | None:
        """What describes what did the work."""
        return self._model_dict

    def add_child(self, child: Trace) -> Trace:
        """Add work that was done within this; its model description goes under its name."""
        self._span.add_child_span(child._span)
        if self._model_dict is not None and child._model_dict is not None:
            self._model_dict = {**self._model_dict, str(child.name): child._model_dict}
        return self

    def add_inputs_and_outputs(self, inputs: dict[str, Any] | None, outputs: dict[str, Any] | None) -> Trace:
        """Add what went in and what came out."""
        self._span.results = [*(self._span.results or ()), Result(inputs, outputs)]
        return self

    def add_metadata(self, metadata: dict[str, Any]) -> Trace:
        """Say more of it."""
        _dict_or_none(metadata, "metadata")
        self._span.attributes = {**(self._span.attributes or {}), **(metadata or {})}
        return self

    def log(self, name: str) -> None:
        """Log it to the active run under this name. Raises UsageError where there is no run, or the name is empty."""
        import gnomon

        if gnomon.run is None:
            raise BadTrace("There is no active run to log the trace to; call init() first")
        if not name.strip():
            raise BadTrace("A trace is logged under a name that is not empty")
        gnomon.run.log({name: WBTraceTree(self._span, self._model_dict)})

    def __repr__(self) -> str:
        return f"Trace({self.name!r})"


def _kind(kind: str) -> SpanKind:
    try:
        return SpanKind(str(kind).upper())
    except ValueError:
        raise BadTrace(f"The kind of a span is LLM, CHAIN, AGENT or TOOL, not {kind!r}") from None


def _status(code: Any) -> StatusCode:
    try:
        return StatusCode(str(code).upper())
    except ValueError:
        raise BadTrace(f"The status of a span is SUCCESS or ERROR, not {code!r}") from None


def _dict_or_none(value: Any, what: str) -> None:
    if value is not None and not isinstance(value, dict):
        raise BadTrace(f"{what} must be a dict, not {type(value).__name__}")


def _span(said: Mapping[str, Any]) -> Span:
    return Span(
        **{
            **said,
            "status_code": _status(said["status_code"]) if said.get("status_code") else None,
            "span_kind": _kind(said["span_kind"]) if said.get("span_kind") else None,
            "results": [Result(**one) for one in said["results"]] if said.get("results") else None,
            "child_spans": [_span(one) for one in said["child_spans"]] if said.get("child_spans") else None,
        }
    )


def _written(root: Span) -> str:
    """JSON text of a span and of all that was done within it, without a call for each: a loop of an agent is deep."""
    out: list[str] = []
    within: set[int] = set()
    left: list[Any] = [root]
    while left:
        at = left.pop()
        if isinstance(at, str):
            out.append(at)
        elif isinstance(at, _End):
            out.append(at.text)
            within.discard(at.span)
        elif not isinstance(at, Span):
            out.append(_dumped(at))
        elif id(at) in within:
            raise BadTrace(f"The span {at.name!r} was added to a span within itself")
        else:
            within.add(id(at))
            told, children = _fields(at), at.child_spans
            del told["child_spans"]
            out.append(f'{_dumped(told)[:-1]}, "child_spans": {"null" if children is None else "["}')
            left.append(_End(id(at), "}" if children is None else "]}"))
            for place, child in reversed(list(enumerate(children or ()))):
                left += [child, ", "] if place else [child]
    return "".join(out)


class _End(NamedTuple):
    """Where a span ends."""

    span: int
    text: str


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _dumped(value: Any) -> str:
    """JSON text of whatever a user put into a trace."""
    return json.dumps(_plain(value), skipkeys=True)


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > cells.MAX_DEPTH:
        return "..."
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = _fields(value)
    if isinstance(value, Mapping):
        return {
            str(key) if isinstance(key, str) else key: _plain(inner, depth + 1)
            for key, inner in list(value.items())
            if isinstance(key, (str, int, float, bool, type(None)))
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner, depth + 1) for inner in value]
    if isinstance(value, Enum) and isinstance(value, str):
        return value.value
    if cells.has_plain_form(value):
        return cells.said(value, dict)
    return f"<<non-serializable: {type(value).__qualname__}>>"
