"""Certificates: which authorities are trusted, and what is wrong with a server's, in words.

They are checked, always, unless the user has said in so many words that they are not to be.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping

BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file of trusted authorities, the first one set wins. (OpenSSL itself knows only the first.)"""


UNCHECKED = ("GNOMON_INSECURE_DISABLE_SSL", "WANDB_INSECURE_DISABLE_SSL")


class BadBundle(OSError):
    """The file of authorities cannot be used; the message says which."""


def context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Trust the system's authorities, and those of the file that is named. Raises BadBundle."""
    made = ssl.create_default_context()
    if any(environ.get(name, "").strip().lower() in ("1", "true", "yes", "on") for name in UNCHECKED):
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
        return made
    for name in BUNDLES:
        place = environ.get(name)
        if not place:
            continue
        try:
            made.load_verify_locations(cafile=place)
        except OSError as error:  # ssl.SSLError is one
            why = error.strerror if error.errno and not isinstance(error, ssl.SSLError) else "no certificates are in it"
            raise BadBundle(f"the file that {name} names cannot be used: {why}. {place}") from None
        break
    return made


def reason(error: Exception, base_url: str) -> str | None:
    """What is wrong with the server's certificate; None where it is something else."""
    if isinstance(error, BadBundle):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        message = error.verify_message or str(error)
        if error.verify_code == 10:
            return f"the certificate of {base_url} has expired; its owner must renew it"
        if error.verify_code in (62, 64):
            return f"the certificate of {base_url} is for another name ({message})"
        if error.verify_code in (18, 19, 20, 21):
            return (
                f"the certificate of {base_url} is not signed by an authority this machine trusts; "
                "SSL_CERT_FILE may name the file of one that is"
            )
        return f"the certificate of {base_url} is not accepted ({message})"
    if isinstance(error, ssl.SSLError):
        return f"{base_url} does not speak TLS as expected ({error.reason or error}); is it an http:// address?"
    return None
