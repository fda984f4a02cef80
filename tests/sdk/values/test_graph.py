"""What models look like: graphs by hand, of keras and of torch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.graph import Edge, Graph, Node
from gnomon.sdk.values.torch_layers import dtype_of, shape_of


def kept(graph: Graph, place: Any) -> Any:
    return msgspec.json.decode(place.made(graph.bound(place, "x", 0)["path"]))


def two() -> Graph:
    graph = Graph()
    first = graph.add_node(id="a", name="first", class_name="Dense", output_shape=(None, 3), num_parameters=12)
    graph.add_edge(first, graph.add_node(Node(id="b")))
    return graph


def test_a_graph_is_kept_as_it_is_when_it_is_logged(place: Any) -> None:
    graph = two()
    value = graph.bound(place, "x", 0)
    assert value["_type"] == "graph-file"
    assert value["path"].endswith(".graph.json")
    first = {"name": "first", "id": "a", "class_name": "Dense", "output_shape": [None, 3], "num_parameters": 12}
    assert kept(graph, place) == {"format": "keras", "nodes": [first, {"name": None, "id": "b"}], "edges": [["a", "b"]]}
    assert graph.bound(place, "x", 1)["path"] == value["path"]
    graph.add_node(id="c")
    assert graph.bound(place, "x", 2)["path"] != value["path"]
    assert len(kept(graph, place)["nodes"]) == 3


def test_nodes_and_edges_are_found_from_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    graph = two()
    edge = graph["a"].out_edges["b"]
    assert isinstance(edge, Edge)
    assert graph["b"].in_edges["a"] is edge
    assert edge.to_json() == ["a", "b"]
    graph.pprint()
    assert "first" in capsys.readouterr().out
    copy = Node(id="z", node=graph["a"])
    assert (copy.id, copy.name, copy.num_parameters) == ("z", "first", 12)
    with pytest.raises(UsageError, match="not both"):
        graph.add_node(copy, name="x")


def test_it_comes_back_from_an_artifact(shelf: Any, place: Any) -> None:
    back = Graph.restored(two().stored(shelf), shelf)
    assert kept(back, place) == kept(two(), place)
    assert back["a"].out_edges.keys() == {"b"}


class Dense:
    """A layer of keras; `inputs` are the layers that feed it, told as keras 2 or 3 does."""

    def __init__(self, name: str, *inputs: Dense, keras: int = 3) -> None:
        self.name = name
        if keras == 2:
            self.output_shape = (None, 3)
            self._inbound_nodes = [SimpleNamespace(inbound_layers=inputs[0] if len(inputs) == 1 else list(inputs))]
        else:
            self.output = SimpleNamespace(shape=(None, 3))
            self._inbound_nodes = [SimpleNamespace(parent_nodes=[SimpleNamespace(operation=one) for one in inputs])]

    def count_params(self) -> int:
        return 15


@pytest.mark.parametrize("keras", [2, 3])
def test_a_model_of_keras_shows_what_feeds_what(keras: int) -> None:
    elsewhere = Dense("other", keras=3)
    one, two_ = Dense("one", elsewhere, keras=keras), Dense("two", keras=3)
    both = Dense("both", one, two_, keras=keras)
    graph = Graph.from_keras(SimpleNamespace(layers=[one, two_, both]))
    assert graph.loaded
    assert [node.name for node in graph.nodes] == ["one", "two", "both"]
    assert [edge.to_json() for edge in graph.edges] == [["one", "both"], ["two", "both"]]
    assert graph["one"].to_json() == {
        "id": "one",
        "name": "one",
        "class_name": "Dense",
        "output_shape": [None, 3],
        "num_parameters": 15,
    }


def test_a_layer_of_keras_that_is_not_built_says_what_it_can() -> None:
    class Lazy:
        name = "lazy"

        @property
        def output(self) -> Any:
            raise AttributeError("used twice")

        def count_params(self) -> int:
            raise ValueError("not built")

    node = Node.from_keras(Lazy())
    assert (node.output_shape, node.num_parameters) == (["multiple"], None)


class Tensor:
    """Has a shape."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape


