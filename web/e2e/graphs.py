"""A run with graphs of models, traces and pages, logged by the SDK.

GNOMON_BASE_URL=… GNOMON_API_KEY=… python web/e2e/graphs.py     prints the id of the run
"""

from __future__ import annotations

import sys
from typing import Any

import gnomon
from gnomon.sdk.values.trace import Result, Span, SpanKind, StatusCode, WBTraceTree

PROJECT = "graphs"
BLOCKS = 12
PARTS = (
    ("norm1", "LayerNorm((384,), eps=1e-05)", {"weight": [384], "bias": [384]}),
    ("attn.qkv", "Linear(in_features=384, out_features=1152)", {"weight": [1152, 384], "bias": [1152]}),
    ("attn.proj", "Linear(in_features=384, out_features=384)", {"weight": [384, 384], "bias": [384]}),
    ("norm2", "LayerNorm((384,), eps=1e-05)", {"weight": [384], "bias": [384]}),
    ("mlp.fc1", "Linear(in_features=384, out_features=1536)", {"weight": [1536, 384], "bias": [1536]}),
    ("mlp.act", "GELU(approximate='none')", {}),
    ("mlp.fc2", "Linear(in_features=1536, out_features=384)", {"weight": [384, 1536], "bias": [384]}),
)


def transformer() -> gnomon.Graph:
    """Twelve blocks that are made alike, with what skips over halves of them."""
    graph = gnomon.Graph("torch")

    def layer(name: str, about: str, tensors: dict[str, list[int]], shape: list[int]) -> Any:
        named = [[path, sizes, "float32"] for path, sizes in tensors.items()]
        return graph.add_node(id=name, name=name, class_name=about, output_shape=shape, parameters=named)

    last = layer(
        "patch_embed.proj", "Conv2d(3, 384, kernel_size=(16, 16))", {"weight": [384, 3, 16, 16]}, [8, 384, 14, 14]
    )
    for block in range(BLOCKS):
        for half in (PARTS[:3], PARTS[3:]):
            first = last
            for name, about, tensors in half:
                node = layer(f"blocks.{block}.{name}", about, tensors, [8, 196, 384])
                graph.add_edge(last, node)
                last = node
            graph.add_edge(first, last)
    norm = layer("norm", "LayerNorm((384,), eps=1e-06)", {"weight": [384], "bias": [384]}, [8, 196, 384])
    graph.add_edge(last, norm)
    head = layer(
        "head", "Linear(in_features=384, out_features=1000)", {"weight": [1000, 384], "bias": [1000]}, [8, 1000]
    )
    graph.add_edge(norm, head)
    return graph


def large(many: int) -> gnomon.Graph:
    """So many layers, two beside each other at every third."""
    graph = gnomon.Graph("torch")
    last: list[Any] = []
    number = 0
    while number < many:
        row = []
        for _ in range(1 + number % 3 // 2):
            name = f"stage{number // 100}.unit{number // 10}.conv{number}"
            row.append(
                graph.add_node(
                    id=name, name=name, class_name="Conv2d(64, 64)", output_shape=[1, 64, 8, 8], num_parameters=36928
                )
            )
            number += 1
        for before in last:
            for node in row:
                graph.add_edge(before, node)
        last = row
    return graph


def trace() -> WBTraceTree:
    """A question to an agent that plans, searches, fails in a tool, and answers."""
    at = 1_700_000_000_000

    def span(
        name: str, kind: SpanKind, start: int, end: int, given: Any, made: Any, *inner: Span, error: str = ""
    ) -> Span:
        return Span(
            span_id=f"{name}-{start}", name=name, span_kind=kind, start_time_ms=at + start, end_time_ms=at + end,
            status_code=StatusCode.ERROR if error else StatusCode.SUCCESS, status_message=error or None,
            attributes={"model": "small-2", "tokens": 412} if kind is SpanKind.LLM else None,
            results=[Result(given, made)], child_spans=list(inner) or None,
        )  # fmt: skip

    question = {"question": "How high is K2, and how much is that in feet?"}
    searches = [
        span(f"search {n}", SpanKind.TOOL, 40 + 60 * n, 95 + 60 * n, {"query": f"height of K2, {n}"}, {"hits": n})
        for n in range(6)
    ]
    failed = span(
        "calculator", SpanKind.TOOL, 460, 520, {"expression": "8611 / 0"}, None,
        error="ZeroDivisionError: division by zero",
    )  # fmt: skip
    plan = span("plan", SpanKind.CHAIN, 20, 530, question, {"steps": 7}, *searches, failed)
    answer = span("answer", SpanKind.LLM, 540, 1480, {"prompt": "How high is K2?"}, {"text": "8,611 m, 28,251 ft."})
    return WBTraceTree(span("agent", SpanKind.AGENT, 0, 1500, question, {"text": "8,611 m"}, plan, answer))


def long_trace(spans: int) -> WBTraceTree:
    """An evaluation of many questions: spans that share their ids, two results, a text of many lines."""
    at = 1_700_000_000_000
    text = "\n".join(f"{line}. What was said before is said again." for line in range(1, 40))
    asked = [
        Span(
            span_id="same", name=f"question {n}", span_kind=SpanKind.CHAIN, start_time_ms=at + 50 * n,
            end_time_ms=at + 50 * n + 45, status_code=StatusCode.SUCCESS, results=[Result({"n": n}, {"right": n % 3 > 0})],
            child_spans=[
                Span(
                    span_id="same", name="ask", span_kind=SpanKind.LLM, start_time_ms=at + 50 * n + 5,
                    end_time_ms=at + 50 * n + 40, status_code=StatusCode.SUCCESS,
                    results=[Result({"prompt": text, "temperature": 0.2}, {"text": "No."}), Result({"n": n}, {"text": "Yes."})],
                )
            ],
        )
        for n in range(spans)
    ]  # fmt: skip
    whole = Span(name="evaluation", start_time_ms=at, end_time_ms=at + 50 * spans, child_spans=asked)
    return WBTraceTree(whole, {"model": "small-2", "layers": 12})


def pages() -> dict[str, Any]:
    short = "<h2>Verdict</h2><p>The loss went <b>down</b>.</p>"
    rows = "".join(f"<tr><td>{n}</td><td>{n * n}</td></tr>" for n in range(60))
    grows = """<button onclick="for (let n = 0; n < 3; n++) document.body.append(
  Object.assign(document.createElement('p'), {textContent: 'more', style: 'height: 120px'}))">More</button>"""
    fills = "<!doctype html><style>div { height: 100vh; background: #dde }</style><div>As tall as the room</div>"
    shown = {"short": short, "long": f"<h2>Squares</h2><table>{rows}</table>"}
    frames = {name: gnomon.Html(page) for name, page in shown.items()}
    frames |= {"grows": gnomon.Html(grows, inject=False), "fills": gnomon.Html(fills, inject=False)}
    table = gnomon.Table(columns=["name", "page"], data=[list(row) for row in frames.items()])
    both = [gnomon.Html(page) for page in shown.values()]
    return {**{f"page/{name}": frame for name, frame in frames.items()}, "page/both": both, "pages": table}


def main() -> None:
    run = gnomon.init(project=PROJECT, name="transformer")
    run.log({"loss": 0.5, "graph/large": large(1000), "trace": trace(), "trace/long": long_trace(1500), **pages()})
    run.summary["graph_0"] = transformer()
    run.log({"loss": 0.4, "graph/model": transformer()})
    run.finish()
    sys.stdout.write(run.id + "\n")


if __name__ == "__main__":
    main()
