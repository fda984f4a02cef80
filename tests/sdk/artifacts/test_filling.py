"""Artifacts before they are logged: what goes in, what comes out again, and what is refused."""

from __future__ import annotations

import base64
import gc
import hashlib
import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.artifacts import references
from gnomon.sdk.artifacts.artifact import Artifact, ArtifactTTL
from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, ArtifactFinalizedError, ArtifactNotLoggedError, MissingReference
from gnomon.sdk.artifacts.manifest import ArtifactManifest
from gnomon.sdk.values.media import Shelf


@pytest.fixture(autouse=True)
def own_cache(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GNOMON_CACHE_DIR", str(alone.parent / "cache"))
    return alone


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def staged(alone: Path) -> list[Path]:
    folder = alone.parent / "cache" / "staging"
    return list(folder.iterdir()) if folder.is_dir() else []


def test_the_digest_is_that_of_paths_and_contents(own_cache: Path) -> None:
    (own_cache / "a.txt").write_bytes(b"a")
    (own_cache / "large").write_bytes(bytes(300_000))
    artifact = Artifact("ds", "dataset")
    artifact.add_file("large", name="x/large")
    artifact.add_file("a.txt")
    told = f"wandb-artifact-manifest-v1\na.txt:{md5(b'a')}\nx/large:{md5(bytes(300_000))}\n"
    assert artifact.digest == hashlib.md5(told.encode()).hexdigest()
    assert artifact.size == 300_001
    assert [entry.size for entry in artifact.manifest] == [300_000, 1]
    artifact.remove("a.txt")
    assert artifact.digest != hashlib.md5(told.encode()).hexdigest()


def test_a_file_is_kept_as_it_was_when_it_was_added(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    for name, size in (("small", 10), ("large", 300_000)):
        path = own_cache / name
        path.write_bytes(b"1" * size)
        entry = artifact.add_file(str(path))
        path.write_bytes(b"2" * size)
        assert entry.digest == md5(b"1" * size)
        path.unlink()
        assert entry.digest == md5(b"1" * size)


def test_ten_thousand_small_files_are_one_file_more(own_cache: Path) -> None:
    (own_cache / "d" / "e").mkdir(parents=True)
    for number in range(200):
        (own_cache / "d" / "e" / str(number)).write_bytes(b"%d" % number)
    artifact = Artifact("ds", "dataset")
    artifact.add_dir("d", name="top")
    assert len(artifact.manifest) == 200
    assert artifact.manifest.entries["top/e/7"].digest == md5(b"7")
    (folder,) = staged(own_cache)
    assert len(list(folder.iterdir())) == 1


def test_an_immutable_file_is_not_copied(own_cache: Path) -> None:
    (own_cache / "big").write_bytes(bytes(1_000_000))
    artifact = Artifact("ds", "dataset")
    entry = artifact.add_file("big", policy="immutable")
    assert staged(own_cache) == []
    item = entry.as_item()
    stat = (own_cache / "big").stat()
    assert item.source == str(own_cache / "big")
    assert item.seen == (1_000_000, stat.st_mtime_ns, stat.st_ino)
    with pytest.raises(ArtifactError, match="'mutable' or 'immutable'"):
        artifact.add_file("big", name="other", policy="odd")


def test_an_artifact_that_is_forgotten_leaves_nothing(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    with artifact.new_file("a") as file:
        file.write("x" * 500_000)
    assert len(staged(own_cache)) == 1
    del artifact
    gc.collect()
    assert staged(own_cache) == []


def test_new_files_are_added_when_they_are_closed(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    with artifact.new_file("t/a.txt", encoding="utf-8") as text:
        text.write("ä")
    with artifact.new_file("b.bin", "wb") as raw:
        raw.write(b"\0\1")
    assert artifact.manifest.entries["t/a.txt"].digest == md5("ä".encode())
    assert artifact.manifest.entries["b.bin"].digest == md5(b"\0\1")
    with pytest.raises(ArtifactError, match="has a file 'b.bin' already"), artifact.new_file("b.bin"):
        pass
    with artifact.new_file("b.bin", "w") as text:
        text.write("new")
    with artifact.new_file("b.bin", "a") as text:
        text.write("er")
    assert artifact.manifest.entries["b.bin"].digest == md5(b"newer")


def test_a_path_means_one_content(own_cache: Path) -> None:
    (own_cache / "a").write_bytes(b"1")
    artifact = Artifact("ds", "dataset")
    artifact.add_file("a")
    artifact.add_file("a")
    (own_cache / "a").write_bytes(b"2")
    with pytest.raises(ArtifactError, match="Cannot add the same path twice"):
        artifact.add_file("a")
    artifact.add_file("a", overwrite=True)
    assert artifact.manifest.entries["a"].digest == md5(b"2")
    assert artifact.get_added_local_path_name("a") == "a"
    assert artifact.get_added_local_path_name("b") is None


def test_a_temporary_file_is_named_by_its_content(own_cache: Path) -> None:
    (own_cache / "x.table.json").write_bytes(b"{}")
    artifact = Artifact("ds", "dataset")
    entry = artifact.add_file("x.table.json", name="media/x.table.json", is_tmp=True)
    assert entry.path == f"media/{hashlib.md5(b'{}').hexdigest()[:20]}.table.json"


def test_what_is_no_file_or_folder_is_refused(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    with pytest.raises(ValueError, match="Path is not a file: 'gone'"):
        artifact.add_file("gone")
    with pytest.raises(ValueError, match="Path is not a directory"):
        artifact.add_dir("gone")
    (own_cache / "a").touch()
    for name in ("../a", "x/../../a", "a\0b"):
        with pytest.raises(ArtifactError, match="is not the path of a file"):
            artifact.add_file("a", name=name)


def test_a_folder_that_is_linked_into_itself_ends(own_cache: Path) -> None:
    (own_cache / "d").mkdir()
    (own_cache / "d" / "a").write_text("a")
    (own_cache / "d" / "again").symlink_to(own_cache / "d")
    artifact = Artifact("ds", "dataset")
    artifact.add_dir("d")
    assert list(artifact.manifest.entries) == ["a"]


def test_entries_and_folders_are_removed(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    for name in ("d/a", "d/b", "c"):
        with artifact.new_file(name) as file:
            file.write(name)
    artifact.remove(artifact.manifest.entries["c"])
    artifact.remove("d")
    assert len(artifact.manifest) == 0
    with pytest.raises(FileNotFoundError):
        artifact.remove("d")


def test_what_is_logged_does_not_change(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    artifact.finalize()
    (own_cache / "a").touch()
    for act in (
        lambda: artifact.add_file("a"),
        lambda: artifact.add_dir("."),
        lambda: artifact.add_reference("s3://b/k", checksum=False),
        lambda: artifact.remove("a"),
        lambda: artifact.new_file("a").__enter__(),
    ):
        with pytest.raises(ArtifactFinalizedError):
            act()


def test_what_the_server_says_is_not_known_of_a_draft(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset", use_as="train")
    assert (artifact.name, artifact.type, artifact.id, artifact.state, artifact.use_as) == (
        "ds", "dataset", None, "PENDING", "train",
    )  # fmt: skip
    for name in (
        "version",
        "entity",
        "qualified_name",
        "aliases",
        "tags",
        "created_at",
        "url",
        "file_count",
        "is_link",
    ):
        with pytest.raises(ArtifactNotLoggedError, match=name):
            getattr(artifact, name)
        assert not hasattr(artifact, name)
    for act in (artifact.wait, artifact.download, artifact.logged_by, artifact.new_draft, artifact.verify):
        with pytest.raises(ArtifactNotLoggedError):
            act()


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a:b", "ä", "x" * 129, None])
def test_names_that_cannot_be_are_refused(name: Any) -> None:
    with pytest.raises(ValueError, match="Artifact name may only contain"):
        Artifact(name, "dataset")


@pytest.mark.parametrize("type", ["", "a/b", "job", "wandb-history", "x" * 129])
def test_types_that_cannot_be_are_refused(type: str) -> None:
    with pytest.raises(ArtifactError):
        Artifact("a", type)


def test_metadata_is_plain_and_small() -> None:
    assert Artifact("a", "t", metadata={"x": (1, 2), "p": Path("/a")}).metadata["x"] == [1, 2]
    with pytest.raises(ArtifactError, match="at most 100 keys"):
        Artifact("a", "t", metadata={str(number): 1 for number in range(101)})
    with pytest.raises(ArtifactError, match="must be dict"):
        Artifact("a", "t", metadata=[1])  # type: ignore[arg-type]
    with pytest.raises(ArtifactError, match="storage region"):
        Artifact("a", "t", storage_region="mars")


def test_how_long_it_is_kept_is_a_time_or_inherited() -> None:
    artifact = Artifact("a", "t")
    with pytest.raises(ArtifactNotLoggedError):
        artifact.ttl  # noqa: B018
    assert artifact._ttl_secs() is None
    artifact.ttl = timedelta(days=1)
    assert (artifact.ttl, artifact._ttl_secs()) == (timedelta(days=1), 86_400)
    artifact.ttl = None
    assert (artifact.ttl, artifact._ttl_secs()) == (None, 0)
    artifact.ttl = ArtifactTTL.INHERIT
    assert artifact._ttl_secs() is None
    for wrong in (timedelta(0), timedelta(seconds=-5), 7):
        with pytest.raises(ArtifactError):
            artifact.ttl = wrong  # type: ignore[assignment]


# References


def test_local_files_are_referred_to_with_their_digests(own_cache: Path) -> None:
    (own_cache / "d").mkdir()
    for name in ("a", "b"):
        (own_cache / "d" / name).write_bytes(name.encode())
    artifact = Artifact("ds", "dataset")
    one = artifact.add_reference(f"file://{own_cache}/d/a", name="one")
    assert [(entry.path, entry.digest, entry.size) for entry in one] == [("one", md5(b"a"), 1)]
    many = artifact.add_reference(f"file://{own_cache}/d", name="all")
    assert [(entry.path, entry.ref) for entry in many] == [
        ("all/a", f"file://{own_cache}/d/a"), ("all/b", f"file://{own_cache}/d/b"),
    ]  # fmt: skip
    with pytest.raises(ArtifactError, match="more than 1 files"):
        artifact.add_reference(f"file://{own_cache}/d", max_objects=1)
    with pytest.raises(ArtifactError, match="neither a file nor a folder"):
        artifact.add_reference(f"file://{own_cache}/gone")
    (bare,) = artifact.add_reference(f"file://{own_cache}/d/b", name="bare", checksum=False)
    assert bare.digest == md5((own_cache / "d" / "b").as_uri().encode())
    references.fetch(one[0], str(own_cache / "out"))
    references.fetch(bare, str(own_cache / "out"))
    (own_cache / "d" / "a").write_bytes(b"changed")
    with pytest.raises(MissingReference, match="is not what it was"):
        references.fetch(one[0], str(own_cache / "out"))
    (own_cache / "d" / "a").unlink()
    with pytest.raises(FileNotFoundError):
        references.fetch(one[0], str(own_cache / "out"))


class _Web(http.server.BaseHTTPRequestHandler):
    etag: ClassVar[str | None] = '"tag-1"'

    def do_GET(self) -> None:
        if self.path != "/file":
            self.send_error(404)
            return
        self.send_response(200)
        if self.etag:
            self.send_header("ETag", self.etag)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"bytes")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def web() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_an_address_is_known_by_its_etag(own_cache: Path, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = Artifact("ds", "dataset")
    (entry,) = artifact.add_reference(f"{web}/file")
    assert (entry.path, entry.digest, entry.size, entry.extra) == ("file", "tag-1", 5, {"etag": '"tag-1"'})
    references.fetch(entry, str(own_cache / "out"))
    assert (own_cache / "out").read_bytes() == b"bytes"
    monkeypatch.setattr(_Web, "etag", '"tag-2"')
    with pytest.raises(MissingReference, match="is not what it was"):
        references.fetch(entry, str(own_cache / "out"))
    monkeypatch.setattr(_Web, "etag", None)
    (bare,) = artifact.add_reference(f"{web}/file", name="bare")
    assert (bare.digest, bare.extra) == (f"{web}/file", {})
    with pytest.raises(MissingReference, match="404"):
        artifact.add_reference(f"{web}/gone")


def test_buckets_need_their_libraries_and_other_schemes_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = Artifact("ds", "dataset")
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    with pytest.raises(ArtifactError, match="pip install boto3"):
        artifact.add_reference("s3://bucket/key")
    monkeypatch.setitem(__import__("sys").modules, "google.cloud.storage", None)
    with pytest.raises(ArtifactError, match="pip install google-cloud-storage"):
        artifact.add_reference("gs://bucket/key")
    (entry,) = artifact.add_reference("s3://bucket/a/key", checksum=False)
    assert (entry.path, entry.ref, entry.digest) == ("a/key", "s3://bucket/a/key", "s3://bucket/a/key")
    with pytest.raises(ArtifactError, match="say what"):
        artifact.add_reference("odd://x")
    assert artifact.add_reference("odd://x", name="x")[0].digest == "odd://x"
    with pytest.raises(ArtifactError, match="A reference is an address"):
        artifact.add_reference("/local/path")


def test_objects_of_a_bucket_are_referred_to(monkeypatch: pytest.MonkeyPatch) -> None:
    from gnomon.sdk.artifacts import buckets

    objects = {"d/": ("", 0), "d/a": ("e1", 3), "d/x/b": ("e2", 4), "one": ("e3", 5)}

    class Bucket(buckets._Bucket):
        def find(self, key: str, version: str | None) -> buckets.Found | None:
            found = objects.get(key)
            return None if found is None else buckets.Found(key, *found, {"etag": found[0]})

        def below(self, prefix: str) -> Iterator[buckets.Found]:
            for key in objects:
                if key.startswith(prefix):
                    yield buckets.Found(key, *objects[key], {})

        def write(self, key: str, version: str | None, target: str) -> None:
            Path(target).write_text(key)

    monkeypatch.setattr(buckets._Bucket, "opened", staticmethod(lambda scheme, name: Bucket()))
    artifact = Artifact("ds", "dataset")
    (one,) = artifact.add_reference("s3://b/one")
    assert (one.path, one.digest, one.size, one.ref) == ("one", "e3", 5, "s3://b/one")
    many = artifact.add_reference("s3://b/d", name="all")
    assert [(entry.path, entry.ref) for entry in many] == [("all/a", "s3://b/d/a"), ("all/x/b", "s3://b/d/x/b")]
    with pytest.raises(ArtifactError, match="There is no object"):
        artifact.add_reference("s3://b/nothing")
    with pytest.raises(ArtifactError, match="more than 1 objects"):
        artifact.add_reference("s3://b/d", max_objects=1)
    objects["one"] = ("e9", 5)
    with pytest.raises(MissingReference):
        references.fetch(one, "out")


# Objects


class Thing:
    """A value that can be added."""

    suffix = "image-file"

    def __init__(self, data: bytes) -> None:
        self.data = data

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        path = shelf.put("media/images/x.png", self.data)
        Path("copy").write_bytes(b"copied")
        other = shelf.put_file("media/images/y.png", "copy")
        assert Path(shelf.open_path(path)).read_bytes() == self.data
        return {"_type": "image-file", "path": path, "other": other}

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Thing:
        return cls(Path(shelf.open_path(said["path"])).read_bytes())


def test_values_are_added_with_their_files(own_cache: Path) -> None:
    artifact = Artifact("ds", "dataset")
    thing = Thing(b"pixels")
    entry = artifact.add(thing, "pic")
    assert entry.path == "pic.image-file.json"
    assert artifact.add(thing, "again") is entry
    assert artifact.add(Thing(b"other"), "pic") is entry
    artifact["second"] = Thing(b"pixels")
    assert sorted(artifact.manifest.entries) == [
        "media/images/x.png", "media/images/y.png", "pic.image-file.json", "second.image-file.json",
    ]  # fmt: skip
    told = b'{"_type": "image-file", "other": "media/images/y.png", "path": "media/images/x.png"}'
    assert entry.digest == md5(told)
    with pytest.raises(ArtifactError, match="tables and media, not dict"):
        artifact.add({}, "x")


@given(st.dictionaries(st.text("abc/.", min_size=1, max_size=6), st.binary(max_size=3), max_size=6))
def test_the_digest_does_not_depend_on_the_order(files: dict[str, bytes]) -> None:
    entries = [ArtifactManifestEntry(path, md5(data), size=len(data)) for path, data in files.items()]
    assert ArtifactManifest(entries).digest() == ArtifactManifest(reversed(entries)).digest()
