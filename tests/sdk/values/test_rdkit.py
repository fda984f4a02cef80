"""Molecules by RDKit itself, where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gnomon.sdk.values.molecule import Molecule

chem = pytest.importorskip("rdkit.Chem")

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def atoms(molecule: Molecule) -> list[tuple[str, tuple[float, float, float]]]:
    """The element and the place of each atom, as the file has them."""
    lines = molecule._content.read().decode().splitlines()
    return [
        (line[76:78].strip(), (float(line[30:38]), float(line[38:46]), float(line[46:54])))
        for line in lines
        if line.startswith(("ATOM", "HETATM"))
    ]


def farthest(found: list[tuple[str, tuple[float, float, float]]], axis: int) -> float:
    places = [place[axis] for _, place in found]
    return max(places) - min(places)


def test_smiles_become_molecules_in_space_with_their_hydrogens() -> None:
    found = atoms(Molecule.from_smiles(ASPIRIN, caption="aspirin"))
    elements = [element for element, _ in found]
    assert {name: elements.count(name) for name in "CHO"} == {"C": 9, "H": 8, "O": 4}
    assert len({place for _, place in found}) == len(found)
    assert all(farthest(found, axis) > 0.5 for axis in range(3))


def test_a_molecule_without_a_shape_is_laid_out_flat_and_stays_as_it_was() -> None:
    given = chem.MolFromSmiles(ASPIRIN)
    found = atoms(Molecule.from_rdkit(given, convert_to_3d_and_optimize=False))
    assert len(found) == 13
    assert len({place for _, place in found}) == 13
    assert farthest(found, 2) == 0
    assert given.GetNumConformers() == 0


@pytest.mark.parametrize("ending", ["mol", "sdf"])
def test_files_are_read_with_the_shape_they_have(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"amine.{ending}"
    drawn = chem.MolFromSmiles("CCN")
    path.write_text(chem.MolToMolBlock(drawn) + ("$$$$\n" if ending == "sdf" else ""))
    assert [element for element, _ in atoms(Molecule.from_rdkit(path, convert_to_3d_and_optimize=False))] == [
        "C", "C", "N",
    ]  # fmt: skip
    assert len(atoms(Molecule.from_rdkit(str(path)))) == 10


def test_what_rdkit_cannot_read_is_said() -> None:
    with pytest.raises(ValueError, match="cannot read the SMILES text 'C1CC'"):
        Molecule.from_smiles("C1CC")
