"""`gnomon.apis.internal.Api`: see `gnomon.sdk.public.internal`."""

from gnomon.sdk.public.internal import InternalApi as Api

__all__ = ["Api"]
