"""What a model looks like: its layers, and how they hang together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pprint import pformat
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from gnomon.sdk.values.content import Held
from gnomon.sdk.values.filed import Filed
from gnomon.sdk.values.media import BadValue, Place, Shelf
from gnomon.sdk.values.plain import Unloggable, plain

if TYPE_CHECKING:
    from typing_extensions import Self

FACTS = (
    *("id", "name", "class_name", "size", "parameters", "output_shape", "is_output", "num_parameters"),
    *("child_parameters", "is_constant", "functions"),
)
"""What may be said of a layer."""


class Node:
    """A layer of a model. What is known of it are its attributes; those that were not said are None.

    `parameters` are a tensor's name and sizes each, and the kind of its numbers after them where that is known;
    `num_parameters` is how many numbers they hold, together or one by one. With `node` everything but the id is taken
    from another node.
    """

    id: Any = None
    name: Any = None
    class_name: Any = None
    size: Any = None
    parameters: Any = None
    output_shape: Any = None
    is_output: Any = None
    num_parameters: Any = None
    child_parameters: Any = None
    is_constant: Any = None
    functions: Any = None

    def __init__(
        self,
        id: Any = None,
        name: Any = None,
        class_name: Any = None,
        size: Any = None,
        parameters: Any = None,
        output_shape: Any = None,
        is_output: Any = None,
        num_parameters: Any = None,
        node: Node | None = None,
    ) -> None:
        given = (id, name, class_name, size, parameters, output_shape, is_output, num_parameters, None, None, None)
        for fact, value in zip(FACTS, given, strict=True):
            if value is None and node is not None and fact != "id":
                value = getattr(node, fact)
            setattr(self, fact, value)
        self.in_edges: dict[Any, Edge] = {}
        """By the id of the node each comes from."""
        self.out_edges: dict[Any, Edge] = {}
        """By the id of the node each goes to."""
        self.obj: Any = None if node is None else node.obj
        """What the node stands for, where that is known here."""

    def to_json(self) -> dict[str, Any]:
        """What is known, by name."""
        known = {fact: getattr(self, fact) for fact in FACTS}
        return {fact: value for fact, value in known.items() if value is not None or fact == "name"}

    @classmethod
    def from_keras(cls, layer: Any) -> Self:
        """The node of a layer of keras."""
        return cls(
            id=layer.name,
            name=layer.name,
            class_name=type(layer).__name__,
            output_shape=_keras_shape(layer),
            num_parameters=_keras_parameters(layer),
        )

    def __repr__(self) -> str:
        return f"Node({self.to_json()})"


class Edge:
    """What comes out of one node goes into another."""

    def __init__(self, from_node: Node, to_node: Node) -> None:
        self.from_node, self.to_node = from_node, to_node
        self.name: str | None = None

    def to_json(self) -> list[Any]:
        """The ids of both."""
        return [self.from_node.id, self.to_node.id]

    def __repr__(self) -> str:
        return f"Edge({self.from_node.id!r} -> {self.to_node.id!r})"


class Graph(Filed):
    """The layers of a model: `run.log({"model": Graph.from_keras(model)})`, or made by hand from nodes and edges.

    `format` says where the model is from, `keras` or `torch`. The graph is kept as it is when it is logged.
    """

    suffix: ClassVar[str] = "graph-file"
    folder: ClassVar[str] = "media/graph"

    def __init__(self, format: str = "keras") -> None:
        self.format = format
        self.nodes: list[Node] = []
        self.nodes_by_id: dict[Any, Node] = {}
        self.edges: list[Edge] = []
        self.loaded = False
        """Whether all of the model is here: a graph of torch learns the shapes in the first forward pass."""
        self.root: Node | None = None
        self.hooks: list[Any] = []
        """Handles of what watches the first forward pass; `remove()` ends it."""
        super().__init__(Held(b"", "graph.json"))

    def __getitem__(self, id: Any) -> Node:
        return self.nodes_by_id[id]

    def add_node(self, node: Node | None = None, **node_kwargs: Any) -> Node:
        """Add a node, or one made of the arguments of `Node`."""
        if node is not None and node_kwargs:
            raise BadValue("add_node takes a node or the facts of one, not both")
        if node is None:
            node = Node(**node_kwargs)
        self.nodes.append(node)
        self.nodes_by_id[node.id] = node
        return node

    def add_edge(self, from_node: Node, to_node: Node) -> Edge:
        """Say that what comes out of one node goes into another."""
        edge = Edge(from_node, to_node)
        self.edges.append(edge)
        from_node.out_edges[to_node.id] = to_node.in_edges[from_node.id] = edge
        return edge

    def pprint(self) -> None:
        """Print edges and nodes."""
        for part in (*self.edges, *(node.to_json() for node in self.nodes)):
            print(pformat(part))  # noqa: T201

    @classmethod
    def from_keras(cls, model: Any) -> Self:
        """The layers of a model of keras, and which of them feed which."""
        graph = cls("keras")
        layers = list(model.layers)
        for layer in layers:
            node = graph.nodes_by_id.get(layer.name) or graph.add_node(Node.from_keras(layer))
            for source in _keras_sources(layer):
                if not any(source is other for other in layers):
                    continue  # it feeds the layer in another model
                from_node = graph.nodes_by_id.get(source.name) or graph.add_node(Node.from_keras(source))
                graph.add_edge(from_node, node)
        graph.loaded = True
        return graph

    @classmethod
    def from_torch(cls, model: Any, done: Callable[[Self], None] | None = None) -> Self:
        """The layers of a module of torch, with the shapes that the next forward pass shows.

        The graph is filled during that pass and `done` called with it once, from inside the pass; a fault there is
        reported, never raised. `hooks` has what to remove to give up before.
        """
        from gnomon.sdk.values.torch_layers import follow

        graph = cls("torch")
        graph.hooks = follow(model, graph, None if done is None else partial(done, graph))
        return graph

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Bring the graph as it is now to the run folder; the value that stands for it."""
        self._refresh()
        return super().bound(place, key, step)

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """Put the graph as it is now on the shelf; the JSON object that stands for it."""
        self._refresh()
        return super().stored(shelf)

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        with open(path, "rb") as file:
            kept = msgspec.json.decode(file.read())
        graph = cls(kept.get("format", "keras"))
        for one in kept.get("nodes", []):
            node = graph.add_node(Node())
            for fact in FACTS:
                setattr(node, fact, one.get(fact))
            graph.nodes_by_id[node.id] = node
        graph.nodes_by_id.pop(None, None)
        for from_id, to_id in kept.get("edges", []):
            graph.add_edge(graph[from_id], graph[to_id])
        graph.loaded = True
        return graph

    def _refresh(self) -> None:
        said = {
            "format": self.format,
            "nodes": [node.to_json() for node in self.nodes],
            "edges": [edge.to_json() for edge in self.edges],
        }
        try:
            data = msgspec.json.encode(plain(said))
        except Unloggable as error:
            raise BadValue(f"The graph cannot be kept: {error}") from None
        if data != self._content.read():
            self._content, self._kept = Held(data, "graph.json"), None

    def __repr__(self) -> str:
        return f"Graph({len(self.nodes)} nodes, {len(self.edges)} edges)"


def _keras_shape(layer: Any) -> Any:
    try:
        shape = layer.output_shape if hasattr(layer, "output_shape") else layer.output.shape
    except Exception:  # not built yet, or used in several places
        return ["multiple"]
    return list(shape) if isinstance(shape, tuple) else shape


def _keras_parameters(layer: Any) -> int | None:
    try:
        return int(layer.count_params())
    except Exception:  # not built yet
        return None


def _keras_sources(layer: Any) -> list[Any]:
    """The layers that feed this one, as keras 2 and keras 3 tell it."""
    found: list[Any] = []
    for node in getattr(layer, "_inbound_nodes", None) or []:
        if hasattr(node, "inbound_layers"):
            sources = node.inbound_layers
            found += sources if isinstance(sources, (list, tuple)) else [sources]
        else:
            found += [parent.operation for parent in getattr(node, "parent_nodes", [])]
    return found
