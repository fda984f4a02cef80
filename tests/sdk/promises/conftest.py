"""Servers that do what servers must not do, and scripts that meet them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

KEY = "k" * 40
OK = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"


def answer(status: str, body: bytes = b"", kind: bytes = b"application/json", *more: str) -> bytes:
    """A whole answer of HTTP."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind.decode()}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Bad:
    """Listens, and treats each connection in its way: `says` what is answered to each request, None for nothing."""

    def __init__(self, says: bytes | None, *, before_secs: float = 0.0, piece_secs: float = 0.0) -> None:
        self.says, self.before_secs, self.piece_secs = says, before_secs, piece_secs
        self.seen: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._open = False
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(30)
            try:
                while request := self._request(client):
                    self.seen.append(request)
                    if self.says is None:
                        time.sleep(30)
                        return
                    time.sleep(self.before_secs)
                    if self.piece_secs:
                        for at in range(len(self.says)):
                            client.sendall(self.says[at : at + 1])
                            time.sleep(self.piece_secs)
                    else:
                        client.sendall(self.says)
                    if b"Content-Length" not in self.says:
                        return
            except OSError:
                return

    @staticmethod
    def _request(client: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = client.recv(1 << 16)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        wanted = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < wanted:
            body += client.recv(1 << 16)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def bad() -> Iterator[Callable[..., Bad]]:
    """Begins servers that misbehave."""
    made: list[Bad] = []

    def begin(says: bytes | None, **how: float) -> Bad:
        made.append(Bad(says, **how))
        return made[-1]

    yield begin
    for one in made:
        one.stop()


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python text as a script in a folder of its own, with a key, and ends what is left of it."""
    made: list[subprocess.Popen[str]] = []

    def start(text: str, environ: Mapping[str, str]) -> subprocess.Popen[str]:
        folder = tmp_path / f"script{len(made)}"
        folder.mkdir()
        own = {name: value for name, value in os.environ.items() if not name.startswith(("GNOMON_", "WANDB_"))}
        own |= {
            "HOME": str(tmp_path), "GNOMON_CONFIG_DIR": str(tmp_path / "config"), "GNOMON_API_KEY": KEY,
            "GNOMON_STATE_DIR": str(tmp_path / "state"), "GNOMON_DISABLE_GIT": "true", "GNOMON_DISABLE_META": "true",
            "GNOMON_DISABLE_STATS": "true", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        made.append(
            subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(text)], cwd=folder, env={**own, **environ}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
        )  # fmt: skip
        return made[-1]

    yield start
    for process in made:
        if process.poll() is None:
            process.kill()
        process.communicate()
