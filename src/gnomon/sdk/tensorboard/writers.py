"""Writers of event files tell of themselves: those of torch, tensorboardX and TensorFlow, imported or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

Opened = Callable[[str, Any], None]
"""Called with the folder, before anything is written there, and with the writer where there is an object."""

CLASSES = (
    "tensorboard.summary.writer.event_file_writer",
    "tensorboardX.event_file_writer",
    "tensorflow.python.summary.writer.event_file_writer",
)
"""Modules with a class `EventFileWriter` that begins with the folder."""

FUNCTION = "tensorflow.python.ops.gen_summary_ops"
"""The module through which TensorFlow 2 makes its writers."""


class Patch:
    """What was put in the place of the writers' own functions."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._undo: list[Callable[[], None]] = []
        self._finder = _Finder({**dict.fromkeys(CLASSES, self._class), FUNCTION: self._function})
        for name, act in self._finder.wanted.items():
            if name in sys.modules:
                act(sys.modules[name])
        sys.meta_path.insert(0, self._finder)

    def undo(self) -> None:
        """Put everything back."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        while self._undo:
            self._undo.pop()()

    def _class(self, module: ModuleType) -> None:
        writer: Any = getattr(module, "EventFileWriter", None)
        if writer is None:
            return
        own, opened = writer.__init__, self._opened

        @wraps(own)
        def begin(self: Any, logdir: Any, *arguments: Any, **named: Any) -> None:
            opened(os.fspath(logdir), self)
            own(self, logdir, *arguments, **named)

        writer.__init__ = begin
        self._undo.append(lambda: setattr(writer, "__init__", own))

    def _function(self, module: Any) -> None:
        own, opened = getattr(module, "create_summary_file_writer", None), self._opened
        if own is None:
            return

        @wraps(own)
        def begin(writer: Any, logdir: Any, *arguments: Any, **named: Any) -> Any:
            folder = logdir.numpy() if hasattr(logdir, "numpy") else logdir
            opened(folder.decode() if isinstance(folder, bytes) else str(folder), None)
            return own(writer, logdir, *arguments, **named)

        module.create_summary_file_writer = begin
        self._undo.append(lambda: setattr(module, "create_summary_file_writer", own))


class _Finder(MetaPathFinder):
    """Acts on modules when they have been imported."""

    def __init__(self, wanted: dict[str, Callable[[ModuleType], None]]) -> None:
        self.wanted = wanted
        self._busy: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the others find, with our act behind it."""
        act = self.wanted.get(fullname)
        if act is None or fullname in self._busy:
            return None
        self._busy.add(fullname)
        try:
            spec = find_spec(fullname)
        finally:
            self._busy.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, act)  # type: ignore[assignment]  # it has what importing asks for
        return spec


class _Then:
    """A loader that acts on the module it has loaded."""

    def __init__(self, loader: Loader, act: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._act = act

    def exec_module(self, module: ModuleType) -> None:
        """Load it, and act."""
        self._loader.exec_module(module)
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._act(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
