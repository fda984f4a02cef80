"""What a run does with artifacts where no server is asked."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk import farewell
from gnomon.sdk.artifacts import record, snapshot
from gnomon.sdk.artifacts.artifact import Artifact
from gnomon.sdk.artifacts.errors import ArtifactError, ArtifactNotLoggedError
from gnomon.sdk.artifacts.record import Made, Wanted


@pytest.fixture(autouse=True)
def own_cache(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GNOMON_CACHE_DIR", str(alone.parent / "cache"))
    return alone


def offline(**more: Any) -> Any:
    return gnomon.init(mode="offline", project="p", **more)


def wanted(run: Any) -> list[Wanted]:
    """What the run asks the shipper for, in order."""
    folder = Path(run.dir).parent
    data = (folder / "run.journal").read_bytes()
    records = [journal.decode(frame.payload) for frame in journal.frames(data)]
    ids = [one[1]["client_id"] for one in records if one[0] == Kind.ARTIFACT and "client_id" in one[1]]
    found = [record.read_wanted(folder, id) for id in ids]
    assert all(one is not None for one in found)
    return [one for one in found if one is not None]


def test_what_is_logged_lies_in_the_run_folder(own_cache: Path) -> None:
    run = offline()
    before = Artifact("early", "dataset")
    (own_cache / "large").write_bytes(bytes(300_000))
    early = Artifact("early", "dataset")
    early.add_file("large")
    run.log({"x": 1}, step=7)
    run.log_artifact(early, aliases=["best"], tags=["t"])
    (one,) = wanted(run)
    (item,) = one.entries.values()
    assert (one.name, one.type, one.aliases, one.tags, one.history_step) == (
        "early",
        "dataset",
        ("best",),
        ("t",),
        run.step,
    )
    assert (Path(run.dir).parent / str(item.source)).read_bytes() == bytes(300_000)
    assert item.own
    assert before.is_draft()
    with pytest.raises(ArtifactNotLoggedError):
        early.wait()


def test_a_path_is_logged_under_the_names_of_run_and_file(own_cache: Path) -> None:
    run = offline(id="r1")
    (own_cache / "d").mkdir()
    (own_cache / "d" / "a").write_text("a")
    run.log_artifact("d/a")
    run.log_artifact("d/", name="whole", type="set")
    run.log_artifact(own_cache / "d" / "a", name="path")
    run.log_artifact(f"file://{own_cache}/d", name="refs")
    run.log_model("d/a", aliases=["x"])
    told = [(one.name, one.type, sorted(one.entries), one.aliases) for one in wanted(run)]
    assert told == [
        ("run-r1-a", "unspecified", ["a"], ("latest",)),
        ("whole", "set", ["a"], ("latest",)),
        ("path", "unspecified", ["a"], ("latest",)),
        ("refs", "unspecified", ["a"], ("latest",)),
        ("run-r1-a", "model", ["a"], ("x",)),
    ]
    with pytest.raises(ArtifactError, match="neither a file nor a folder"):
        run.log_artifact("gone")
    with pytest.raises(ArtifactError, match="An Artifact or a path"):
        run.log_artifact(7)


def test_an_artifact_logged_again_is_the_same_under_more_names(own_cache: Path) -> None:
    run = offline()
    artifact = Artifact("a", "t")
    run.log_artifact(artifact)
    run.log_artifact(artifact, aliases=["more"])
    run.link_artifact(artifact, "shelf", aliases=["prod"])
    first, second, third = wanted(run)
    assert (second.again, second.aliases, second.entries) == (first.client_id, ("more",), {})
    assert third.again == second.client_id
    assert third.links == (("-/p/shelf", ("prod",)),)


def test_several_writers_share_an_id(own_cache: Path) -> None:
    run = offline(group="all")
    run.upsert_artifact(Artifact("a", "t"))
    run.finish_artifact(Artifact("a", "t"), distributed_id="other")
    assert [(one.distributed_id, one.finalize) for one in wanted(run)] == [("all", False), ("other", True)]
    run.finish()
    alone = offline()
    with pytest.raises(ArtifactError, match="distributed_id="):
        alone.upsert_artifact(Artifact("a", "t"))


def test_words_that_cannot_be_are_refused_at_once(own_cache: Path) -> None:
    run = offline()
    for wrong in (["v3"], ["a/b"], [7]):
        with pytest.raises(ArtifactError):
            run.log_artifact(Artifact("a", "t"), aliases=wrong)
    with pytest.raises(ArtifactError):
        run.log_artifact(Artifact("a", "t"), tags=["a/b"])
    assert wanted(run) == []


def test_without_a_server_nothing_can_be_used_but_a_draft(own_cache: Path) -> None:
    run = offline()
    with pytest.raises(ArtifactError, match="cannot be used offline"):
        run.use_artifact("a:v0")
    draft = Artifact("a", "t")
    assert run.use_artifact(draft, use_as="train") is draft
    (one,) = wanted(run)
    assert (one.uses, one.logs, one.use_as) == (True, False, "train")
    with pytest.raises(ArtifactError, match="takes a name"):
        run.use_artifact(7)


def test_a_disabled_run_keeps_nothing_and_asks_nobody(own_cache: Path) -> None:
    run = gnomon.init(mode="disabled")
    artifact = Artifact("a", "t")
    with artifact.new_file("x") as file:
        file.write("x")
    assert run.log_artifact(artifact) is artifact
    assert artifact.wait() is artifact
    used = run.use_artifact("p/other:v3")
    assert (used.name, used.is_draft()) == ("other", True)
    with pytest.raises(ArtifactNotLoggedError):
        used.download()


def test_where_there_is_no_room_for_a_copy_the_file_itself_is_sent(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(snapshot, "copy", full)
    (own_cache / "ckpt").write_bytes(bytes(300_000))
    artifact = Artifact("a", "t")
    artifact.add_file("ckpt")
    item = artifact.manifest.entries["ckpt"].as_item()
    assert (item.source, item.own) == (str(own_cache / "ckpt"), False)
    assert item.seen is not None
    assert "no room for a copy" in said[-1]


def test_the_end_of_a_run_says_which_artifacts_were_not_logged(own_cache: Path) -> None:
    run = offline()
    run.log_artifact(Artifact("odd", "t"))
    folder = Path(run.dir).parent
    (one,) = wanted(run)
    assert farewell.not_logged(str(folder)) == []
    record.write_made(folder, one.client_id, Made(state="FAILED", error="it was changed"))
    assert farewell.not_logged(str(folder)) == ["WARNING the artifact odd was not logged: it was changed"]


def test_source_is_kept_as_an_artifact(own_cache: Path) -> None:
    run = offline()
    for name in ("main.py", "data.bin", "pkg/a.py", "gnomon-runs/x.py", "requirements.txt", "Dockerfile.gpu"):
        (own_cache / name).parent.mkdir(exist_ok=True)
        (own_cache / name).write_text(name)
    run.log_code(".")
    run.log_code(
        ".", name="all", include_fn=lambda path, root: True, exclude_fn=lambda path: "pkg" in path or "runs" in path
    )
    first, second = wanted(run)
    assert first.type == "code" and first.name.startswith("source-p-")
    assert sorted(first.entries) == ["Dockerfile.gpu", "main.py", "pkg/a.py", "requirements.txt"]
    assert sorted(second.entries) == ["Dockerfile.gpu", "data.bin", "main.py", "requirements.txt"]
    assert run.log_code(".", include_fn=lambda path: False) is None
    assert run.log_code(None) is None
