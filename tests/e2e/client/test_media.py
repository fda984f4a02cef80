"""Media of every type: the values in the rows, and the bytes behind them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, newest_only, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400), newest_only]

TYPES = {
    "image": "image-file",
    "jpg": "image-file",
    "boxed/deep": "image-file",
    "images": "images/separated",
    "sound": "audio-file",
    "sounds": "audio",
    "film": "video-file",
    "films": "videos",
    "html": "html-file",
    "page": "html-file",
    "histogram": "histogram",
    "numbers": "histogram",
    "cloud": "object3D-file",
    "scene": "object3D-file",
    "object": "object3D-file",
    "molecule": "molecule-file",
    "trace": "wb_trace_tree",
    "plotly": "plotly-file",
    "bokeh": "bokeh-file",
    "graph": "graph-file",
}


@program
def all_media(client: Client) -> Any:
    return client.run("media").told


def paths_in(value: Any) -> set[str]:
    """Every file a value names."""
    if isinstance(value, dict):
        own = {value["path"]} if isinstance(value.get("path"), str) else set()
        listed = value.get("filenames")
        if isinstance(listed, list):
            folder = "media/object3D/" if value["_type"] == "object3D" else ""
            own |= {folder + name for name in listed}
        return own.union(*map(paths_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(paths_in, value))
    return set()


def test_every_type_is_stored_as_what_it_is(all_media: Any, reader: Reader) -> None:
    found = {
        key: value["_type"]
        for row in reader.rows(all_media["path"])
        for key, value in row.items()
        if isinstance(value, dict) and "_type" in value
    }
    assert found == TYPES


def test_every_file_has_the_bytes_that_the_client_made(all_media: Any, reader: Reader) -> None:
    stored = reader.files(all_media["path"])
    made = all_media["files"]
    assert made
    assert {path: stored.get(path) for path in made} == made


def test_every_path_in_a_row_is_a_file_of_the_run(all_media: Any, reader: Reader) -> None:
    stored = reader.files(all_media["path"])
    named = set().union(*(paths_in(row) for row in reader.rows(all_media["path"])))
    assert len(named) >= 18
    assert named <= stored.keys()


def test_boxes_masks_and_captions_come_with_the_picture(all_media: Any, reader: Reader) -> None:
    rows = reader.rows(all_media["path"])
    (boxed,) = [row["boxed/deep"] for row in rows if "boxed/deep" in row]
    assert boxed["boxes"]["truth"]["_type"] == "boxes2D"
    assert boxed["masks"]["guess"]["_type"] == "mask"
    (image,) = [row["image"] for row in rows if "image" in row]
    assert image["caption"] == "Top – bottom"
    assert (image["width"], image["height"], image["format"]) == (16, 12, "png")


def test_histograms_lie_in_the_row(all_media: Any, reader: Reader) -> None:
    rows = reader.rows(all_media["path"])
    (histogram,) = [row["histogram"] for row in rows if "histogram" in row]
    assert len(histogram["bins"]) == 9 and sum(histogram["values"]) == 100
    (short,) = [row["short"] for row in rows if "short" in row]
    assert short == [0, 1, 2]
