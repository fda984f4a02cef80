"""`files/config.yaml`: the config as people read it beside a run."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*\Z")
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"])


def fold(config: dict[str, Any], record: list[Any]) -> None:
    """Apply a CONFIG record to what was known."""
    if len(record) > 1 and isinstance(record[1], dict):
        config.update(record[1])
    for key in record[2] if len(record) > 2 and isinstance(record[2], list) else ():
        config.pop(key, None)


def emit(config: Mapping[str, Any]) -> str:
    """The YAML of a config, each key with its `value`, as `wandb` writes it.

    >>> print(emit({"lr": 0.1, "layers": [1, 2]}), end="")
    wandb_version: 1
    <BLANKLINE>
    layers:
        value:
            - 1
            - 2
    lr:
        value: 0.1
    """
    parts = ["wandb_version: 1\n\n"]
    for key in sorted(config, key=str):
        parts.append(f"{_scalar(str(key))}:\n{_member('value', config[key], 1)}")
    return "".join(parts)


def _member(key: str, value: Any, depth: int) -> str:
    pad = "    " * depth
    if isinstance(value, dict) and value:
        inner = "".join(_member(_scalar(str(name)), each, depth + 1) for name, each in value.items())
        return f"{pad}{key}:\n{inner}"
    if isinstance(value, (list, tuple)) and value:
        return f"{pad}{key}:\n{_items(value, depth + 1)}"
    return f"{pad}{key}: {_scalar(value)}\n"


def _items(values: Any, depth: int) -> str:
    pad = "    " * depth
    made = []
    for value in values:
        if isinstance(value, (dict, list, tuple)) and value:
            made.append(f"{pad}- {_json(value)}\n")  # JSON is YAML
        else:
            made.append(f"{pad}- {_scalar(value)}\n")
    return "".join(made)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isfinite(value):
            text = repr(value)
            return text.replace("e", ".0e") if "e" in text and "." not in text else text
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return value if _PLAIN.match(value) and value.lower() not in _WORDS else _json(value)
    return _json(value)


def _json(value: Any) -> str:
    import json  # only here: most of the shipper does without

    return json.dumps(value, ensure_ascii=False, default=str)
