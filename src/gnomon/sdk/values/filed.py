"""What values with one file have in common: into a run, into an artifact, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk.values.content import Content
from gnomon.sdk.values.media import Place, Shelf, file_name

if TYPE_CHECKING:
    from typing_extensions import Self


class Filed:
    """A value whose bytes are one file. Each kind says its `_type`, its folder and what it tells besides."""

    suffix: ClassVar[str]
    folder: ClassVar[str]
    """Where its files are, in a run and in an artifact."""

    def __init__(self, content: Content, caption: str | None = None) -> None:
        self.caption = None if caption is None else str(caption)
        self._content = content
        self._kept: tuple[str | None, dict[str, Any]] | None = None

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Bring the bytes to the run folder; the value that stands for them."""
        return {"_type": self.suffix, **self._in_run(place, key, step), **self._told()}

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any] | list[dict[str, Any]]:
        """One value for each, where a kind has none for a list."""
        return [item.bound(place, key, step) for item in items]

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """Put the bytes on the shelf; the JSON object that stands for them."""
        return {"_type": self.suffix, **self._content.shelve(shelf, self.folder), **self._told()}

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Self:
        """The value back from what `stored` returned."""
        return cls._opened(shelf.open_path(said["path"]), said)

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        """A value of this kind from its file and what was told of it."""
        raise NotImplementedError

    def _told(self) -> dict[str, Any]:
        """What the value says besides where its bytes are."""
        return {} if self.caption is None else {"caption": self.caption}

    def _in_run(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """`path`, and `sha256` and `size` where known; the bytes go there the first time it is logged into the run."""
        if self._kept is None or self._kept[0] != place.folder:
            path = file_name(self.folder, key, step, self._content.extension)
            self._kept = (place.folder, {"path": path, **self._content.keep(place, path)})
        return self._kept[1]


def captions_of(items: list[Any]) -> list[str] | bool:
    """The captions of a list, or False where none has one."""
    return [item.caption or "" for item in items] if any(item.caption for item in items) else False