class Module:
    """As much of a torch module as is watched."""

    def __init__(self, shape: tuple[int, ...] = (), own: bool = False, **parts: Module) -> None:
        self.output: Any = Tensor(*shape) if shape else None
        self.own = own
        self.parts, self.hooks, self.skipped = parts, dict[int, Any](), set[str]()

    def __call__(self) -> Any:
        for name, part in self.parts.items():
            if name not in self.skipped:
                part()
        for hook in list(self.hooks.values()):
            assert hook(self, (), self.output) is None
        return self.output

    def __str__(self) -> str:
        return "Module()"

    def named_children(self) -> Any:
        return self.parts.items()

    def children(self) -> Any:
        return self.parts.values()

    def parameters(self, recurse: bool) -> Any:
        assert not recurse
        return [Tensor(3, 4)] if self.own else []

    def named_parameters(self) -> Any:
        return [("weight", Tensor(3, 4))] if self.own or not self.parts else []

    def register_forward_hook(self, hook: Any) -> Any:
        number = len(self.hooks)
        self.hooks[number] = hook
        return SimpleNamespace(remove=lambda: self.hooks.pop(number, None))


def model() -> Module:
    return Module((9,), body=Module(**{"0": Module((2, 4)), "1": Module((2, 5))}), head=Module((2, 1)))


def test_a_model_of_torch_shows_its_layers_in_the_order_they_ran() -> None:
    told: list[Graph] = []
    net = model()
    graph = Graph.from_torch(net, told.append)
    assert (graph.format, graph.nodes, graph.loaded, told) == ("torch", [], False, [])
    net()
    net()
    assert told == [graph]
    assert graph.loaded
    assert [(node.name, node.output_shape) for node in graph.nodes] == [
        ("body.0", [[2, 4]]),
        ("body.1", [[2, 5]]),
        ("head", [[2, 1]]),
    ]
    assert graph.nodes[0].parameters == [["weight", [3, 4]]]
    assert graph.nodes[0].num_parameters == [12]
    assert graph.nodes[0].class_name == "Module()"
    assert not net.hooks
    assert not net.parts["head"].hooks


def test_the_kind_of_numbers_is_told_where_tensors_say_it() -> None:
    assert dtype_of(SimpleNamespace(dtype="torch.bfloat16")) == ["bfloat16"]
    assert dtype_of(SimpleNamespace(shape=(1,))) == []


def test_layers_that_did_not_run_have_no_shape() -> None:
    net = model()
    net.skipped.add("head")
    graph = Graph.from_torch(net)
    net()
    assert [(node.name, node.output_shape) for node in graph.nodes][-1] == ("head", None)
    assert graph.loaded


def test_what_is_in_a_block_are_the_layers_but_one_with_parameters_of_its_own_is_a_layer() -> None:
    attention = Module((2, 8), own=True, out=Module())
    net = Module(block=Module(inner=Module(attention=attention, norm=Module((2, 8)))))
    graph = Graph.from_torch(net)
    net()
    assert [node.name for node in graph.nodes] == ["block.inner.attention", "block.inner.norm"]


def test_a_model_without_parts_is_its_own_layer() -> None:
    net = Module((2, 2))
    graph = Graph.from_torch(net)
    net()
    assert [node.name for node in graph.nodes] == ["Module"]


def test_watching_may_be_given_up() -> None:
    net = model()
    graph = Graph.from_torch(net)
    for handle in graph.hooks:
        handle.remove()
    net()
    assert not graph.nodes


def test_a_fault_while_looking_never_reaches_the_training(hidden_failures: list[Exception]) -> None:
    net = model()
    graph = Graph.from_torch(net, lambda _: [][0])  # type: ignore[arg-type, return-value]
    net()
    assert graph.loaded
    assert [type(error) for error in hidden_failures] == [IndexError]
    hidden_failures.clear()


def test_a_module_that_cannot_be_watched_is_said(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    guard.forget()

    def refuse(hook: Any) -> Any:
        raise RuntimeError("scripted")

    net = model()
    monkeypatch.setattr(net.parts["head"], "register_forward_hook", refuse)
    graph = Graph.from_torch(net)
    net()
    assert ["scripted" in line for line in said] == [True]
    assert len(graph.nodes) == 3


@pytest.mark.parametrize(
    ("output", "shape"),
    [
        (Tensor(2, 3), [2, 3]),
        ((Tensor(2), [Tensor(3), Tensor(4)]), [[2], [[3], [4]]]),
        ({"a": Tensor(2)}, [[2]]),
        (SimpleNamespace(to_tuple=lambda: (Tensor(5),)), [[5]]),
        (None, []),
    ],
)
def test_shapes_are_told_as_the_outputs_are_nested(output: Any, shape: Any) -> None:
    assert shape_of(output) == shape
