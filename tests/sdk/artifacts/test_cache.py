"""The cache of this machine: a size it keeps to, and nothing wrong ever comes out of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gnomon.sdk.artifacts import digests
from gnomon.sdk.artifacts.cache import DEFAULT_BYTES, FROM_BYTES, Cache, root, size_in

SIZE = FROM_BYTES


def cache(folder: Path, size: str = "1GB") -> Cache:
    return Cache({"GNOMON_CACHE_DIR": str(folder), "GNOMON_CACHE_SIZE": size})


def kept(cache: Cache, folder: Path, number: int) -> str:
    """Keep a file of the smallest size that is kept; its digest."""
    source = folder / f"source-{number}"
    source.write_bytes(number.to_bytes(8, "big") * (SIZE // 8))
    digest = digests.of_file(source)
    assert cache.share(digest, str(source))
    os.utime(cache._place(digest), ns=(number, number))
    return digest


def test_what_is_kept_comes_out_as_it_went_in(tmp_path: Path) -> None:
    held = cache(tmp_path)
    digest = kept(held, tmp_path, 7)
    assert held.has(digest)
    assert held.take(digest, str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == (tmp_path / "source-7").read_bytes()
    (tmp_path / "out").write_bytes(b"changed")
    assert held.take(digest, str(tmp_path / "again"))


def test_a_damaged_file_does_not_come_out_and_is_gone_then(tmp_path: Path) -> None:
    held = cache(tmp_path)
    digest = kept(held, tmp_path, 1)
    place = Path(held._place(digest))
    place.chmod(0o644)
    place.write_bytes(b"x" * SIZE)
    assert not held.take(digest, str(tmp_path / "out"))
    assert not held.has(digest)


def test_what_was_fetched_is_kept_without_a_copy_and_not_taken_once_its_owner_changed_it(tmp_path: Path) -> None:
    held = cache(tmp_path)
    digest = kept(held, tmp_path, 3)
    source = tmp_path / "source-3"
    assert os.path.samefile(held._place(digest), source)
    assert os.access(source, os.W_OK)
    assert held.share(digest, str(source))  # again
    assert held.take(digest, str(tmp_path / "out"))
    assert not os.path.samefile(tmp_path / "out", source)
    source.write_bytes(b"mine")
    assert not held.take(digest, str(tmp_path / "other"))


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    held = cache(tmp_path)
    found = [kept(held, tmp_path, number) for number in range(1, 5)]
    assert held.take(found[0], str(tmp_path / "out"))  # used just now
    assert held.clean(2 * SIZE) == 2 * SIZE
    assert [held.has(digest) for digest in found] == [True, False, False, True]


def test_it_keeps_to_its_size_by_itself(tmp_path: Path) -> None:
    held = cache(tmp_path, str(10 * SIZE))
    for number in range(1, 40):
        kept(held, tmp_path, number)
    assert sum(one.size for one in held.files()) <= 10 * SIZE


def test_small_files_and_those_beyond_its_size_are_not_kept(tmp_path: Path) -> None:
    held = cache(tmp_path, str(2 * SIZE))
    for size in (SIZE - 1, 2 * SIZE + 1):
        (tmp_path / "file").write_bytes(bytes(size))
        assert not held.share(digests.of_file(tmp_path / "file"), str(tmp_path / "file"))
    assert held.files() == []
    assert list((tmp_path / "artifacts" / "incoming").iterdir()) == []


def test_a_file_is_moved_in_without_a_copy(tmp_path: Path) -> None:
    held = cache(tmp_path)
    (tmp_path / "file").write_bytes(bytes(SIZE))
    inode = (tmp_path / "file").stat().st_ino
    digest = digests.of_file(tmp_path / "file")
    assert held.give(digest, str(tmp_path / "file"))
    assert not (tmp_path / "file").exists()
    assert os.stat(held._place(digest)).st_ino == inode


def test_a_disk_that_refuses_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    held = cache(tmp_path / "file")
    (tmp_path / "source").write_bytes(bytes(SIZE))
    digest = digests.of_file(tmp_path / "source")
    assert not held.share(digest, str(tmp_path / "source"))
    assert not held.take(digest, str(tmp_path / "out"))
    assert held.clean(0) == 0


def test_several_processes_use_one_cache(tmp_path: Path) -> None:
    program = (
        "import sys, os; from gnomon.sdk.artifacts.cache import Cache; from gnomon.sdk.artifacts import digests\n"
        "held = Cache()\n"
        "for number in range(30):\n"
        "    name = f'{sys.argv[1]}-{number}'\n"
        "    open(name, 'wb').write(number.to_bytes(8, 'big') * 32768)\n"
        "    digest = digests.of_file(name)\n"
        "    held.share(digest, name)\n"
        "    if held.take(digest, name + '.out'):\n"
        "        assert digests.of_file(name + '.out') == digest\n"
    )
    environ = {**os.environ, "GNOMON_CACHE_DIR": str(tmp_path / "cache"), "GNOMON_CACHE_SIZE": str(8 * SIZE)}
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path / name)], env=environ) for name in ("a", "b", "c")
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    held = cache(tmp_path / "cache", str(8 * SIZE))
    held.keep_limit()
    assert sum(one.size for one in held.files()) <= 8 * SIZE


def test_sizes_are_read_as_people_write_them(said: list[str]) -> None:
    assert (size_in("10GB"), size_in("1.5 kb"), size_in("2TiB")) == (10**10, 1500, 2 << 40)
    for wrong in ("", "ten", "-1GB", "1PB"):
        with pytest.raises(ValueError, match="is not a size"):
            size_in(wrong)
    assert Cache({"GNOMON_CACHE_SIZE": "odd"}).limit_bytes == DEFAULT_BYTES
    assert root({"WANDB_CACHE_DIR": "/x"}) == "/x"
    assert root({"HOME": "/h"}) == "/h/.cache/gnomon"
