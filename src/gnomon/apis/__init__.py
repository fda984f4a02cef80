"""`from gnomon.apis import PublicApi`: `gnomon.Api` by the names under which integrations look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gnomon.sdk.public.api import Api as Api
    from gnomon.sdk.public.api import Api as PublicApi
    from gnomon.sdk.public.internal import InternalApi as InternalApi

_WHERE = {
    "Api": ("gnomon.sdk.public.api", "Api"),
    "PublicApi": ("gnomon.sdk.public.api", "Api"),
    "InternalApi": ("gnomon.sdk.public.internal", "InternalApi"),
}

__all__ = ["Api", "InternalApi", "PublicApi"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name in ("public", "internal"):
            return import_module(f"gnomon.apis.{name}")
        if name not in _WHERE:
            raise AttributeError(f"module 'gnomon.apis' has no attribute {name!r}")
        module, found = _WHERE[name]
        return getattr(import_module(module), found)
