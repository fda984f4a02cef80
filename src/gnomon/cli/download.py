"""Answers of a server as files: whole, or not there at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

import click
import msgspec

from gnomon.cli import where
from gnomon.sdk import credentials
from gnomon.sdk.shipper.transport import Transport, Unreachable

READ_SECS = 300.0
STDOUT = "-"


class Client:
    """The server a command means, as the user it is signed in as."""

    def __init__(self, host: str | None) -> None:
        self.url = where.base_url(host)
        self._key = credentials.find_key(self.url)
        if not self._key:
            raise click.ClickException(f"You are not signed in; `gnomon login --host {self.url}`")

    def save(self, method: str, path: str, body: object, accept: str, out: IO[bytes]) -> None:
        """Writes the answer to a file. Raises ClickException with what the server says where it is no success."""
        transport = Transport(self.url, lambda: self._key, read_secs=READ_SECS)
        headers = {"Accept": accept, "Content-Type": "application/json"}
        data = None if body is None else msgspec.json.encode(body)
        try:
            reply = transport.download(method, path, data, headers, out.write)
        except Unreachable as error:
            raise click.ClickException(str(error)) from None
        finally:
            transport.close()
        if reply.status != 200:
            raise click.ClickException(said(reply.body) or f"{self.url} answered {reply.status}")


def said(body: bytes) -> str:
    """What an answer that is no success says; empty where it is not to be understood."""
    try:
        return str(msgspec.json.decode(body)["error"]["message"])
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError):
        return ""


def to_file(output: str, write: Callable[[IO[bytes]], None]) -> None:
    """Hands a file to `write`, and puts it in its place once it is whole. `-` is standard output."""
    if output == STDOUT:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            write(file)
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"{error.strerror}: {path}") from None
    finally:
        part.unlink(missing_ok=True)


def project_path(named: str) -> str:
    """The part of an address that says which project. Raises UsageError."""
    entity, slash, project = named.rpartition("/")
    if not project or "/" in entity or (slash and not entity):
        raise click.UsageError(f"A project is PROJECT or ENTITY/PROJECT, and {named!r} is neither")
    return f"/projects/{quote(entity or '-', safe='')}/{quote(project, safe='')}"
