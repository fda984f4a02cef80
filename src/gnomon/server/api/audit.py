"""The audit log, for administrators."""

from __future__ import annotations

from gnomon.model.account import AuditLine
from gnomon.model.errors import Rejected
from gnomon.server.edge.route import Call, Param, Route
from gnomon.server.storage.tables import audit

MOST_LINES = 1000


async def listed(call: Call) -> list[AuditLine]:
    limit, before = call.query["limit"], call.query["before"]
    if not 1 <= limit <= MOST_LINES:
        raise Rejected(f"limit is {limit}; ask for 1 to {MOST_LINES} lines", field="limit")
    found = await call.services.storage.tables.read(lambda conn: audit.newest(conn, limit, before=before))
    return [AuditLine(**line) for line in found]


routes = [
    Route(
        "GET", "/api/audit", "audit.list", listed,
        doc="Who changed rights, keys, members or runs, when and from where; the newest first.",
        query=(
            Param("limit", "At most so many lines.", int, 100),
            Param("before", "Only lines whose `id` is less: the next page.", int),
        ),
        answer=list[AuditLine],
    ),
]  # fmt: skip
