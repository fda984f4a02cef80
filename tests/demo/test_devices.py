"""Devices that are made up stand where real ones do."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

pytest.importorskip("sklearn")

from gnomon.demo import bottles, devices
from gnomon.protocol.journal import Kind


class Run:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.records: list[tuple[Any, ...]] = []

    def _record(self, *record: Any) -> None:
        self.records.append(record)


def test_they_are_called_simulated_and_told_under_the_names_of_real_ones() -> None:
    run = Run()
    made = devices.Devices(run, 2, seed=0)
    ((kind, said),) = run.records
    assert kind is Kind.RUN
    assert [each["name"] for each in said["metadata"]["gpu_nvidia"]] == ["Simulated GPU"] * 2
    found = made.numbers(1.0)
    assert {f"gpu.{device}.{name}" for device in (0, 1) for name in ("gpu", "temp", "powerWatts")} <= set(found)
    assert all(0 <= found[f"gpu.{device}.gpu"] <= 100 for device in (0, 1))


def test_the_last_one_is_too_warm_and_slower_for_it() -> None:
    made = devices.Devices(Run(), 4, seed=0)
    found = [made.numbers(1.0) for _ in range(50)][-1]
    temperatures = [found[f"gpu.{device}.temp"] for device in range(4)]
    assert temperatures[3] > max(temperatures[:3]) + 5
    assert found["gpu.3.gpu"] < min(found[f"gpu.{device}.gpu"] for device in range(3))


def test_those_of_several_machines_say_whose_they_are() -> None:
    found = devices.Devices(Run(), 2, 0, ("node-0", "node-1")).numbers(0.5)
    assert {name for name in found if ".temp" in name} == {
        f"gpu.{device}.temp/l:node-{node}" for device, node in itertools.product((0, 1), (0, 1))
    }


def test_they_are_looked_at_now_and_then() -> None:
    run = Run()
    made = devices.Devices(run, 1, 0)
    made.sample(1.0)
    made.sample(1.0)
    assert [record[0] for record in run.records] == [Kind.RUN, Kind.SYSTEM]


def test_a_molecule_of_ethanol_has_nine_atoms_and_eight_bonds() -> None:
    lines = bottles._pdb().read().splitlines()
    assert [line.split()[0] for line in lines] == ["HETATM"] * 9 + ["CONECT"] * 8 + ["END"]
    assert {line[76:78].strip() for line in lines[:9]} == {"C", "H", "O"}
