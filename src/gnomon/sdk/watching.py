"""`watch()`: what a torch model's gradients and parameters look like while it learns.

Gradients are looked at in every `log_freq`th backward pass. In between one parameter alone has a hook, which counts;
the others get theirs for the pass that is due. Torch is never imported here: whoever has a model has it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from gnomon.sdk import guard, tensors
from gnomon.sdk.errors import UsageError

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

LOGS = ("gradients", "parameters", "all", None)

_watched: WeakKeyDictionary[Run, list[Watched]] = WeakKeyDictionary()
_counts: WeakKeyDictionary[Run, int] = WeakKeyDictionary()


class Watched:
    """One model, and the handles of what looks at it."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._ends: list[Callable[[], object]] = []

    def ends_with(self, end: Callable[[], object]) -> None:
        """Call this when the model is not watched any more."""
        self._ends.append(end)

    def end(self) -> None:
        """Leave no hook behind."""
        while self._ends:
            with guard.guarded("stop watching a model"):
                self._ends.pop()()


class Gradients:
    """Logs the gradients of a model's parameters in every `freq`th backward pass."""

    def __init__(self, model: Any, freq: int, log: Callable[[str, Any], None]) -> None:
        self._parameters = {name: one for name, one in model.named_parameters() if one.requires_grad}
        self._freq, self._log = freq, log
        self._seen: list[str] = []
        """Parameters in the order in which they got gradients in the first pass; not all may take part."""
        self._counter = ""
        """The last of them: when its gradient is there, a pass is over."""
        self._passes = 0
        self._handles: dict[str, Any] = {}
        self._arm()

    def _arrived(self, name: str, gradient: Any) -> None:
        if not self._counter:
            if name not in self._seen:
                self._seen.append(name)
                if self._freq == 1:
                    self._log(name, gradient)
                return
            self._counter = self._seen[-1]  # the second pass begins
            self._over()
        if (self._passes + 1) % self._freq == 0:
            self._log(name, gradient)
        if name == self._counter:
            self._over()

    def _over(self) -> None:
        self._passes += 1
        if (self._passes + 1) % self._freq == 0:
            self._arm()
        else:
            for name in [name for name in self._handles if name != self._counter]:
                self._handles.pop(name).remove()

    def _arm(self) -> None:
        for name, parameter in self._parameters.items():
            if name not in self._handles:
                self._handles[name] = parameter.register_hook(self._hook(name))

    def _hook(self, name: str) -> Callable[[Any], None]:
        def arrived(gradient: Any) -> None:
            with guard.guarded("look at a gradient"):
                self._arrived(name, gradient)

        return arrived

    def end(self) -> None:
        """Remove the hooks."""
        while self._handles:
            self._handles.popitem()[1].remove()


def watch(
    run: Run, models: Any, criterion: Any, log: str | None, log_freq: int, idx: int | None, log_graph: bool
) -> None:
    """See `Run.watch`. Raises UsageError for what cannot be watched."""
    found = _models(models)
    if log not in LOGS:
        raise UsageError(f"log is 'gradients', 'parameters', 'all' or None, not {log!r}")
    if not isinstance(log_freq, int) or log_freq < 1:
        raise UsageError(f"log_freq is a number of batches, 1 or more, not {log_freq!r}")
    watched = _watched.setdefault(run, [])
    if not watched:
        run._before_finish.append(lambda: unwatch(run, None))
    for model in found:
        if any(one.model is model for one in watched):
            raise UsageError(f"This {type(model).__name__} is watched already; unwatch() it first")
    first = _counts.get(run, 0) if idx is None else idx
    _counts[run] = max(_counts.get(run, 0), first + len(found))
    for number, model in enumerate(found, start=first):
        watched.append(_watch(run, model, number, log, log_freq, log_graph))


def _watch(run: Run, model: Any, number: int, log: str | None, freq: int, log_graph: bool) -> Watched:
    watched = Watched(model)
    prefix = f"graph_{number}" if number > 0 else ""
    if log in ("gradients", "all"):
        watched.ends_with(Gradients(model, freq, lambda name, one: _log(run, f"gradients/{prefix}{name}", one)).end)
    if log in ("parameters", "all"):
        watched.ends_with(_watch_parameters(run, model, prefix, freq))
    if log_graph:
        from gnomon.sdk.values.graph import Graph

        def done(graph: Graph) -> None:
            run.summary[f"graph_{number}"] = graph

        graph = Graph.from_torch(model, done)
        watched.ends_with(lambda: [handle.remove() for handle in graph.hooks])
    return watched


def _watch_parameters(run: Run, model: Any, prefix: str, freq: int) -> Callable[[], object]:
    passes = 0

    def ran(module: Any, given: Any, returned: Any) -> None:
        nonlocal passes
        passes += 1
        if passes % freq == 0:
            with guard.guarded("look at a model's parameters"):
                for name, parameter in module.named_parameters():
                    _log(run, f"parameters/{prefix}{name}", parameter)

    try:
        end: Callable[[], object] = model.register_forward_hook(ran).remove
        return end
    except RuntimeError as error:  # a scripted module takes no hooks
        guard.warn(f"the parameters of this model cannot be watched: {error}")
        return lambda: None


def _log(run: Run, key: str, tensor: Any) -> None:
    value = tensors.histogram(tensor)
    if value is None:
        guard.warn_once(f"watch {key}", f"{key} holds no finite number (NaN or Inf); it is not logged then")
    else:
        run.log({key: value}, commit=False)


def unwatch(run: Run, models: Any) -> None:
    """See `Run.unwatch`."""
    watched = _watched.get(run, [])
    wanted = None if models is None else list(models) if isinstance(models, (list, tuple)) else [models]
    for one in list(watched):
        if wanted is None or any(one.model is model for model in wanted):
            one.end()
            watched.remove(one)


def _models(models: Any) -> Sequence[Any]:
    torch = sys.modules.get("torch")
    found = list(models) if isinstance(models, (list, tuple)) else [models]
    for model in found:
        if torch is None or not isinstance(model, torch.nn.Module):
            raise UsageError(f"watch() is for models of torch (torch.nn.Module), not for {type(model).__name__}")
    return found
