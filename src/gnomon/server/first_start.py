"""The first start of a server: a local administrator with a key, and no password anywhere."""

from __future__ import annotations

import getpass
import re
from pathlib import Path

from sqlalchemy.engine import Connection

from gnomon.model.errors import Rejected
from gnomon.server.actions import accounts as actions
from gnomon.server.data_folder import write_private
from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables.accounts import UserRow

FALLBACK_NAME = "local"


def key_file(data: Path) -> Path:
    """Where the local administrator's API key lies, for its owner's eyes only."""
    return data / "keys" / "local-admin.key"


def ensure_admin(conn: Connection, data: Path, now: float) -> UserRow:
    """The first administrator; made, with a key in `key_file`, where the server has none yet."""
    known = accounts.first_admin(conn)
    if known is not None:
        return known
    name = next(name for name in _names() if accounts.find_entity(conn, name) is None)
    secret = actions.new_secret()
    # The file comes first: a crash between the two leaves a key that opens nothing, and the next start replaces it.
    write_private(key_file(data), secret + "\n")
    user = actions.create_user(conn, name, admin=True, by=name, origin="first start", now=now)
    actions.store_key(conn, user, secret, "this machine", now)
    return user


def local_key(data: Path) -> str | None:
    """The local administrator's key, if this process may read it."""
    try:
        return key_file(data).read_text().strip() or None
    except OSError:
        return None


def _names() -> list[str]:
    """Names to try: the operating system's for this user, then ones that are surely free."""
    try:
        wanted = re.sub(r"[^A-Za-z0-9._-]", "", getpass.getuser())[:64]
        names = [actions.check_user_name(wanted)]
    except (Rejected, OSError, KeyError, ImportError):
        names = []
    return [*names, FALLBACK_NAME, *(f"{FALLBACK_NAME}-{number}" for number in range(2, 1000))]
