"""Small things that scripts and integrations take from `wandb.util`."""

from __future__ import annotations

import importlib
import json
import re
import secrets
import string
import sys
from typing import IO, Any, TypeVar

from gnomon.sdk.errors import UsageError
from gnomon.sdk.names import ID_LENGTH, ID_LETTERS
from gnomon.sdk.values.plain import Unloggable, plain

T = TypeVar("T")
_UNITS = (("B", 1), ("KB", 1000), ("MB", 1000**2), ("GB", 1000**3), ("TB", 1000**4), ("PB", 1000**5), ("EB", 1000**6))


def generate_id(length: int = ID_LENGTH) -> str:
    """A random id for a run: letters and digits."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(length))


def generate_fast_id(length: int = ID_LENGTH) -> str:
    """The same."""
    return generate_id(length)


def random_string(length: int = 12) -> str:
    """Letters, digits, `-` and `_` by chance."""
    return "".join(secrets.choice(string.ascii_letters + string.digits + "-_") for _ in range(length))


def get_module(name: str, required: str | bool | None = None, lazy: bool = True) -> Any:
    """The module of this name, or None. Where it is `required` UsageError is raised, with those words if it has any."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if required:
            raise UsageError(required if isinstance(required, str) else f"{name} is needed: {error}") from None
        return None


def coalesce(*values: T | None) -> T | None:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)


def make_artifact_name_safe(name: str) -> str:
    """A name that an artifact can have: letters, digits, `-`, `_`, `.`, and at most 128 of them.

    >>> make_artifact_name_safe("my model/v1")
    'my_model_v1'
    """
    cleaned = re.sub(r"[^a-zA-Z0-9_\-.]", "_", name)
    return cleaned if len(cleaned) <= 128 else f"{cleaned[:63]}..{cleaned[-63:]}"


def to_human_size(size: int, units: Any = None) -> str:
    """A number of bytes as people read it.

    >>> to_human_size(1_500)
    '1.5KB'
    """
    name, factor = next(((name, by) for name, by in reversed(units or _UNITS) if size >= by), ("B", 1))
    return f"{round(size / factor, 1)}{name}"


def from_human_size(size: str, units: Any = None) -> int:
    """The number of bytes that is meant. Raises ValueError.

    >>> from_human_size("1.5KB")
    1500
    """
    factors = {name.upper(): by for name, by in units or _UNITS}
    factors.update({name[0]: by for name, by in list(factors.items())})
    found = re.fullmatch(r"\s*([\d.]+)\s*([A-Za-z]*)\s*", size)
    unit = (found[2].upper() or "B") if found else ""
    if found is None or unit not in factors:
        raise ValueError(f"{size!r} is no size such as 10GB")
    return int(float(found[1]) * factors[unit])


def is_numpy_array(value: Any) -> bool:
    """Whether this is an array of numpy's."""
    return _is(value, "numpy", "ndarray")


def is_pandas_data_frame(value: Any) -> bool:
    """Whether this is a DataFrame of pandas'."""
    return _is(value, "pandas", "DataFrame")


def is_pytorch_tensor(value: Any) -> bool:
    """Whether this is a tensor of torch's."""
    return _is(value, "torch", "Tensor")


def is_tf_tensor(value: Any) -> bool:
    """Whether this is a tensor of TensorFlow's."""
    return _is(value, "tensorflow", "Tensor")


def json_dumps_safer(value: Any, **named: Any) -> str:
    """JSON of plain values, arrays and tensors; what has no such form is its repr."""
    return json.dumps(value, default=_friendly, **named)


def json_dump_safer(value: Any, file: IO[str], **named: Any) -> None:
    """The same, into a file."""
    json.dump(value, file, default=_friendly, **named)


def _is(value: Any, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(value, kind)


def _friendly(value: Any) -> Any:
    try:
        return plain(value)
    except Unloggable:
        return repr(value)
