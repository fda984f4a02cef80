"""Molecules: from files of their shape, from RDKit and from SMILES."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk.values.content import Content, Held, Local, local_path
from gnomon.sdk.values.filed import Filed, captions_of
from gnomon.sdk.values.media import BadValue, Place, refusing
from gnomon.sdk.values.opened import file_type_of, opened

if TYPE_CHECKING:
    from typing_extensions import Self


class Molecule(Filed):
    """A molecule to be logged: `run.log({"binder": Molecule("best.pdb")})`, or a list of them.

    `data_or_path` is the path of a pdb, pqr, mmcif, mcif, cif, sdf, sd, gro, mol2 or mmtf file, or such a file opened;
    one without a name needs `file_type`. Raises UsageError for anything else.
    """

    SUPPORTED_TYPES: ClassVar[frozenset[str]] = frozenset(
        {"pdb", "pqr", "mmcif", "mcif", "cif", "sdf", "sd", "gro", "mol2", "mmtf"}
    )
    SUPPORTED_RDKIT_TYPES: ClassVar[frozenset[str]] = frozenset({"mol", "sdf"})
    suffix: ClassVar[str] = "molecule-file"
    folder: ClassVar[str] = "media/molecule"

    @refusing
    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: Any) -> None:
        super().__init__(self._taken(data_or_path, file_type_of(kwargs, "Molecule")), caption)

    def _taken(self, data: Any, file_type: str | None) -> Content:
        path = local_path(data, "Molecule")
        if path is not None:
            return Local(path, self._known(path), "molecule")
        found = opened(data, file_type, self._known, "A molecule")
        if found is None:
            raise BadValue(f"A molecule is a file or the path of one, not {type(data).__name__}")
        return found

    @classmethod
    def _known(cls, name: str) -> str:
        extension = _extension(name)
        if extension not in cls.SUPPORTED_TYPES:
            raise BadValue(f"{name} is no molecule: files are {', '.join(sorted(cls.SUPPORTED_TYPES))}")
        return extension

    @classmethod
    def from_rdkit(
        cls,
        data_or_path: Any,
        caption: str | None = None,
        convert_to_3d_and_optimize: bool = True,
        mmff_optimize_molecule_max_iterations: int = 200,
    ) -> Self:
        """From a molecule of RDKit, or from the path of a mol or sdf file (of which the first molecule is taken).

        With `convert_to_3d_and_optimize` hydrogens are added and a shape in space is searched, which takes a while;
        without it a molecule keeps the shape it has, and one that has none is laid out flat. Raises UsageError where
        RDKit is not installed or cannot read the file.
        """
        chem = _rdkit("rdkit.Chem")
        if isinstance(data_or_path, (str, os.PathLike)):
            molecule = _molecule_of_file(chem, os.fspath(data_or_path), cls.SUPPORTED_RDKIT_TYPES)
        else:
            molecule = data_or_path
        if not isinstance(molecule, chem.rdchem.Mol):
            raise BadValue(f"from_rdkit takes a molecule of RDKit or a path, not {type(data_or_path).__name__}")
        if convert_to_3d_and_optimize:
            shapes = _rdkit("rdkit.Chem.AllChem")
            molecule = chem.AddHs(molecule)
            if shapes.EmbedMolecule(molecule) != 0:
                raise BadValue("RDKit found no shape for this molecule; convert_to_3d_and_optimize=False keeps it flat")
            shapes.MMFFOptimizeMolecule(molecule, maxIters=mmff_optimize_molecule_max_iterations)
        elif molecule.GetNumConformers() == 0:
            # else all atoms would be in one place
            molecule = chem.Mol(molecule)
            _rdkit("rdkit.Chem.AllChem").Compute2DCoords(molecule)
        block = chem.rdmolfiles.MolToPDBBlock(molecule)
        made = cls.__new__(cls)
        Filed.__init__(made, Held(block.encode(), "pdb"), caption)
        return made

    @classmethod
    def from_smiles(
        cls,
        data: str,
        caption: str | None = None,
        sanitize: bool = True,
        convert_to_3d_and_optimize: bool = True,
        mmff_optimize_molecule_max_iterations: int = 200,
    ) -> Self:
        """From a SMILES text, by RDKit; see `from_rdkit`. `sanitize` has RDKit check that it makes sense."""
        molecule = _rdkit("rdkit.Chem").MolFromSmiles(data, sanitize=sanitize)
        if molecule is None:
            raise BadValue(f"RDKit cannot read the SMILES text {data!r}")
        return cls.from_rdkit(molecule, caption, convert_to_3d_and_optimize, mmff_optimize_molecule_max_iterations)

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of molecules under one key."""
        paths = [item.bound(place, key, step)["path"] for item in items]
        return {"_type": "molecule", "filenames": paths, "count": len(items), "captions": captions_of(items)}

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        return cls(path, caption=said.get("caption"))

    def __repr__(self) -> str:
        return f"Molecule({self._content.extension}, caption={self.caption!r})"


def _extension(name: str) -> str:
    return (os.path.splitext(name)[1][1:] or name).lower()


def _molecule_of_file(chem: Any, path: str, types: frozenset[str]) -> Any:
    extension = _extension(path)
    if extension not in types:
        raise BadValue(f"{path} cannot be read by from_rdkit: files are {', '.join(sorted(types))}")
    if not os.path.isfile(path):
        raise BadValue(f"There is no molecule file {os.path.abspath(path)}")
    if extension == "mol":
        found = chem.MolFromMolFile(path)
    else:
        found = next(iter(chem.SDMolSupplier(path)), None)
    if found is None:
        raise BadValue(f"RDKit cannot read a molecule from {path}")
    return found


def _rdkit(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise BadValue("Molecules from RDKit and SMILES need RDKit; to get it: pip install rdkit") from None
