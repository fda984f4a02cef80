"""What a local controller asks for."""

from __future__ import annotations

import pytest

from gnomon.model.errors import Rejected
from gnomon.server.actions.sweeps.local import Wish, read


def test_runs_to_make_and_runs_to_stop_are_read() -> None:
    text = '{"schedule": [{"id": "k", "data": {"args": {"lr": {"value": 0.1}}}}], "earlystop": ["run1"]}'
    assert read(text) == Wish({"k": {"lr": 0.1}}, ("run1",), drained=False)


def test_nothing_is_asked_for_by_nothing() -> None:
    for text in ("", "{}", '{"schedule": null}', '{"schedule": [], "earlystop": []}'):
        assert read(text) == Wish({}, (), drained=False)


def test_an_entry_without_config_is_the_last() -> None:
    assert read('{"schedule": [{"id": "k", "data": {"args": null}}]}') == Wish({}, (), drained=True)


@pytest.mark.parametrize(
    "text",
    [
        "no json", "[]", '{"schedule": {"k": 1}}',
        '{"earlystop": "all"}', '{"schedule": ["k"]}', '{"schedule": [{"id": "k"}]}',
        '{"schedule": [{"data": {"args": {}}}]}', '{"schedule": [{"id": "k", "data": {"args": 3}}]}',
    ],
)  # fmt: skip
def test_what_is_no_wish_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        read(text)
