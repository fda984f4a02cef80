"""Pages: as they are, with a head of ours where that is wished."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.html import HEAD, HTML, Html


@pytest.mark.parametrize(
    ("page", "injected"),
    [
        ("<p>x</p>", HEAD + "<p>x</p>"),
        ("<html><head><title>t</title></head></html>", f"<html><head>{HEAD}<title>t</title></head></html>"),
        ('<HTML lang="en"><body>x</body></HTML>', f'<HTML lang="en"><head>{HEAD}</head><body>x</body></HTML>'),
        ("<!DOCTYPE html><p>x", f"<!DOCTYPE html>{HEAD}<p>x"),
        ("<header>x</header>", HEAD + "<header>x</header>"),
    ],
)
def test_the_head_gets_a_target_and_a_stylesheet(page: str, injected: str) -> None:
    assert Html(page).html == injected
    assert Html(page, inject=False).html == page


def test_a_page_comes_from_a_file_however_it_is_given(place: Any, tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    source.write_bytes("<p>é</p>\r\n".encode())
    with open(source, encoding="utf-8", newline="") as text, open(source, "rb") as raw:
        pages = [Html(data, inject=False) for data in (source, str(source), text, raw, io.StringIO("<p>é</p>\r\n"))]
    for page in pages:
        value = page.bound(place, "x", 0)
        assert value["_type"] == "html-file"
        assert value["path"].startswith("media/html/x_0_")
        assert place.made(value["path"]) == source.read_bytes()


def test_a_text_is_taken_for_a_path_only_where_it_may_be_one(tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    source.write_text("inside")
    assert Html(str(source), inject=False, data_is_not_path=True).html == str(source)
    assert Html("see <b>page.html", inject=False).html == "see <b>page.html"


def test_another_name_and_a_list_of_them(place: Any) -> None:
    assert HTML is Html
    value = Html.bound_list([Html("a"), Html("b")], place, "x", 0)
    assert (value["_type"], value["count"], len(value["html"])) == ("html", 2, 2)


def test_it_comes_back_from_an_artifact(shelf: Any) -> None:
    back = Html.restored(Html("<p>x</p>").stored(shelf), shelf)
    assert back.html == HEAD + "<p>x</p>"


def test_what_was_injected_later_is_what_is_kept(place: Any) -> None:
    page = Html("x", inject=False)
    page.inject_head()
    assert place.made(page.bound(place, "k", 0)["path"]) == (HEAD + "x").encode()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Html(7), "not int"),
        (lambda: Html("nowhere.html"), "no HTML file"),
        (lambda: Html(Path("nowhere")), "no HTML file"),
    ],
)
def test_what_is_no_page_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
