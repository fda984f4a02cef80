"""Molecules by rule, one of each kind of file, and runs that log them: alone, in one table, and broken ones.

    GNOMON_BASE_URL=… GNOMON_API_KEY=… python web/e2e/molecules.py

Prints the id of the run, as JSON.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import shapes

import gnomon

PROJECT = "molecules"

Atom = tuple[str, float, float, float]
WATER: list[Atom] = [("O", 0.0, 0.0, 0.11779), ("H", 0.0, 0.75545, -0.47116), ("H", 0.0, -0.75545, -0.47116)]
CHARGES = (-0.834, 0.417, 0.417)
NAMES = ("O", "H1", "H2")


def pdb(path: Path) -> Path:
    """With hydrogens, as RDKit writes it."""
    rows = [
        f"HETATM{n:5d}  {name:<3} HOH A   1    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {elem:>2}"
        for n, (name, (elem, x, y, z)) in enumerate(zip(NAMES, WATER, strict=True), 1)
    ]
    path.write_text("\n".join([*rows, "CONECT    1    2    3", "END", ""]))
    return path


def pqr(path: Path) -> Path:
    """With the charge and the radius of each atom."""
    rows = [
        f"ATOM  {n:5d}  {name:<3} HOH A   1    {x:8.3f}{y:8.3f}{z:8.3f} {charge:7.4f} {1.7:6.4f}"
        for n, (name, (_, x, y, z), charge) in enumerate(zip(NAMES, WATER, CHARGES, strict=True), 1)
    ]
    path.write_text("\n".join([*rows, "END", ""]))
    return path


def cif(path: Path) -> Path:
    """As macromolecules have it: https://mmcif.wwpdb.org."""
    names = ["group_PDB", "id", "type_symbol", "label_atom_id", "label_comp_id", "label_asym_id", "label_seq_id"]
    names += ["Cartn_x", "Cartn_y", "Cartn_z", "auth_seq_id", "auth_comp_id", "auth_asym_id", "auth_atom_id"]
    rows = [
        f"HETATM {n} {elem} {name} HOH A . {x:.3f} {y:.3f} {z:.3f} 1 HOH A {name}"
        for n, (name, (elem, x, y, z)) in enumerate(zip(NAMES, WATER, strict=True), 1)
    ]
    path.write_text("\n".join(["data_WATER", "#", "loop_", *(f"_atom_site.{n}" for n in names), *rows, "#", ""]))
    return path


def crystal(path: Path) -> Path:
    """Salt, as crystals have it: places are shares of the cell."""
    head = ["data_salt", *(f"_cell_length_{a} 5.640" for a in "abc"), *(f"_cell_angle_{a} 90" for a in
            ("alpha", "beta", "gamma")), "loop_", "_atom_site_label", "_atom_site_type_symbol"]  # fmt: skip
    head += [f"_atom_site_fract_{a}" for a in "xyz"]
    sites = [(x / 2, y / 2, z / 2) for x in range(2) for y in range(2) for z in range(2)]
    rows = [
        f"{'Na' if sum(2 * s for s in site) % 2 == 0 else 'Cl'}{n} "
        f"{'Na' if sum(2 * s for s in site) % 2 == 0 else 'Cl'} {site[0]:.3f} {site[1]:.3f} {site[2]:.3f}"
        for n, site in enumerate(sites, 1)
    ]
    path.write_text("\n".join([*head, *rows, ""]))
    return path


def mol2(path: Path) -> Path:
    atoms = [
        f"{n:7d} {name:<4} {x:10.4f} {y:10.4f} {z:10.4f} {'O.3' if elem == 'O' else 'H'} 1 HOH1 {charge:.4f}"
        for n, (name, (elem, x, y, z), charge) in enumerate(zip(NAMES, WATER, CHARGES, strict=True), 1)
    ]
    lines = ["@<TRIPOS>MOLECULE", "water", " 3 2 1 0 0", "SMALL", "USER_CHARGES", "", "@<TRIPOS>ATOM", *atoms]
    path.write_text("\n".join([*lines, "@<TRIPOS>BOND", "     1 1 2 1", "     2 1 3 1", ""]))
    return path


def sdf(path: Path) -> Path:
    """Three molecules in one file: water, and it moved twice."""
    path.write_text("".join(_block(shift) + "$$$$\n" for shift in (0.0, 1.0, 2.0)))
    return path


def mol(path: Path) -> Path:
    path.write_text(_block(0.0))
    return path


def _block(shift: float) -> str:
    atoms = [f"{x + shift:10.4f}{y:10.4f}{z:10.4f} {elem:<3} 0  0  0  0  0  0" for elem, x, y, z in WATER]
    lines = ["water", "  by rule", "", "  3  2  0  0  0  0  0  0  0  0999 V2000", *atoms]
    return "\n".join([*lines, "  1  2  1  0", "  1  3  1  0", "M  END", ""])


