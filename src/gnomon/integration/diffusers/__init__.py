"""Pipelines of Diffusers: `autolog()`, and what each call makes is a row of the table `generated`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gnomon.integration.autolog import Autolog

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

PLAIN = (str, int, float, bool, type(None))


def _patch(around: Callable[[Any], Any]) -> Callable[[], None]:
    """Each class of pipelines that is there, or comes: all of them register their parts when they are made."""
    base: Any = import_module("diffusers").DiffusionPipeline
    undo: list[tuple[Any, Any]] = []

    def wrap(kind: Any) -> None:
        own = vars(kind).get("__call__")
        if own is not None and not getattr(own, "logged", False):
            kind.__call__ = around(own)
            undo.append((kind, own))

    register = base.register_modules

    def registered(self: Any, **parts: Any) -> Any:
        for kind in type(self).__mro__:
            if issubclass(kind, base):
                wrap(kind)
        return register(self, **parts)

    for kind in _below(base):
        wrap(kind)
    base.register_modules = registered

    def restore() -> None:
        base.register_modules = register
        while undo:
            kind, own = undo.pop()
            kind.__call__ = own

    return restore


def _below(kind: Any) -> Iterator[Any]:
    yield kind
    for each in kind.__subclasses__():
        yield from _below(each)


def _log(run: Run, it: Any, arguments: tuple[Any, ...], named: Mapping[str, Any], answer: Any, seconds: float) -> None:
    """One row for each picture, video or sound."""
    from gnomon.sdk.tables.table import Table

    asked = named.get("prompt", arguments[0] if arguments and isinstance(arguments[0], (str, list)) else None)
    prompts = asked if isinstance(asked, list) else [asked]
    made = _made(answer, getattr(it, "vocoder", None))
    each = max(1, len(made) // len(prompts))
    how = {key: value for key, value in named.items() if isinstance(value, PLAIN) and key != "prompt"}
    name = type(it).__name__
    rows = [[name, prompts[min(at // each, len(prompts) - 1)], one, how, seconds] for at, one in enumerate(made)]
    if rows:
        columns = ["pipeline", "prompt", "generated", "arguments", "seconds"]
        run.log({"generated": Table(columns=columns, data=rows, allow_mixed_types=True)})


def _made(answer: Any, vocoder: Any) -> list[Any]:
    """What came out, as values of a table."""
    if isinstance(answer, tuple):
        answer = dict(enumerate(answer))
        found: Any = answer.get(0)
        return [_picture(one) for one in found] if isinstance(found, list) else []
    for name, value_of in (("images", _picture), ("frames", _video)):
        found = getattr(answer, name, None)
        if found is not None:
            return [value_of(one) for one in found]
    sounds = getattr(answer, "audios", None)
    if sounds is None:
        return []
    from gnomon.sdk.values.audio import Audio

    rate = getattr(getattr(vocoder, "config", None), "sampling_rate", 16_000)
    return [Audio(one, sample_rate=int(rate)) for one in sounds]


def _picture(one: Any) -> Any:
    from gnomon.sdk.values.image import Image

    return Image(one)


def _video(frames: Any) -> Any:
    """Frames of PIL or of numbers from 0 to 1, as a video of ten a second."""
    from gnomon.sdk.values.video import Video

    numpy: Any = import_module("numpy")
    stacked = numpy.stack([numpy.asarray(frame) for frame in frames])
    if stacked.dtype.kind == "f":
        stacked = (stacked.clip(0, 1) * 255).astype("uint8")
    return Video(stacked.transpose(0, 3, 1, 2), fps=10)


autolog = Autolog("diffusers", _patch, _log)

__all__ = ["autolog"]
