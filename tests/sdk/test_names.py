"""Ids and names that were not given."""

from __future__ import annotations

import re

import pytest

from gnomon.sdk.names import FIRST, SECOND, check_id, check_name, random_id, random_name


def test_there_are_enough_names() -> None:
    assert len(set(FIRST)) * len(set(SECOND)) >= 10_000
    assert all(re.fullmatch("[a-z]+", word) for word in (*FIRST, *SECOND))


def test_an_id_has_eight_letters_and_digits() -> None:
    found = {random_id() for _ in range(500)}
    assert len(found) == 500
    assert all(re.fullmatch("[0-9a-z]{8}", one) for one in found)


def test_a_name_is_two_words_and_a_number() -> None:
    assert re.fullmatch("[a-z]+-[a-z]+-[0-9]{1,3}", random_name())
    assert random_name(lambda below: 0) == f"{FIRST[0]}-{SECOND[0]}-1"


@pytest.mark.parametrize("wrong", ["", "a/b", "a\\b", "..", ".", "a?b", "a#b", "%2e", "a:b", "x" * 129, "a\nb"])
def test_ids_and_projects_that_cannot_be_part_of_an_address_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="a run id"):
        check_id(wrong)
    with pytest.raises(ValueError, match="project"):
        check_name(wrong)


@pytest.mark.parametrize("right", ["k3v9x2ab", "my run", "实验_1", "a.b-c_d", "x" * 128])
def test_other_ids_are_taken_as_they_are(right: str) -> None:
    assert check_id(right) == right
    assert check_name(right) == right
