"""Fetching files of a version from a server that may do harm."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gnomon.sdk.artifacts import digests, download
from gnomon.sdk.artifacts.cache import Cache
from gnomon.sdk.artifacts.download import Fetch, inside
from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, MissingReference
from gnomon.sdk.errors import CommError


class Server:
    """Answers `/read` and `/files/…` from memory, and counts; `cut` ends each answer after so many bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.cut: int | None = None
        self.changed: dict[str, bytes] = {}

    def download(
        self, path: str, take: Callable[[bytes], object], *, method: str = "GET", body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.asked.append(f"{method} {path} {(headers or {}).get('Range', '')}".strip())
        if method == "POST":
            paths = msgspec.json.decode(body)["paths"]
            take(b"".join(self.changed.get(one, self.files[one]) for one in paths))
            return
        name = path.partition("/files/")[2]
        data = self.changed.get(name, self.files[name])
        first, last = map(int, re.findall(r"\d+", str(headers)))
        data = data[first : last + 1]
        if self.cut is not None and len(data) > self.cut:
            take(data[: self.cut])
            raise CommError("the answer ended early")
        for at in range(0, len(data), 1000):
            take(data[at : at + 1000])


def entries(files: dict[str, bytes]) -> list[ArtifactManifestEntry]:
    return [ArtifactManifestEntry(path, digests.of_bytes(data), size=len(data)) for path, data in files.items()]


def fetch(server: Server, root: Path, files: dict[str, bytes], **more: Any) -> None:
    more = {"cache": None, "referred": lambda ref: pytest.fail(ref), **more}
    Fetch(server, "/v", **more).all(entries(files), str(root))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "WAIT_SECS", 0.0)


FILES = {"a": b"1", "d/b": b"22", "d/e/c": b"", "big": os.urandom(300_000)}


def test_small_files_come_together_and_large_ones_alone(tmp_path: Path) -> None:
    server = Server(FILES)
    fetch(server, tmp_path, FILES)
    assert {path: (tmp_path / path).read_bytes() for path in FILES} == FILES
    assert sorted(server.asked) == ["GET /v/files/big bytes=0-299999", "POST /v/read"]
    assert list(tmp_path.rglob("*.part")) == []


def test_what_is_there_with_the_right_content_stays(tmp_path: Path) -> None:
    server = Server(FILES)
    fetch(server, tmp_path, FILES)
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "more").write_bytes(b"mine")
    server.asked.clear()
    fetch(server, tmp_path, FILES)
    assert server.asked == ["POST /v/read"]
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "more").read_bytes()) == (b"1", b"mine")


def test_a_file_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    server = Server(FILES)
    server.cut = 100_000
    fetch(server, tmp_path, {"big": FILES["big"]})
    assert (tmp_path / "big").read_bytes() == FILES["big"]
    assert [asked.rpartition("=")[2] for asked in server.asked] == ["0-299999", "100000-299999", "200000-299999"]


def test_a_file_comes_in_ranges_at_one_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "RANGE_BYTES", 70_000)
    server = Server(FILES)
    server.cut = 50_000
    fetch(server, tmp_path, {"big": FILES["big"]}, multipart=True)
    assert (tmp_path / "big").read_bytes() == FILES["big"]
    assert len(server.asked) == 9


def test_other_bytes_than_the_manifest_says_are_not_taken(tmp_path: Path) -> None:
    server = Server(FILES)
    for name, data in (("a", b"9"), ("a", b"long"), ("big", bytes(300_000)), ("big", b"short")):
        server.changed = {name: data}
        with pytest.raises(CommError):
            fetch(server, tmp_path / f"{name}-{len(data)}", {name: FILES[name]})
        assert not (tmp_path / f"{name}-{len(data)}" / name).exists()
        assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", "a//b", "a\0b", ".."])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(ArtifactError, match="would lead out of"):
        inside(str(tmp_path), path)


def test_nothing_is_written_through_a_link_that_leads_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "d").symlink_to(outside)
    with pytest.raises(ArtifactError, match="behind a link that leads out"):
        fetch(Server(FILES), root, {"d/b": b"22"})
    assert list(outside.iterdir()) == []
    (outside / "kept").write_bytes(b"1")
    (root / "a").symlink_to(outside / "kept")
    fetch(Server({"a": b"2"}), root, {"a": b"2"})
    assert (outside / "kept").read_bytes() == b"1"
    assert not (root / "a").is_symlink()


def test_the_cache_is_asked_first(tmp_path: Path) -> None:
    server = Server(FILES)
    cache = Cache({"GNOMON_CACHE_DIR": str(tmp_path / "cache")})
    for name in ("one", "two"):
        fetch(server, tmp_path / name, {"big": FILES["big"]}, cache=cache)
        assert (tmp_path / name / "big").read_bytes() == FILES["big"]
    assert len(server.asked) == 1


def test_a_reference_that_leads_nowhere_is_said_or_passed_over(tmp_path: Path, said: list[str]) -> None:
    gone = ArtifactManifestEntry("far", "x", ref=f"file://{tmp_path}/gone")
    one = Fetch(Server({}), "/v", cache=None, referred=lambda ref: gone)  # type: ignore[arg-type]
    with pytest.raises(MissingReference, match="No such file"):
        one.all([gone], str(tmp_path / "out"))
    other = Fetch(Server({}), "/v", cache=None, referred=lambda ref: gone, allow_missing_references=True)  # type: ignore[arg-type]
    other.all([gone], str(tmp_path / "out"))
    assert "No such file" in said[-1]
    assert list((tmp_path / "out").iterdir()) == []


def test_digests_of_another_kind_are_checked_where_that_is_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys
    from types import SimpleNamespace

    server = Server(FILES)
    told = [
        ArtifactManifestEntry(path, "not an md5", size=len(data), extra={"alg": "XXH128"})
        for path, data in FILES.items()
    ]
    monkeypatch.setitem(sys.modules, "xxhash", None)
    fetched = Fetch(server, "/v", cache=None, referred=lambda ref: told[0])  # type: ignore[arg-type]
    fetched.all(told, str(tmp_path))
    assert {path: (tmp_path / path).read_bytes() for path in FILES} == FILES
    kind = SimpleNamespace(update=lambda piece: None, digest=lambda: b"other")
    monkeypatch.setitem(sys.modules, "xxhash", SimpleNamespace(xxh3_128=lambda: kind))
    with pytest.raises(CommError):
        fetched.all(told, str(tmp_path))


def test_a_file_that_was_found_right_is_not_read_again_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, files = Server(FILES), {"big": FILES["big"]}
    fetch(server, tmp_path, files)
    os.utime(tmp_path / "big", ns=(10**18, 10**18))
    read: list[str] = []
    agrees = digests.file_agrees

    def counted(path: str, digest: str, algorithm: str | None = None) -> bool:
        read.append(path)
        return agrees(path, digest, algorithm)

    monkeypatch.setattr(digests, "file_agrees", counted)
    for _ in range(3):
        fetch(server, tmp_path, files)
    assert len(read) == 1
    (tmp_path / "big").write_bytes(bytes(300_000))
    fetch(server, tmp_path, files)
    assert len(read) == 2
    assert (tmp_path / "big").read_bytes() == FILES["big"]
