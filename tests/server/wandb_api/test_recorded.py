"""Conversations that versions of the official client had with a server go on having the same answers.

`python -m tools.record_client --all` holds them anew; `tests/recorded/` has them.
"""

from __future__ import annotations

import pytest

from gnomon.server.actions import accounts
from tests.server.conftest import Server
from tests.server.wandb_api.replay import Replay
from tests.server.wandb_api.stored import Stored
from tests.wandb_clients.cases import case_named
from tests.wandb_clients.conversations import load_conversation, recorded
from tests.wandb_clients.serving import KEY, USER

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("case", "version"), recorded(), ids=[f"{case}-{version}" for case, version in recorded()])
async def test_a_recorded_client_is_answered_as_before_and_finds_its_things_stored(
    server: Server, case: str, version: str
) -> None:
    await server.services.storage.tables.write(
        lambda conn: accounts.create_user(conn, USER, admin=True, api_key=KEY, by="test", origin="", now=server.clock())
    )
    async with server.client() as client:
        await Replay(client, KEY, server.clock.set).hold(load_conversation(case, version))
    async with server.client(KEY) as client:
        await Stored(client).check(case_named(case).stored_by(version))
