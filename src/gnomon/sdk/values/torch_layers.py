"""The layers of a torch module, learnt in its first forward pass. Torch itself is never imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.values.graph import Graph, Node


def follow(model: Any, graph: Graph, done: Callable[[], None] | None) -> list[Any]:
    """Put the layers of `model` into `graph` as they run; handles of what watches.

    The graph is complete, and `done` called, when all layers have run or the model has; layers that did not run are
    there without a shape.
    """
    layers = dict(_layers(model))
    waiting = {id(layer) for layer in layers.values()}
    handles: list[Any] = []

    def ran(name: str, layer: Any, output: Any) -> None:
        if graph.loaded or id(layer) not in waiting:
            return
        waiting.discard(id(layer))
        graph.add_node(_node(name, layer, shape_of(output if isinstance(output, tuple) else (output,))))
        if not waiting:
            complete()

    def complete() -> None:
        if graph.loaded:
            return
        graph.loaded = True
        for handle in handles:
            handle.remove()
        for name, layer in layers.items():
            if id(layer) in waiting:
                waiting.discard(id(layer))
                graph.add_node(_node(name, layer, None))
        if done is not None:
            done()

    def watch(module: Any, action: Callable[[Any], None]) -> None:
        def hook(_module: Any, _inputs: Any, output: Any) -> None:
            with guard.guarded("look at a model's layers"):
                action(output)

        try:
            handles.append(module.register_forward_hook(hook))
        except RuntimeError as error:  # a scripted module
            guard.warn_once("graph", f"the layers of {type(module).__name__} cannot be watched: {error}")

    for name, layer in layers.items():
        watch(layer, lambda output, name=name, layer=layer: ran(name, layer, output))  # type: ignore[misc]
    if all(layer is not model for layer in layers.values()):
        watch(model, lambda output: complete())
    return handles


def shape_of(value: Any) -> Any:
    """The shape of a tensor as a list; of tensors in lists, tuples and dicts, a list of shapes."""
    if hasattr(value, "shape"):
        return [int(size) for size in value.shape]
    if isinstance(value, dict):
        value = list(value.values())
    elif hasattr(value, "to_tuple"):  # outputs of transformers
        value = value.to_tuple()
    return [shape_of(one) for one in value] if isinstance(value, (list, tuple)) else []


def dtype_of(tensor: Any) -> list[str]:
    """What its numbers are: `["float32"]`; nothing where it does not say."""
    dtype = getattr(tensor, "dtype", None)
    return [] if dtype is None else [str(dtype).removeprefix("torch.")]


def _layers(module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The layers in a module, by their paths; the module itself where it has no parts.

    A part that learns nothing but what its own parts learn is no layer: what is in it are the layers, however deep. One
    with parameters of its own is a layer, as attention is, which uses its parts' parameters without running them.
    """
    empty = True
    for name, part in module.named_children():
        empty = False
        path = f"{prefix}.{name}" if prefix else name
        if any(True for _ in part.children()) and not any(True for _ in part.parameters(recurse=False)):
            yield from _layers(part, path)
        else:
            yield path, part
    if empty and not prefix:
        yield type(module).__name__, module


def _node(name: str, layer: Any, shape: Any) -> Node:
    tensors = dict(layer.named_parameters())
    parameters = [[path, [int(size) for size in tensor.shape], *dtype_of(tensor)] for path, tensor in tensors.items()]
    node = Node(
        id=id(layer),
        name=name,
        class_name=str(layer),
        output_shape=shape,
        parameters=parameters,
        num_parameters=[prod(tensor.shape) for tensor in tensors.values()],
    )
    node.obj = layer
    return node
