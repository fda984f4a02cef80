"""Pipelines whose calls are logged by themselves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy

import gnomon
from tests.integration.conftest import Standing
from tests.sdk.conftest import rows

OFFLINE = {"project": "p", "mode": "offline"}


class Pipeline:
    """That of transformers: it counts letters, and calls itself for a list."""

    task = "counting"
    model = SimpleNamespace(config=SimpleNamespace(_name_or_path="counter"))

    def __call__(self, inputs: Any, **more: Any) -> Any:
        if isinstance(inputs, list):
            return [self(one) for one in inputs]
        return {"letters": len(inputs)}


class DiffusionPipeline:
    """That of Diffusers: pipelines register their parts."""

    def register_modules(self, **parts: Any) -> None:
        vars(self).update(parts)


class Drawing(DiffusionPipeline):
    """A pipeline that is there before."""

    def __init__(self) -> None:
        self.register_modules(unet=1)

    def __call__(self, prompt: Any = None, **more: Any) -> Any:
        return SimpleNamespace(images=[numpy.zeros((2, 2, 3), "uint8") for _ in range(more.get("count", 0))])


def tables(run: gnomon.Run) -> list[str]:
    return [key for row in rows(run.sync_dir) for key in row if key != "_step"]


def test_each_call_of_a_pipeline_is_one_table(alone: Path, standing: Standing) -> None:
    huggingface = standing("huggingface", transformers={"Pipeline": Pipeline})
    huggingface.autolog(init=OFFLINE)
    run = gnomon.run
    assert run is not None
    pipeline = Pipeline()
    assert pipeline("abc", top_k=1) == {"letters": 3}
    assert pipeline(["a", "bc"]) == [{"letters": 1}, {"letters": 2}], "and the calls within are not logged"
    assert tables(run) == ["counting", "counting"]
    assert [row["counting"]["nrows"] for row in rows(run.sync_dir)] == [1, 2]
    huggingface.autolog.disable()
    assert gnomon.run is None
    assert pipeline("abc") == {"letters": 3}
    assert tables(run) == ["counting", "counting"]
    huggingface.autolog.disable()


def test_the_run_that_is_there_is_logged_to_and_goes_on(alone: Path, standing: Standing) -> None:
    huggingface = standing("huggingface", transformers={"Pipeline": Pipeline})
    with gnomon.init(**OFFLINE) as run:
        huggingface.autolog()
        huggingface.autolog()
        Pipeline()("abc")
        huggingface.autolog.disable()
        assert gnomon.run is run
    assert tables(run) == ["counting"]


def test_pipelines_of_diffusers_are_followed_whether_they_are_there_or_come_later(
    alone: Path, standing: Standing, hidden_failures: list[Exception]
) -> None:
    diffusers = standing("diffusers", diffusers={"DiffusionPipeline": DiffusionPipeline})
    own = Drawing.__call__
    diffusers.autolog(init=OFFLINE)
    assert Drawing.__call__ is not own

    class Later(DiffusionPipeline):
        def __init__(self) -> None:
            self.register_modules(unet=2)

        def __call__(self, prompt: Any = None) -> Any:
            return (["no picture"],)

    Later()("a cat")
    assert [type(error).__name__ for error in hidden_failures] == ["BadValue"], "what cannot be logged is said"
    hidden_failures.clear()
    drawing = Drawing()
    assert drawing.unet == 1
    assert drawing("a dog").images == [], "nothing was made, so nothing is logged"
    run = gnomon.run
    assert run is not None and tables(run) == []
    drawing(["a dog", "a cat"], count=4, steps=2)
    diffusers.autolog.disable()
    assert Drawing.__call__ is own
    (row,) = rows(run.sync_dir)
    assert row["generated"]["_type"] == "table-file" and row["generated"]["nrows"] == 4
