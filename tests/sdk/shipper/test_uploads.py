"""Files of a run on their way."""

from __future__ import annotations

import io
import os
import struct
import threading
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.protocol.journal import Kind
from gnomon.sdk import spool
from gnomon.sdk.shipper import uploads
from gnomon.sdk.shipper.encoders import image as images


def decoded(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and lines of a PNG with filter 0."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, body, size = 8, b"", (0, 0)
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = data[at + 8 : at + 8 + length]
        assert zlib.crc32(name + chunk) == struct.unpack_from(">I", data, at + 8 + length)[0]
        if name == b"IHDR":
            size = struct.unpack(">II", chunk[:8])
        if name == b"IDAT":
            body += chunk
        at += 12 + length
    return size[0], size[1], zlib.decompress(body)


@given(st.sampled_from(sorted(images.CHANNELS)), st.integers(1, 9), st.integers(1, 9), st.randoms())
def test_a_png_holds_the_pixels_it_was_made_of(mode, width, height, random):
    line = width * images.CHANNELS[mode]
    pixels = random.randbytes(line * height)
    seen_width, seen_height, lines = decoded(images.png(pixels, width, height, mode))
    assert (seen_width, seen_height) == (width, height)
    seen = b"".join(lines[at + 1 : at + 1 + line] for at in range(0, len(lines), line + 1))
    if mode == "I;16":  # files have the big end first
        seen = bytes(seen[at ^ 1] for at in range(len(seen)))
    assert seen == pixels


def test_pillow_reads_what_was_encoded():
    image = pytest.importorskip("PIL.Image")
    pixels = bytes(range(48))
    for file_type in ("png", "jpg"):
        data = images.encode(pixels, {"width": 4, "height": 4, "mode": "RGB", "file_type": file_type})
        picture = image.open(io.BytesIO(data))
        assert picture.size == (4, 4)
        assert file_type != "png" or picture.tobytes() == pixels


def test_sizes_that_do_not_agree_are_refused():
    with pytest.raises(ValueError, match="needs 48 bytes"):
        images.png(b"x", 4, 4, "RGB")


def test_raw_images_are_encoded_and_sent(a_script, aboard, server):
    script = a_script()
    (script.path / "raw").mkdir()
    (script.path / "raw" / "a").write_bytes(bytes(range(12)))
    raw = {"codec": "image", "path": "raw/a", "width": 2, "height": 2, "mode": "RGB", "file_type": "png"}
    script.write(Kind.FILE, {"path": "media/images/a.png", "policy": "now", "raw": raw})
    script.finish()
    assert aboard(script).wait().complete
    assert decoded(server.files["media/images/a.png"])[:2] == (2, 2)
    assert not (script.path / "raw" / "a").exists()


@pytest.mark.parametrize("mode", ["online", "offline"])
def test_pieces_of_a_shared_raw_file_are_encoded_and_the_file_goes(a_script, aboard, mode):
    script = a_script(mode=mode)
    for number in range(3):
        piece = spool.keep(str(script.path), bytes([number]) * 4)
        raw = {"codec": "image", "width": 2, "height": 2, "mode": "L", "file_type": "png", **piece}
        script.write(Kind.FILE, {"path": f"{number}.png", "policy": "now", "raw": raw})
    script.finish()
    aboard(script).wait()
    made = [decoded((script.path / "files" / f"{number}.png").read_bytes()) for number in range(3)]
    assert [lines[1] for _, _, lines in made] == [0, 1, 2]
    assert not list((script.path / "raw").iterdir())


def test_a_file_that_is_being_encoded_counts_as_something_that_moves(a_script, aboard, monkeypatch):
    script = a_script(mode="offline")
    raw = {"codec": "image", "width": 2, "height": 2, "mode": "L", "file_type": "png"}
    script.write(Kind.FILE, {"path": "a.png", "policy": "now", "raw": {**raw, **spool.keep(str(script.path), b"aaaa")}})
    begun, go = threading.Event(), threading.Event()

    def slow(data: bytes, how: object) -> bytes:
        begun.set()
        assert go.wait(20)
        return data

    monkeypatch.setattr(uploads.encoders, "encode", slow)
    at_sea = aboard(script)
    assert begun.wait(20)
    moving = at_sea.ship._uploads
    before = moving.bytes_count, moving.progress_at
    time.sleep(1.1)
    assert moving.bytes_count > before[0]
    assert moving.progress_at > before[1]
    go.set()
    script.finish()
    at_sea.wait()
    settled = moving.bytes_count, moving.progress_at
    time.sleep(0.05)
    assert (moving.bytes_count, moving.progress_at) == settled


def test_offline_raw_images_are_encoded_before_leaving(a_script, aboard, server):
    script = a_script(mode="offline")
    (script.path / "raw").mkdir()
    (script.path / "raw" / "a").write_bytes(bytes(4))
    raw = {"codec": "image", "path": "raw/a", "width": 2, "height": 2, "mode": "L", "file_type": "png"}
    script.write(Kind.FILE, {"path": "a.png", "policy": "now", "raw": raw})
    script.finish()
    aboard(script).wait()
    assert (script.path / "files" / "a.png").exists()
    assert aboard(script, live=False).wait().complete
    assert "a.png" in server.files


def test_large_bytes_the_server_has_are_not_sent_again(a_script, aboard, server):
    data = os.urandom(200_000)
    script = a_script()
    for name in ("a.bin", "b.bin"):
        (script.path / "files" / name).write_bytes(data)
        script.write(Kind.FILE, {"path": name, "policy": "now"})
    script.finish()
    assert aboard(script).wait().complete
    assert server.files["a.bin"] == data
    assert sum(size for method, _, size in server.requests if method == "PUT") == len(data)


def test_files_done_are_not_sent_by_the_next_shipper(a_script, aboard, server):
    script = a_script()
    (script.path / "files" / "a").write_bytes(b"one")
    script.write(Kind.FILE, {"path": "a", "policy": "end"})
    script.finish()
    assert aboard(script).wait().complete
    before = len(server.requests)
    assert aboard(script, live=False).wait().complete
    assert not [path for method, path, _ in server.requests[before:] if method == "PUT"]


def test_a_file_that_cannot_be_read_is_named_and_keeps_no_other(a_script, aboard, server):
    script = a_script()
    (script.path / "files" / "b").write_bytes(b"two")
    for path in ("gone", "../outside", "b"):
        script.write(Kind.FILE, {"path": path, "policy": "now"})
    script.finish()
    ship = aboard(script)
    assert ship.wait().complete
    assert list(server.files) == ["b"]
    assert [line for line in ship.said if "'gone'" in line]


def test_rows_do_not_wait_for_files(a_script, aboard, server, proxy):
    script = a_script(proxy.url)
    (script.path / "files" / "large").write_bytes(os.urandom(300_000))
    proxy.fault = "slow"
    ship = aboard(script)
    script.log()
    server.wait_for(lambda: server.losses() == [0])
    script.write(Kind.FILE, {"path": "large", "policy": "now"})
    script.log(10)
    server.wait_for(lambda: len(server.losses()) == 11)
    assert "large" not in server.files
    script.finish()
    assert ship.wait().complete
    assert "large" in server.files


def test_the_config_becomes_a_file(a_script, aboard, server):
    script = a_script()
    script.write(Kind.CONFIG, {"lr": 0.1, "old": 1, "net": {"layers": [1, 2]}}, [])
    script.write(Kind.CONFIG, {"name": "yes"}, ["old"])
    script.finish()
    assert aboard(script).wait().complete
    text = server.files["config.yaml"].decode()
    assert text == (
        'wandb_version: 1\n\nlr:\n    value: 0.1\nname:\n    value: "yes"\nnet:\n    value:\n        layers:\n'
        "            - 1\n            - 2\n"
    )


def test_files_are_sent_as_soon_as_the_server_knows_the_run(a_script, aboard, server, monkeypatch):
    monkeypatch.setattr(uploads, "LOOK_SECS", 3600.0)
    script = a_script()
    server.trouble = (503, "text/plain", "starting")
    (script.path / "files" / "a.txt").write_text("text")
    script.write(Kind.FILE, {"path": "a.txt", "policy": "now"})
    ship = aboard(script)
    server.wait_for(lambda: server.requests)
    server.trouble = None
    server.wait_for(lambda: "a.txt" in server.files)
    script.finish()
    assert ship.wait().complete


def test_files_that_are_not_wanted_stay_here(a_script, aboard, server):
    script = a_script(ignore=["*.tmp", "cache/*"])
    for path in ("a.txt", "b.tmp", "cache/c.txt"):
        (script.path / "files" / path).parent.mkdir(exist_ok=True)
        (script.path / "files" / path).write_text(path)
        script.write(Kind.FILE, {"path": path, "policy": "now"})
    script.finish()
    assert aboard(script).wait().complete
    assert set(server.files) == {"a.txt"}


@pytest.mark.parametrize("policy", ["live", "end"])
def test_files_that_come_later_and_match_are_kept(a_script, aboard, server, tmp_path, policy):
    place = tmp_path / "checkpoints"
    place.mkdir()
    script = a_script(live_secs=0.1)
    script.write(Kind.FILE, {"glob": str(place / "*.pt"), "base": str(tmp_path), "policy": policy})
    sailing = aboard(script)
    server.wait_for(lambda: server.journals)
    (place / "1.pt").write_text("one")
    (place / "notes.txt").write_text("no")
    if policy == "live":
        server.wait_for(lambda: "checkpoints/1.pt" in server.files)
        (place / "1.pt").write_text("changed")
        server.wait_for(lambda: server.files["checkpoints/1.pt"] == b"changed")
    (place / "2.pt").write_text("two")
    script.finish()
    assert sailing.wait().complete
    last = b"changed" if policy == "live" else b"one"
    assert server.files == {"checkpoints/1.pt": last, "checkpoints/2.pt": b"two"}


def test_a_file_of_ours_takes_the_place_of_a_link_and_leaves_what_it_leads_to(a_script, aboard, server, tmp_path):
    theirs = tmp_path / "config.yaml"
    theirs.write_text("theirs")
    script = a_script()
    (script.path / "files" / "config.yaml").symlink_to(theirs)
    script.write(Kind.CONFIG, {"lr": 1}, [])
    script.finish()
    aboard(script).wait()
    assert theirs.read_text() == "theirs"
    assert b"lr" in server.files["config.yaml"]


def test_what_the_script_has_put_among_the_files_is_sent_in_the_end(a_script, aboard, server, tmp_path):
    script = a_script(ignore=["*.tmp"])
    for path in ("model.h5", "deep/er/notes.txt", "x.tmp", ".hidden", "said.txt"):
        (script.path / "files" / path).parent.mkdir(parents=True, exist_ok=True)
        (script.path / "files" / path).write_text(path)
    script.write(Kind.FILE, {"path": "said.txt", "policy": "now"})
    (tmp_path / "elsewhere").write_text("not ours to send")
    (script.path / "files" / "link").symlink_to(tmp_path / "elsewhere")
    sailing = aboard(script)
    server.wait_for(lambda: "said.txt" in server.files)
    assert "model.h5" not in server.files
    script.finish()
    assert sailing.wait().complete
    assert server.files == {path: path.encode() for path in ("model.h5", "deep/er/notes.txt", "said.txt")}
    puts = [path for method, path, _ in server.requests if method == "PUT"]
    assert len(puts) == 3
