"""Files of runs: found, fetched, deleted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from gnomon.model.history import FileInfo
from gnomon.model.patterns_like import like
from gnomon.sdk.errors import CommError
from gnomon.sdk.public.attrs import Attrs, iso
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.public.remote import file_path

if TYPE_CHECKING:
    from gnomon.sdk.public.api import Api
    from gnomon.sdk.public.run import Run


class Files(Pages["File"]):
    """The files of a run by path: all, those of some `names`, or those whose path is like `pattern` (`%.json`)."""

    def __init__(
        self, run: Run, names: Iterable[str] | None = None, per_page: int = 50, pattern: str | None = None
    ) -> None:
        super().__init__(per_page)
        if names and pattern:
            raise ValueError("Ask for files by names or by a pattern, not both")
        self.run = run
        self._names = {os.path.normpath(name).replace(os.sep, "/") for name in names or ()}
        self._pattern = pattern
        self._found: list[FileInfo] | None = None

    def _fetch(self) -> list[File]:
        if self._found is None:
            run = self.run
            found = run._source.files(run.entity, run.project, run.id)
            is_like = like(self._pattern) if self._pattern else None
            if self._names:
                found = [file for file in found if file.path in self._names]
            elif is_like is not None:
                found = [file for file in found if is_like(file.path)]
            self._found, self._total = found, len(found)
        start = len(self.objects)
        page = self._found[start : start + self.per_page]
        self.more = start + len(page) < len(self._found)
        return [File(self.run, file) for file in page]

    def __repr__(self) -> str:
        return f"<Files {'/'.join(self.run.path)} ({len(self)})>"


class File(Attrs):
    """A file of a run: `name`, `size` in bytes, `mimetype`, `digest` (SHA-256), `updated_at`, `url`."""

    def __init__(self, run: Run, info: FileInfo) -> None:
        self.run, self._digest = run, info.digest
        super().__init__(
            {
                "id": f"{run.id}/{info.path}", "name": info.path, "sizeBytes": info.size_bytes, "mimetype": info.mime,
                "updatedAt": iso(info.updated_at), "md5": None,
            }
        )  # fmt: skip

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return int(self._attrs["sizeBytes"])

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hex."""
        if not self._digest:  # a file of this disk, which is read for it
            found = hashlib.sha256()
            self.run._source.download(self.run.entity, self.run.project, self.run.id, self.name, found.update)
            self._digest = found.hexdigest()
        return self._digest

    @property
    def url(self) -> str:
        """Its address; of a server, one that asks for the key."""
        run = self.run
        if run._source.base_url.startswith("file:"):
            return f"{run._source.base_url}/{self.name}"
        return f"{run._source.base_url}/api{file_path(run.entity, run.project, run.id, self.name)}"

    direct_url = url

    @property
    def path_uri(self) -> str:
        """The same as `url`: there is no bucket that could be asked beside the server."""
        return self.url

    def download(
        self, root: str = ".", replace: bool = False, exist_ok: bool = False, api: Api | None = None
    ) -> TextIO:
        """The file, opened for reading, after its bytes were put at `root/<name>`.

        One that is there is replaced with `replace`, left alone with `exist_ok`, and else refused with ValueError. With
        `api` it is fetched through that one.
        """
        place = self._place(root)
        if os.path.exists(place) and not replace:
            if exist_ok:
                return open(place, encoding="utf-8", errors="replace")
            raise ValueError(
                f"{place} is there already; say replace=True to write over it, or exist_ok=True to leave it as it is"
            )
        source = self.run._source if api is None else api._source
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        part = f"{place}.{os.getpid()}.part"
        try:
            with open(part, "wb") as out:
                source.download(self.run.entity, self.run.project, self.run.id, self.name, out.write)
            os.replace(part, place)
        except OSError as error:
            raise CommError(f"{place} cannot be written: {error.strerror}") from None
        finally:
            if os.path.exists(part):
                os.unlink(part)
        return open(place, encoding="utf-8", errors="replace")

    def delete(self) -> None:
        """Delete it on the server."""
        run = self.run
        run._source.service.delete(file_path(run.entity, run.project, run.id, self.name))

    def _place(self, root: str) -> str:
        base = os.path.abspath(root)
        place = os.path.abspath(os.path.join(base, *self.name.split("/")))
        if os.path.commonpath([base, place]) != base:
            raise ValueError(f"the file {self.name!r} would lie outside of {root}")
        return place

    def __repr__(self) -> str:
        return f"<File {self.name} ({self.mimetype}) {_shown(self.size)}>"


def _shown(size: float) -> str:
    """
    >>> _shown(2048), _shown(5)
    ('2.0KiB', '5.0B')
    """
    units: list[Any] = ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        del units[0]
    return f"{size:.1f}{units[0]}"
