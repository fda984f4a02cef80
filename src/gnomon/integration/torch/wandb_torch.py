"""What a torch model looks like, for the Model tab: `TorchGraph`."""

from __future__ import annotations

from typing import Any

from gnomon.sdk.values.graph import Graph


class TorchGraph(Graph):
    """A graph of a torch module, logged as any value. `Run.watch(model, log_graph=True)` logs one by itself."""

    @classmethod
    def hook_torch(cls, model: Any, criterion: Any = None, graph_idx: int = 0) -> Graph:
        """The layers of a module; their shapes are those of the next forward pass."""
        return cls.from_torch(model)
