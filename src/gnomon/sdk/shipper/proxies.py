"""Which proxy HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY ask for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

LOCAL = ("localhost", "127.0.0.1", "::1")


class Proxy(NamedTuple):
    """Where to go instead of to the server."""

    scheme: str
    host: str
    port: int
    authorization: str
    """The value of `Proxy-Authorization`; empty without a user."""

    @property
    def usable(self) -> bool:
        """Only the plain kind is spoken here, neither SOCKS nor TLS to the proxy itself."""
        return self.scheme == "http"

    @property
    def shown(self) -> str:
        """Its address for messages, without user and password."""
        return f"{self.scheme}://{bracketed(self.host)}:{self.port}" if self.host else "that the environment names"

    def refusal(self) -> str:
        """What to say when it asks for a password."""
        said = "does not accept the user and password" if self.authorization else "asks for a user and password"
        return f"the proxy {self.shown} {said} of HTTP_PROXY or HTTPS_PROXY (http://user:password@host:port)"


UNREADABLE = Proxy("", "", 0, "")
"""What the variables say is no address. Going past the proxy that was meant could be what must not happen."""


def chosen(scheme: str, host: str, port: int, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy on the way to a server; None where it is reached directly, as this machine always is."""
    named = ""
    for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY"):
        if name == "HTTP_PROXY" and "REQUEST_METHOD" in environ:  # a CGI script gets that one from its caller
            continue
        named = named or environ.get(name, "").strip()
    if not named or host in LOCAL or _bypassed(host, port, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
        return None
    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
    except ValueError:
        return UNREADABLE
    if not parts.hostname:
        return UNREADABLE
    authorization = ""
    if parts.username:
        from base64 import b64encode
        from urllib.parse import unquote

        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + b64encode(secret.encode()).decode()
    return Proxy(parts.scheme.lower(), parts.hostname, port_of(parts) or 80, authorization)


def port_of(parts: SplitResult) -> int | None:
    """The port of an address; None where it names none, or none that can be."""
    try:
        return parts.port
    except ValueError:
        return None


def bracketed(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def _bypassed(host: str, port: int, no_proxy: str) -> bool:
    """NO_PROXY: names (and what lies below them), addresses and networks, each perhaps with a port; `*` is all."""
    for word in (entry.strip().lower() for entry in no_proxy.split(",")):
        if word == "*":
            return True
        name, _, its_port = word.rpartition(":") if word.count(":") == 1 else (word, "", "")
        if not name or (its_port and its_port != str(port)):
            continue
        suffix = name.lstrip("*").lstrip(".")
        if suffix and (host == suffix or host.endswith("." + suffix)):
            return True
        if ("/" in name or ":" in name) and _in_network(host, name):
            return True
    return False


def _in_network(host: str, network: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(host) in ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False
