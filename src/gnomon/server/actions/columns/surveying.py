"""The program that surveys a project. Its arguments are address, project, folder, and how many bytes it may write."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gnomon.server.actions.columns.survey import write
from gnomon.server.storage.tables.database import open_address

LOWER_PRIORITY = 2
"""Whoever answers goes before it."""


def main(address: str, project: str, folder: str, most_bytes: str) -> None:
    os.nice(LOWER_PRIORITY)
    engine = open_address(address)
    with engine.connect() as conn, conn.begin():
        write(conn, int(project), Path(folder), most_bytes=int(most_bytes))
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
