"""A step's values as a row."""

from __future__ import annotations

from pathlib import Path

from gnomon.sdk.tensorboard import rows
from gnomon.sdk.tensorboard.events import Bins, Picture, Settings, Sound, Value
from gnomon.sdk.values.audio import Audio
from gnomon.sdk.values.image import Image

PNG = Path(__file__).with_name("files").joinpath("dot.png")


def made(values: list[Value], place: Path, namespace: str = "") -> dict[str, object]:
    def scratch(data: bytes, ending: str) -> str:
        path = place / f"{len(list(place.iterdir()))}.{ending}"
        path.write_bytes(data)
        return str(path)

    return rows.row(values, 7, namespace, scratch)


def test_values_have_their_tags_names_and_the_step_beside_them(tmp_path: Path) -> None:
    assert made([Value("loss", 0.5), Value("words", "a")], tmp_path) == {"loss": 0.5, "words": "a", "global_step": 7}


def test_the_folders_path_comes_before_the_names(tmp_path: Path) -> None:
    found = made([Value("loss", 0.5)], tmp_path, "fit/train")
    assert found == {"fit/train/loss": 0.5, "global_step": 7}


def test_pictures_with_numbers_are_one_list(tmp_path: Path) -> None:
    picture = Picture(PNG.read_bytes())
    found = made([Value("a/b/0", picture), Value("a/b/1", picture), Value("c/d", [picture])], tmp_path, "x")
    assert [type(one) for one in found["x/a/b"]] == [Image, Image]  # type: ignore[attr-defined]
    assert [type(one) for one in found["x/c/d"]] == [Image]  # type: ignore[attr-defined]


def test_sounds_are_sounds(tmp_path: Path) -> None:
    wav = b"RIFF" + bytes(40)
    (sound,) = made([Value("a", Sound(wav, 8000.0))], tmp_path)["a"]  # type: ignore[misc]
    assert isinstance(sound, Audio) and sound.sample_rate == 8000


def test_more_bins_than_a_histogram_can_have_are_taken_together() -> None:
    found = rows.histogram(Bins([1.0] * 1200, [float(edge) for edge in range(1201)]))
    assert len(found.histogram) <= 512 and sum(found.histogram) == 1200
    assert found.bins[0] == 0 and found.bins[-1] == 1200 and len(found.bins) == len(found.histogram) + 1
    few = rows.histogram(Bins([1.0, 2.0], [0.0, 1.0, 2.0]))
    assert list(few.histogram) == [1.0, 2.0]


def test_a_value_that_cannot_be_logged_costs_itself_alone(tmp_path: Path) -> None:
    assert made([Value("bad", Bins([1.0], [])), Value("good", 1.0)], tmp_path) == {"good": 1.0, "global_step": 7}


def test_hyperparameters_are_no_values_of_a_row(tmp_path: Path) -> None:
    values = [Value("h", Settings({"lr": 1}))]
    assert made(values, tmp_path) == {}
    assert rows.settings(values) == {"lr": 1}


def test_files_of_a_row_are_gone_with_it() -> None:
    with rows.Files() as files:
        pass
    with rows.Files() as files:
        first, second = Path(files(b"a", "png")), Path(files(b"b", "png"))
        assert first.read_bytes() == b"a" and second.read_bytes() == b"b"
    assert not first.parent.exists()
