"""The terminal's output as lines: what a terminal would show, and nothing that disturbs it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.console import MAX_LINE, STDERR, STDOUT, Console, Line, Lines


def shown(*pieces: str, stream: int = STDOUT) -> list[str]:
    """What stands there in the end, when the pieces are written."""
    lines = Lines()
    found: dict[int, str] = {}
    for number, piece in enumerate(pieces):
        found.update({line.number: line.text for line in lines.feed(stream, piece, float(number))})
    found.update({line.number: line.text for line in lines.flush(1e9)})
    assert sorted(found) == list(range(len(found)))
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize(
    ("pieces", "meant"),
    [
        (["hello\n"], ["hello"]),
        (["hel", "lo", "\nwor", "ld\n"], ["hello", "world"]),
        (["\n\nx\n"], ["", "", "x"]),
        (["10%\r", "20%\r", "done\n"], ["done"]),
        (["long line\r", "short\n"], ["shortline"]),
        (["long line\r\x1b[K", "short\n"], ["short"]),
        (["\x1b[2K\rx\n"], ["x"]),
        (["a\r\nb\r\n"], ["a", "b"]),
        (["abc\b\bX\n"], ["aXc"]),
        (["\x1b[31mred\x1b[0m\n"], ["\x1b[31mred\x1b[0m"]),
        (["\x1b[3", "1mred\x1b", "[0m\n"], ["\x1b[31mred\x1b[0m"]),
        (["a\n", "b\n", "\x1b[2A\rX\x1b[2B\r", "c\n"], ["X", "b", "c"]),
        (
            ["bar 1: 0%\nbar 2: 0%\n", "\x1b[A\x1b[A\rbar 1: 50%\x1b[B\rbar 2: 10%\x1b[B\r", "end\n"],
            ["bar 1: 50%", "bar 2: 10%", "end"],
        ),
        (["\x1b]0;title\x07text\n"], ["text"]),
        (["\x1b[?25lhidden cursor\x1b[?25h\n"], ["hidden cursor"]),
        (["日本語 🚀\n"], ["日本語 🚀"]),
        (["no end"], ["no end"]),
        ([""], []),
        (["\r"], []),
        (["ab\x1b[1Gx\n"], ["xb"]),
    ],
)
def test_lines_are_what_a_terminal_shows(pieces: list[str], meant: list[str]) -> None:
    assert shown(*pieces) == meant


def test_a_progress_bar_is_one_line_written_ten_times_a_second() -> None:
    lines = Lines()
    written = []
    for tick in range(1000):
        written += lines.feed(STDERR, f"\r{tick:>4}/1000", tick * 0.01)
    assert {line.number for line in written} == {0}
    assert 90 <= len(written) <= 101
    assert lines.feed(STDERR, "\r1000/1000\n", 10.0) == [Line(0, STDERR, "1000/1000")]


def test_a_coloured_bar_that_is_written_again_and_again_does_not_grow() -> None:
    frames = [f"\rstep: \x1b[36m{'#' * n:<9}|\x1b[0m" for n in range(10)]
    assert shown(*frames, "\n") == ["step: \x1b[36m#########|\x1b[0m"]


def test_numbers_are_dense_over_both_streams() -> None:
    lines = Lines()
    found = [
        *lines.feed(STDOUT, "out", 0.0),
        *lines.feed(STDERR, "err\n", 0.0),
        *lines.feed(STDOUT, " more\nnext\n", 0.0),
    ]
    assert [(line.number, line.stream, line.text) for line in found] == [
        (0, STDOUT, "out"),
        (1, STDERR, "err"),
        (0, STDOUT, "out more"),
        (2, STDOUT, "next"),
    ]


def test_a_very_long_line_goes_on_as_the_next() -> None:
    text = "".join(chr(65 + number % 26) for number in range(MAX_LINE * 2 + 10))
    found = shown(text[:100], text[100:], "\n")
    assert [len(line) for line in found] == [MAX_LINE, MAX_LINE, 10]
    assert "".join(found) == text


texts = st.lists(st.sampled_from([*"ab\n\r\b\x1b[;1mKAB", "\x1b[31m", "\x1b[2K", "\x1b[A", "\x1b[3C"]), max_size=25)


@given(texts)
def test_no_text_breaks_the_lines_and_pieces_do_not_matter(pieces: list[str]) -> None:
    assert shown(*pieces) == shown("".join(pieces))


@given(st.lists(st.text(alphabet="ab \n", max_size=20), max_size=10))
def test_plain_text_comes_back_as_it_is(pieces: list[str]) -> None:
    whole = "".join(pieces)
    assert shown(*pieces) == (whole.removesuffix("\n").split("\n") if whole else [])


@pytest.fixture
def kept() -> list[Line]:
    return []


@pytest.fixture
def console(kept: list[Line]) -> Console:
    return Console(kept.extend)


def test_a_print_inside_of_a_print_is_kept(kept: list[Line]) -> None:
    console = Console(lambda lines: None)

    def write(lines: list[Line]) -> None:
        kept.extend(lines)
        if len(kept) == 1:
            console.take(STDOUT, "from inside\n")  # as a signal handler or a finaliser would

    console = Console(write)
    console.take(STDOUT, "outside\n")
    assert [line.text for line in kept] == ["outside", "from inside"]


def test_threads_lose_no_line(console: Console, kept: list[Line]) -> None:
    def write(name: str) -> None:
        for number in range(500):
            console.take(STDOUT, f"{name}{number}\n")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    console.restore()
    assert {line.text for line in kept} == {f"{name}{number}" for name in "abcd" for number in range(500)}
    assert sorted({line.number for line in kept}) == list(range(2000))


def test_wrapping_takes_what_is_printed_and_puts_all_back(
    console: Console, kept: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    console.wrap()
    print("out")
    print("err", file=sys.stderr)
    sys.stdout.writelines(["a\n", "b\n"])
    console.restore()
    print("after")
    assert sys.stdout is out
    assert sys.stderr is err
    out.flush()
    assert out.buffer.getvalue() == b"out\na\nb\nafter\n"  # type: ignore[attr-defined]
    assert err.getvalue() == "err\n"
    assert ("out", "err", "after" in [line.text for line in kept]) == (kept[0].text, kept[1].text, False)


def test_a_line_is_kept_once_where_both_streams_are_one(
    console: Console, kept: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    both = io.StringIO()
    monkeypatch.setattr(sys, "stdout", both)
    monkeypatch.setattr(sys, "stderr", both)
    console.wrap()
    print("out")
    print("err", file=sys.stderr)
    console.restore()
    assert both.getvalue() == "out\nerr\n"
    assert [line.text for line in kept] == ["out", "err"]


def test_a_stream_without_room_for_our_write_gets_a_stand_in(
    console: Console, kept: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slotted:
        __slots__ = ("text",)

        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> int:
            self.text += text
            return len(text)

    stream = Slotted()
    monkeypatch.setattr(sys, "stdout", stream)
    console.wrap()
    print("hello")
    assert sys.stdout.text == "hello\n"  # type: ignore[attr-defined]
    console.restore()
    assert sys.stdout is stream  # type: ignore[comparison-overlap]
    assert [line.text for line in kept] == ["hello"]


def test_a_fault_of_ours_does_not_reach_print(
    hidden_failures: list[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(lines: list[Line]) -> None:
        raise RuntimeError("ours")

    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    console = Console(write)
    console.wrap()
    print("hello")
    console.restore()
    assert out.getvalue() == "hello\n"
    assert [str(error) for error in hidden_failures] == ["ours"]
    hidden_failures.clear()


def run_script(code: str, tmp_path: Path, **environ: str) -> Any:
    own = {
        "GNOMON_NO_SHIPPER": "1",
        "GNOMON_MODE": "offline",
        "GNOMON_STATE_DIR": str(tmp_path),
        "GNOMON_CONFIG_DIR": str(tmp_path),
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, **own, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def kept_lines(tmp_path: Path, read: Any) -> dict[int, tuple[int, str]]:
    from gnomon.protocol.journal import Kind

    (folder,) = (tmp_path / "gnomon-runs").glob("run-*")
    return {number: (stream, text) for number, _, stream, text in read.of_kind(folder, Kind.CONSOLE)}


def test_redirecting_takes_what_the_whole_process_writes(tmp_path: Path, read: Any) -> None:
    done = run_script(
        "import gnomon, os, sys\n"
        "run = gnomon.init()\n"
        "print('python')\n"
        "sys.stdout.flush()\n"
        "os.write(1, b'descriptor\\n')\n"
        "os.system('echo child')\n"
        "run.finish(quiet=True)\n"
        "print('after')\n",
        tmp_path,
        GNOMON_CONSOLE="redirect",
    )
    assert done.stdout.split() == ["python", "descriptor", "child", "after"]
    assert [text for _, text in kept_lines(tmp_path, read).values()] == ["python", "descriptor", "child"]


def test_loggers_and_progress_bars_are_taken(tmp_path: Path, read: Any) -> None:
    done = run_script(
        "import logging, sys, gnomon\n"
        "logging.basicConfig(level='INFO', format='%(message)s')\n"
        "gnomon.init()\n"
        "logging.info('from a logger')\n"
        "for tick in range(5): sys.stderr.write(f'\\r{tick}/5')\n"
        "sys.stderr.write('\\r5/5\\n')\n",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    texts = [text for _, text in kept_lines(tmp_path, read).values()]
    assert texts[:2] == ["from a logger", "5/5"]
