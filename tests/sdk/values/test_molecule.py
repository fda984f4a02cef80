"""Molecules: files, and what RDKit makes of texts and of its own molecules."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.molecule import Molecule


class Mol:
    """A molecule of the double of RDKit."""

    def __init__(self, name: str, *done: str, shapes: int = 0) -> None:
        self.name, self.done, self.shapes = name, done, shapes

    def GetNumConformers(self) -> int:
        return self.shapes


@pytest.fixture
def rdkit(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Just enough of RDKit: it reads what it is given, and writes down what was done."""
    chem, shapes, root = ModuleType("rdkit.Chem"), ModuleType("rdkit.Chem.AllChem"), ModuleType("rdkit")
    embedded: list[int] = []

    def embed(molecule: Mol) -> int:
        molecule.done += ("embedded",)
        return embedded.pop() if embedded else 0

    def lay_out(molecule: Mol) -> None:
        molecule.done += ("flat",)

    def optimise(molecule: Mol, maxIters: int) -> None:
        molecule.done += (f"optimised {maxIters}",)

    chem.__dict__.update(
        rdchem=SimpleNamespace(Mol=Mol),
        Mol=lambda molecule: Mol(molecule.name, "copied"),
        AddHs=lambda molecule: Mol(molecule.name, "hydrogens"),
        MolFromSmiles=lambda text, sanitize: None if text == "?" else Mol(f"{text} {sanitize}"),
        MolFromMolFile=lambda path: None if "bad" in path else Mol(Path(path).name, shapes=1),
        SDMolSupplier=lambda path: [Mol(Path(path).name, shapes=1), Mol("second")],
        rdmolfiles=SimpleNamespace(MolToPDBBlock=lambda molecule: " ".join((molecule.name, *molecule.done))),
    )
    shapes.__dict__.update(EmbedMolecule=embed, MMFFOptimizeMolecule=optimise, Compute2DCoords=lay_out)
    for module in (root, chem, shapes):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return embedded


def test_files_are_kept_as_they_are(place: Any, tmp_path: Path) -> None:
    source = tmp_path / "a.PDB"
    source.write_text("HEADER")
    with open(source, encoding="utf-8") as file:
        for data in (source, str(source), file):
            value = Molecule(data, caption="m").bound(place, "x", 0)
            assert (value["_type"], value["caption"]) == ("molecule-file", "m")
            assert value["path"].startswith("media/molecule/x_0_")
            assert value["path"].endswith(".pdb")
            assert place.made(value["path"]) == b"HEADER"
    assert place.made(Molecule(io.StringIO("x"), file_type="sdf").bound(place, "x", 0)["path"]) == b"x"


def test_a_list_is_one_value(place: Any) -> None:
    items = [Molecule(io.StringIO("x"), caption="a", file_type="pdb"), Molecule(io.StringIO("y"), file_type="pdb")]
    value = Molecule.bound_list(items, place, "x", 0)
    assert (value["_type"], value["count"], value["captions"]) == ("molecule", 2, ["a", ""])
    assert [place.made(path) for path in value["filenames"]] == [b"x", b"y"]


def test_smiles_and_molecules_of_rdkit_become_pdb(rdkit: Any, tmp_path: Path) -> None:
    assert Molecule.from_smiles("CCO", caption="c")._content.read() == b"CCO True hydrogens embedded optimised 200"
    flat = Molecule.from_smiles("CCO", sanitize=False, convert_to_3d_and_optimize=False)
    assert flat._content.read() == b"CCO False copied flat"
    made = Molecule.from_rdkit(Mol("mine"), mmff_optimize_molecule_max_iterations=5)
    assert made._content.read() == b"mine hydrogens embedded optimised 5"
    assert made._content.extension == "pdb"
    for name in ("a.mol", "a.sdf"):
        (tmp_path / name).write_text("x")
        read = Molecule.from_rdkit(str(tmp_path / name), convert_to_3d_and_optimize=False)
        assert read._content.read().decode() == name


def test_what_rdkit_cannot_read_is_said(rdkit: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.mol").write_text("x")
    for make, why in (
        (lambda: Molecule.from_smiles("?"), "cannot read the SMILES"),
        (lambda: Molecule.from_rdkit(7), "not int"),
        (lambda: Molecule.from_rdkit("a.xyz"), "files are mol, sdf"),
        (lambda: Molecule.from_rdkit("nowhere.mol"), "no molecule file"),
        (lambda: Molecule.from_rdkit(tmp_path / "bad.mol"), "cannot read a molecule"),
    ):
        with pytest.raises(UsageError, match=why):
            make()
    rdkit.append(-1)
    with pytest.raises(UsageError, match="no shape"):
        Molecule.from_smiles("CCO")


def test_without_rdkit_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rdkit", None)
    monkeypatch.setitem(sys.modules, "rdkit.Chem", None)
    with pytest.raises(UsageError, match="pip install rdkit"):
        Molecule.from_smiles("CCO")


def test_it_comes_back_from_an_artifact(shelf: Any) -> None:
    back = Molecule.restored(Molecule(io.StringIO("x"), caption="a", file_type="pdb").stored(shelf), shelf)
    assert (back.caption, back._content.read()) == ("a", b"x")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Molecule(7), "not int"),
        (lambda: Molecule("a.xyz"), "files are cif"),
        (lambda: Molecule("nowhere.pdb"), "no molecule file"),
        (lambda: Molecule(io.StringIO("x")), "needs file_type"),
        (lambda: Molecule(io.StringIO("x"), file_type="xyz"), "no molecule"),
        (lambda: Molecule(io.StringIO("x"), type="pdb"), "takes file_type, not type"),
    ],
)
def test_what_is_no_molecule_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
