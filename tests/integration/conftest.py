"""Callbacks without their frameworks: what a framework would call is called by the test.

`make test-frameworks` runs the same callbacks with the frameworks themselves.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.sdk.conftest import alone, hidden_failures, said

__all__ = ["alone", "hidden_failures", "said"]

Standing = Callable[..., Any]


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Standing]:
    """Puts modules with these classes in a framework's place, and imports one of ours over them."""
    made: list[str] = []

    def stand(ours: str, **classes: dict[str, Any]) -> Any:
        for name, members in classes.items():
            parts = name.split("__")
            for depth in range(1, len(parts) + 1):
                module = ".".join(parts[:depth])
                if module not in sys.modules or module not in made:
                    monkeypatch.setitem(sys.modules, module, ModuleType(module))
                    made.append(module)
                if depth > 1:
                    setattr(sys.modules[".".join(parts[: depth - 1])], parts[depth - 1], sys.modules[module])
            vars(sys.modules[".".join(parts)]).update(members)
        forget(ours)
        return importlib.import_module(f"gnomon.integration.{ours}")

    def forget(ours: str) -> None:
        for name in [name for name in sys.modules if f"{name}.".startswith(f"gnomon.integration.{ours}.")]:
            del sys.modules[name]

    yield stand
    for name in [name for name in sys.modules if name.startswith("gnomon.integration.")]:
        del sys.modules[name]
