"""A run that says which sweep it belongs to."""

from __future__ import annotations

import pytest

from gnomon.protocol.journal import MAGIC, Kind
from gnomon.sdk.journal import record
from gnomon.server.actions.ingest import Target
from tests.server.actions.sweeps.conftest import Lab

pytestmark = pytest.mark.anyio


async def says(lab: Lab, run: str, sweep: object, number: int = 1) -> None:
    journal = f"{number:032x}"
    begin = {"format": 1, "journal": journal, "writer": "main", "attempt": journal, "run": run}
    data = MAGIC + record(Kind.BEGIN, begin) + record(Kind.RUN, {"name": "mine", "sweep": sweep})
    target = Target(lab.entity, "ann", "p", run, lab.caller.signed_in().key)
    await lab.services.ingest.append(target, journal, 0, data)


async def test_a_run_begun_by_hand_belongs_to_the_sweep_it_names(lab: Lab) -> None:
    sweep = await lab.begin()
    await says(lab, "mine", sweep.id)
    (row,) = await lab.runs()
    assert (row.id, row.name, row.thought_out) == ("mine", "mine", False)


async def test_a_run_of_the_sweep_stays_with_it_and_one_that_names_none_belongs_to_none(lab: Lab) -> None:
    first = await lab.begin()
    command = await (await lab.worker()).asks()
    assert command is not None
    other = await lab.begin()
    await says(lab, command.run_id, other.id, 1)
    await says(lab, "odd", "nowhere", 2)
    await says(lab, "odder", 7, 3)
    assert (await lab.run(command.run_id)).sweep_id == first.id
    assert ((await lab.run("odd")).sweep_id, (await lab.run("odder")).sweep_id) == (None, None)
