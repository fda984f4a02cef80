"""A file of this disk, put on a server."""

from __future__ import annotations

import os

from gnomon.sdk.artifacts import digests
from gnomon.sdk.errors import CommError
from gnomon.sdk.service import Service
from gnomon.sdk.shipper.uploads import already_there


def upload(service: Service, address: str, place: str) -> None:
    """Send a file to an address of files, its digest first: bytes that the project has already are not sent.

    Raises CommError where it cannot be read, or changes meanwhile.
    """
    try:
        with open(place, "rb") as file:
            headers = {"X-Gnomon-Digest": digests.sha256(file), "Content-Type": "application/octet-stream"}
            offered = service.request("PUT", address, b"", headers={**headers, "X-Gnomon-Offer": "1"}, repeatable=True)
            if already_there(offered):
                return
            file.seek(0)
            size = os.fstat(file.fileno()).st_size
            service.request("PUT", address, file, headers=headers, size=size, repeatable=False)
    except OSError as error:
        raise CommError(f"{place} cannot be read: {error.strerror}") from None
