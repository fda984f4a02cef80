"""The files of a version, as the public API shows them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote

import msgspec

from gnomon.model import artifact as model
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.service import Service


class ArtifactFile:
    """A file of a version: `name`, `size` in bytes, `digest`, `mimetype`, `url`."""

    def __init__(self, artifact: Any, said: model.ArtifactEntry) -> None:
        self._artifact, self._said = artifact, said
        self.name, self.digest, self.mimetype = said.path, said.digest, said.mime
        self.id = f"{artifact.id}/{said.path}"
        self.md5 = None if said.ref is not None else said.digest

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self._said.size_bytes

    @property
    def url(self) -> str:
        """Its address; of a reference, that of what it refers to."""
        if self._said.ref is not None:
            return self._said.ref
        return f"{self._artifact._server.base_url}/api{self._artifact._address}/files/{quote(self.name)}"

    direct_url = path_uri = url

    def download(self, root: str = ".", replace: bool = False, exist_ok: bool = False, api: Any = None) -> TextIO:
        """The file, opened for reading, after it was put at `root/<name>`.

        One that is there is replaced with `replace`, left alone with `exist_ok`, and else refused with ArtifactError.
        `api` is not needed: the artifact knows its server.
        """
        place = os.path.join(root, *self.name.split("/"))
        if os.path.exists(place) and not replace:
            if exist_ok:
                return open(place, encoding="utf-8", errors="replace")
            raise ArtifactError(f"{place} is there already; say replace=True to write over it, or exist_ok=True")
        place = self._artifact.get_entry(self.name).download(root)
        return open(place, encoding="utf-8", errors="replace")

    def __repr__(self) -> str:
        return f"<File {self.name} ({self.mimetype}) {self.size}>"


class ArtifactFiles(Pages[ArtifactFile]):
    """The files of a version by path, those of some `names` where they are given."""

    def __init__(
        self, service: Service, artifact: Any, names: Iterable[str] | None = None, per_page: int = 50,
        start: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(per_page)
        self._service, self._artifact = service, artifact
        self._names = None if names is None else set(names)
        self._cursor = start

    @property
    def path(self) -> list[str]:
        """Where the version is: entity, project and name."""
        return [self._artifact.entity, self._artifact.project, self._artifact.name]

    @property
    def cursor(self) -> str | None:
        """Where to go on from; None at the end."""
        return self._cursor if self.more else None

    def _fetch(self) -> list[ArtifactFile]:
        said = self._service.get(self._artifact._address + "/entries", limit=self.per_page, cursor=self._cursor)
        page = msgspec.convert(said, model.ArtifactEntryPage)
        if self._names is None and self._cursor is None:
            self._total = page.total
        self._cursor, self.more = page.cursor, page.cursor is not None
        wanted = [one for one in page.entries if self._names is None or one.path in self._names]
        return [ArtifactFile(self._artifact, one) for one in wanted]

    def __repr__(self) -> str:
        return f"<ArtifactFiles {'/'.join(self.path)} ({len(self)})>"
