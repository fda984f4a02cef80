"""What has run out is forgotten: sessions and sign-in links."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from gnomon.server.services import Services
from gnomon.server.storage.tables.schema import sessions, sign_in_links


async def forget_old(services: Services) -> None:
    """Remove sessions and links that are over."""
    now = services.clock()

    def work(conn: Connection) -> None:
        conn.execute(delete(sessions).where(sessions.c.expires_at <= now))
        conn.execute(delete(sign_in_links).where(sign_in_links.c.expires_at <= now))

    await services.storage.tables.write(work)
