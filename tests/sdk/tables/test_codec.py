"""Rows as the shipper gets them, to the file that is kept."""

from __future__ import annotations

import io
import json
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.shipper.encoders import encode, npz
from gnomon.sdk.tables import cells

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.lists(JSON, max_size=3), max_size=3))
def test_what_json_can_say_arrives_as_it_was(rows: list[Any]) -> None:
    head = {"_type": "table", "nrows": len(rows)}
    made = encode(msgspec.msgpack.encode([head, cells.packed(rows)]), {"codec": "table"})
    assert json.loads(made) == {**head, "data": rows}


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x93\x01\x02\x03", b"\x05", msgspec.msgpack.encode([{}, 3])])
def test_bytes_that_are_no_table_are_not_guessed_at(data: bytes) -> None:
    with pytest.raises(ValueError, match="no table"):
        encode(data, {"codec": "table"})


def test_an_array_is_a_file_that_numpy_reads_and_would_have_written() -> None:
    array = np.arange(12.0).reshape(3, 4)
    raw, own = io.BytesIO(), io.BytesIO()
    np.save(raw, array)
    np.savez_compressed(own, column=array)
    made = encode(raw.getvalue(), {"codec": "npz", "array": "column"})
    with np.load(io.BytesIO(made)) as archive:
        assert (archive["column"] == array).all()
    assert npz.packed({"column": raw.getvalue()}) == made
    with pytest.raises(ValueError, match="no numpy array"):
        encode(b"junk", {"codec": "npz"})
