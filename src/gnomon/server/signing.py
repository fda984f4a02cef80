"""Addresses that carry their own permission: what may be done with them, to what, and until when.

A grant becomes a token `<payload>.<mac>`, both base64 of the URL alphabet; the MAC is HMAC-SHA-256 over the payload
with a secret that only this server's data folder has. Whoever holds the address may do that one thing, so it says
nothing more than that, and ends.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import msgspec

from gnomon.model.errors import Forbidden
from gnomon.server.data_folder import write_private

FILE = "signing.key"
DAY_SECS = 86_400


class Grant(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One thing that may be done: a method on a kind of thing, named by keys and texts its handler understands."""

    method: str
    """`GET` (and HEAD with it) or `PUT`."""
    what: str
    names: tuple[int | str, ...]
    until: int
    """Unix seconds."""


class Signer:
    """Makes tokens and reads them."""

    def __init__(self, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def url(self, origin_url: str, method: str, what: str, *names: int | str, name: str, secs: float = DAY_SECS) -> str:
        """An absolute address for one method on one thing; `name` is what browsers call the file."""
        token = self.token(Grant(method, what, names, int(self._clock() + secs)))
        return f"{origin_url}/storage/{token}/{quote(name.rpartition('/')[2] or 'file', safe='')}"

    def token(self, grant: Grant) -> str:
        payload = msgspec.msgpack.encode(grant)
        return f"{_text(payload)}.{_text(self._mac(payload))}"

    def read(self, token: str, method: str) -> Grant:
        """The grant of a token. Raises Forbidden where it is not ours, for another method, or over."""
        payload, _, mac = token.partition(".")
        try:
            said = _bytes(payload)
            genuine = hmac.compare_digest(_bytes(mac), self._mac(said))
            grant = msgspec.msgpack.decode(said, type=Grant) if genuine else None
        except (ValueError, msgspec.DecodeError):
            grant = None
        if grant is None:
            raise Forbidden("This address was not signed by this server")
        if grant.method != ("GET" if method == "HEAD" else method):
            raise Forbidden(f"This address is for {grant.method}, not for {method}")
        if grant.until < self._clock():
            raise Forbidden("This address has expired; ask for a new one")
        return grant

    def _mac(self, payload: bytes) -> bytes:
        return hmac.new(self._secret, payload, hashlib.sha256).digest()


def secret_of(folder: Path) -> bytes:
    """The secret of a data folder, made when it is first asked for."""
    path = folder / FILE
    try:
        secret = bytes.fromhex(path.read_text())
    except (FileNotFoundError, ValueError):
        secret = b""
    if len(secret) < 32:
        secret = secrets.token_bytes(32)
        write_private(path, secret.hex())
    return secret


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
