"""Rows: steps, commits, nesting, and values of every plain kind."""

import decimal
import fractions
import math

import numpy as np
import wandb

run = wandb.init(project="both", id="rows", name="rows")
run.log({"a": 1, "b": 0.5})
run.log({"a": 2}, commit=False)
run.log({"b": 1.5})
run.log({"at": 10}, step=10)
run.log({"more": 11}, step=10)
run.log({"a": 3}, step=12, commit=True)
run.log({"nested": {"x": 1, "deeper": {"y": 2.5, "z": "text"}}, "flat.dotted": 3})
run.log({"text": "words", "true": True, "false": False, "nothing": None})
run.log({"nan": math.nan, "plus": math.inf, "minus": -math.inf, "zero": -0.0})
run.log({"large": 2**53 + 1, "larger": 2**62, "small": 5e-324, "negative": -(2**40)})
run.log(
    {"f32": np.float32(0.1), "f16": np.float16(0.1), "i8": np.int8(-3), "u64": np.uint64(2**63), "b": np.bool_(True)}
)
run.log({"scalar array": np.array(4.0), "one": np.array([5]), "short": np.arange(3), "square": np.eye(2)})
run.log({"list": [1, 2.5, "x", None], "empty list": [], "tuple": (1, 2), "list of dicts": [{"x": 1}, {"x": 2}]})
run.log({"decimal": decimal.Decimal("1.25"), "fraction": fractions.Fraction(1, 4), "bytes": b"raw"})
run.log({"with space": 1, "with/slash": 2, "ünïcode": 3, "": 4})
run.log({})
run.log({"last": 1})
run.finish()
