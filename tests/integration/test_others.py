"""Stable-Baselines3, gym and Sacred."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import gnomon
from gnomon.sdk.errors import Error, UsageError
from tests.integration.conftest import Standing
from tests.sdk.conftest import rows


class BaseCallback:
    """That of Stable-Baselines3."""

    model: Any
    n_calls = 0

    def __init__(self, verbose: int = 0) -> None:
        self.verbose = verbose


class Model:
    """An algorithm with settings."""

    def __init__(self) -> None:
        self.n_steps = 64
        self.policy_class = dict
        self.saved = 0

    def save(self, path: str) -> None:
        self.saved += 1
        Path(path).write_text("a model")


def test_settings_of_an_algorithm_are_the_config_and_its_model_is_kept(alone: Path, standing: Standing) -> None:
    sb3 = standing("sb3", stable_baselines3__common__callbacks={"BaseCallback": BaseCallback})
    with gnomon.init(project="p", mode="offline", config={"n_steps": 1}) as run:
        callback = sb3.WandbCallback(model_save_path="models", model_save_freq=2)
        callback.model = Model()
        callback._init_callback()
        for call in range(1, 5):
            callback.n_calls = call
            assert callback._on_step() is True
        callback._on_training_end()
        assert callback.model.saved == 3
        with pytest.raises(UsageError, match="log is 'gradients'"):
            sb3.WandbCallback(log="all of it")
        with pytest.raises(UsageError, match="model_save_freq needs the folder"):
            sb3.WandbCallback(model_save_freq=1)
    assert run.config["algo"] == "Model" and run.config["n_steps"] == 1, "what the script said stays"
    assert run.config["policy_class"] == "<class 'dict'>"
    assert os.path.exists(os.path.join(run.dir, "model.zip"))


def test_a_video_is_logged_when_its_recording_ends(alone: Path, standing: Standing) -> None:
    class RecordVideo:
        def __init__(self) -> None:
            self.video_folder, self._video_name = str(alone), "rl-video-episode-0"

        def stop_recording(self, *, keep: bool = True) -> str:
            Path(self.video_folder, f"{self._video_name}.mp4").write_bytes(b"....ftypmp42")
            self._video_name = ""
            return "done"

    gym = standing("gym", gymnasium__wrappers={"RecordVideo": RecordVideo})
    gym.monitor()
    gym.monitor()
    assert RecordVideo().stop_recording() == "done", "without a run nothing is logged"
    with gnomon.init(project="p", mode="offline") as run:
        recorder = RecordVideo()
        assert recorder.stop_recording(keep=False) == "done"
        recorder._video_name = ""
    found = [row for row in rows(run.sync_dir) if "videos" in row]
    assert len(found) == 1 and found[0]["videos"]["_type"] == "video-file"


def test_without_gym_it_is_said_what_to_install(
    alone: Path, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    gym = standing("gym", gymnasium={}, gym={})
    with pytest.raises(Error, match="pip install gymnasium"):
        gym.monitor()


def test_an_experiment_of_sacred_is_a_run(alone: Path, standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[str, str]] = []

    def log_artifact(self: Any, artifact: Any) -> None:
        kept.append((artifact.name.split(":")[0], artifact.type))

    monkeypatch.setattr(gnomon.Run, "log_artifact", log_artifact)
    sacred = standing("sacred", sacred__observers={"RunObserver": object})
    observer = sacred.WandbObserver(project="p", mode="offline")
    observer.started_event({}, None, None, None, {"C": 1.0}, None, None)
    observer.log_metrics({"loss": {"steps": [0, 1], "values": [2.0, 1.0]}}, SimpleNamespace())
    Path("made.txt").write_text("made")
    observer.artifact_event("my made.txt", "made.txt", content_type="text/plain")
    observer.resource_event("data.csv")
    observer.completed_event(None, (0.5, {"score": 3}, "made.txt"))
    run = observer.run
    found = [{key: value for key, value in row.items() if key != "_step"} for row in rows(run.sync_dir)]
    assert found == [{"loss": 2.0}, {"loss": 1.0}, {"result_0": 0.5}, {"score": 3}]
    assert run.config["C"] == 1.0 and run.config["resources"] == ["data.csv"]
    assert kept == [("my_made.txt", "text-plain"), ("result_2", "result")]
    assert gnomon.run is None, "and it is over"
