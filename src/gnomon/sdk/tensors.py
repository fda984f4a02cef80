"""Histograms of torch tensors, counted where they lie: what comes over from a GPU is 66 numbers.

Torch is never imported here; whoever has a tensor has it.
"""

from __future__ import annotations

import sys
from typing import Any

BINS = 64
MOST_ELEMENTS = 1 << 20
"""Of larger tensors every n-th element is counted, and stands for n: a few milliseconds on a CPU at most."""


def histogram(tensor: Any) -> dict[str, Any] | None:
    """The value that stands for the numbers of a tensor in a row; None where none of them is finite."""
    torch: Any = sys.modules["torch"]
    with torch.no_grad():
        flat, zeros, every = _flat(tensor.detach())
        if flat.numel() == 0:
            return None if not zeros else {"_type": "histogram", "values": [zeros], "bins": [0.0, 0.0]}
        if not bool(torch.isfinite(flat).all()):
            flat = flat[torch.isfinite(flat)]
            if flat.numel() == 0:
                return None
        low, high = torch.aminmax(flat)
        counts = torch.histc(flat, BINS) if not zeros else None
        told = torch.cat([low.reshape(1), high.reshape(1), *([] if counts is None else [counts])]).tolist()
        low, high, values = told[0], told[1], told[2:]
        if counts is None:  # what a sparse tensor does not hold is zero
            low, high = min(low, 0.0), max(high, 0.0)
            values = torch.histc(flat, BINS, min=low, max=high).tolist() if low < high else [0.0]
    if low == high:
        return {"_type": "histogram", "values": [int(flat.numel()) * every + zeros], "bins": [low, high]}
    width = (high - low) / BINS
    values = [int(value) * every for value in values]
    if zeros:
        values[min(BINS - 1, int(-low / width))] += zeros
    return {"_type": "histogram", "values": values, "bins": [low + width * n for n in range(BINS)] + [high]}


def _flat(tensor: Any) -> tuple[Any, int, int]:
    """The numbers in one row, how many zeros are not among them, and for how many each stands."""
    torch: Any = sys.modules["torch"]
    zeros = 0
    if hasattr(tensor, "to_local"):  # a part of a tensor that several devices hold
        tensor = tensor.to_local()
    if tensor.is_sparse:
        size = tensor.numel()
        tensor = tensor.coalesce().values()
        zeros = size - tensor.numel()
    elif tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_complex():
        tensor = tensor.abs()
    flat = tensor.reshape(-1)
    every = max(1, -(-flat.numel() // MOST_ELEMENTS))
    if every > 1:
        flat = flat[::every]
    if flat.dtype not in (torch.float32, torch.float64):
        flat = flat.to(torch.float32)
    return flat, zeros, every
