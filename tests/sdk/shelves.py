"""Where the tests let values be stored."""

from __future__ import annotations

from pathlib import Path


class FolderShelf:
    """The files of an artifact, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, path: str, data: bytes) -> str:
        """Keep bytes."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return path

    def put_file(self, path: str, source: str) -> str:
        """Keep a copy of a file."""
        return self.put(path, Path(source).read_bytes())

    def open_path(self, path: str) -> str:
        """Where a file is."""
        assert (self.folder / path).is_file()
        return str(self.folder / path)

    def paths(self) -> list[str]:
        """All files."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