def gro(path: Path) -> Path:
    """In nanometres."""
    atoms = [
        f"{1:5d}{'SOL':<5}{'OW' if elem == 'O' else 'HW' + str(n - 1):>5}{n:5d}{x / 10:8.3f}{y / 10:8.3f}{z / 10:8.3f}"
        for n, (elem, x, y, z) in enumerate(WATER, 1)
    ]
    path.write_text("\n".join(["water", "    3", *atoms, "   1.86206   1.86206   1.86206", ""]))
    return path


def mmtf(path: Path) -> Path:
    """https://github.com/rcsb/mmtf/blob/master/spec.md, each field in its simplest way."""
    floats = {f"{axis}CoordList": [round(atom[place] * 1000) for atom in WATER] for place, axis in enumerate("xyz", 1)}
    group = {
        "groupName": "HOH", "atomNameList": list(NAMES), "elementList": [a[0] for a in WATER], "bondOrderList": [1, 1],
        "bondAtomList": [0, 1, 0, 2], "formalChargeList": [0, 0, 0], "singleLetterCode": "?",
        "chemCompType": "NON-POLYMER",
    }  # fmt: skip
    document: dict[str, Any] = {
        "mmtfVersion": "1.0.0", "mmtfProducer": "by rule", "numBonds": 2, "numAtoms": 3, "numGroups": 1, "numChains": 1,
        "numModels": 1, "groupList": [group], "chainsPerModel": [1], "groupsPerChain": [1],
        "entityList": [{"chainIndexList": [0], "description": "water", "type": "water", "sequence": ""}],
        "atomIdList": _coded(4, 3, struct.pack(">3i", 1, 2, 3)),
        "groupIdList": _coded(4, 1, struct.pack(">i", 1)), "groupTypeList": _coded(4, 1, struct.pack(">i", 0)),
        "chainIdList": _coded(5, 1, b"A\0\0\0", 4),
        # numbers of 32 bits, divided by 1000: run lengths of differences of each one
        **{name: _coded(9, 3, struct.pack(">6i", *(n for value in values for n in (value, 1))), 1000)
           for name, values in floats.items()},
    }  # fmt: skip
    path.write_bytes(_packed(document))
    return path


def _coded(codec: int, length: int, body: bytes, parameter: int = 0) -> bytes:
    return struct.pack(">3i", codec, length, parameter) + body


def _packed(value: Any) -> bytes:
    """MessagePack, as much of it as is needed: https://github.com/msgpack/msgpack/blob/master/spec.md."""
    if isinstance(value, dict):
        return struct.pack(">BH", 0xDE, len(value)) + b"".join(_packed(k) + _packed(v) for k, v in value.items())
    if isinstance(value, list):
        return struct.pack(">BH", 0xDC, len(value)) + b"".join(map(_packed, value))
    if isinstance(value, bytes):
        return struct.pack(">BI", 0xC6, len(value)) + value
    if isinstance(value, str):
        return struct.pack(">BH", 0xDA, len(value)) + value.encode()
    return struct.pack(">Bi", 0xD2, value)


KINDS: dict[str, Callable[[Path], Path]] = {
    "pdb": pdb, "pqr": pqr, "cif": cif, "mmcif": cif, "mcif": cif, "mol2": mol2, "sdf": sdf, "sd": mol, "gro": gro,
    "mmtf": mmtf,
}  # fmt: skip
"""What the SDK takes; `mol`, `xyz`, `ent` and `pdbqt` are drawn of saved files too."""


def main() -> None:
    scratch = Path(mkdtemp())
    run = gnomon.init(project=PROJECT, name="one of each")
    row: dict[str, Any] = {f"water/{kind}": gnomon.Molecule(str(make(scratch / f"water.{kind}")), caption=kind)
                           for kind, make in KINDS.items()}  # fmt: skip
    row["salt"] = gnomon.Molecule(str(crystal(scratch / "salt.cif")))
    row["caffeine"] = gnomon.Molecule(str(shapes.sdf(scratch / "caffeine.sdf")))
    row["helix"] = gnomon.Molecule(str(shapes.helix(scratch / "helix.pdb")))
    broken = scratch / "broken.pdb"
    broken.write_text("this is no molecule\n")
    row["broken"] = gnomon.Molecule(str(broken))
    table = gnomon.Table(columns=["n", "molecule"])
    for n in range(24):
        table.add_data(n, gnomon.Molecule(str(pdb(scratch / f"{n}.pdb")), caption=f"pose {n}"))
    run.log({**row, "poses": table})
    for name, make in (("mol", mol), ("xyz", shapes.xyz), ("ent", pdb), ("pdbqt", pdb)):
        run.save(str(make(scratch / f"saved.{name}")), base_path=str(scratch))
    run.finish()
    sys.stdout.write(json.dumps(run.id) + "\n")


if __name__ == "__main__":
    main()
