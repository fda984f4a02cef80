"""What the transport does itself: proxies, certificates, redirects. Nothing leaves this machine."""

from __future__ import annotations

import select
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.shipper import answers, proxies, tls
from gnomon.sdk.shipper.transport import Transport, Unreachable, extra_headers

if sys.version_info < (3, 11):  # its http.client leaves the answer of a proxy that refuses a tunnel unclosed
    pytestmark = pytest.mark.filterwarnings(
        "ignore:unclosed <socket:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
    )

RUN = ("-", "p", "r")
NAME = "tracker.test"


class Proxy(ThreadingHTTPServer):
    """A proxy that leads every name to this machine. `asks` is the `Proxy-Authorization` it wants."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.port = self.server_address[1]
        self.asks = ""
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _ProxyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy
    timeout = 30

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def _refused(self) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers))
        if self.server.asks and headers.get("proxy-authorization") != self.server.asks:
            self.send_response(407)
            self.send_header("Proxy-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return True
        return False

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the client did not like the certificate
            pass

    def do_CONNECT(self) -> None:
        if self._refused():
            return
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as upstream:
            self.send_response(200)
            self.end_headers()
            while True:
                for side in select.select([self.connection, upstream], [], [])[0]:
                    data = side.recv(1 << 16)
                    if not data:
                        self.close_connection = True
                        return
                    (upstream if side is self.connection else self.connection).sendall(data)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._refused():
            answer = b'{"next": %d}' % len(body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)


@pytest.fixture
def between() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.stop()


def transport(url: str, environ: dict[str, str]) -> Transport:
    return Transport(url, lambda: "the-key", environ=environ, connect_secs=5.0, read_secs=5.0)


def post(url: str, environ: dict[str, str]) -> answers.Answer:
    used = transport(url, environ)
    try:
        return used.post_journal(RUN, "j", 0, b"rows")
    finally:
        used.close()


def test_http_goes_through_the_proxy_with_the_whole_address(between: Proxy) -> None:
    assert post(f"http://{NAME}:8585/base", {"http_proxy": f"http://127.0.0.1:{between.port}"}) == answers.Taken(4)
    command, path, headers = between.seen[0]
    assert (command, path) == ("POST", f"http://{NAME}:8585/base/api/runs/-/p/r/journal?journal=j&offset=0")
    assert headers["host"] == f"{NAME}:8585"
    assert "proxy-authorization" not in headers


def test_a_proxy_gets_the_user_and_password_of_its_address(between: Proxy) -> None:
    between.asks = "Basic " + b64encode(b"me:p@ss").decode()
    assert post(f"http://{NAME}", {"HTTP_PROXY": f"me:p%40ss@127.0.0.1:{between.port}"}) == answers.Taken(4)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("user", ["", "me:wrong@"])
def test_a_proxy_that_wants_another_password_is_named_and_the_password_is_not(
    between: Proxy, scheme: str, user: str
) -> None:
    between.asks = "Basic x"
    with pytest.raises(Unreachable) as raised:
        post(f"{scheme}://{NAME}", {f"{scheme}_proxy": f"http://{user}127.0.0.1:{between.port}"})
    assert f"http://127.0.0.1:{between.port}" in str(raised.value)
    assert ("does not accept" if user else "asks for a user and password") in str(raised.value)
    assert "wrong" not in str(raised.value)


def test_a_proxy_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match=f"nobody listens at http://127.0.0.1:{port}"):
        post(f"http://{NAME}", {"http_proxy": f"http://127.0.0.1:{port}"})


def test_a_kind_of_proxy_that_is_not_spoken_is_said() -> None:
    with pytest.raises(Unreachable, match=r"socks5://here:1080 is of a kind that is not supported"):
        post(f"http://{NAME}", {"all_proxy": "socks5://here:1080"})


@pytest.mark.parametrize(
    ("host", "port", "no_proxy", "direct"),
    [
        ("tracker.test", 80, "tracker.test", True),
        ("a.tracker.test", 80, "tracker.test", True),
        ("a.tracker.test", 80, ".tracker.test", True),
        ("a.tracker.test", 80, "*.tracker.test", True),
        ("mytracker.test", 80, "tracker.test", False),
        ("tracker.test", 80, "other, tracker.test:80", True),
        ("tracker.test", 81, "tracker.test:80", False),
        ("tracker.test", 80, "*", True),
        ("10.1.2.3", 80, "10.0.0.0/8", True),
        ("11.1.2.3", 80, "10.0.0.0/8", False),
        ("fd00::1", 80, "fd00::/8", True),
        ("tracker.test", 80, "", False),
        ("localhost", 80, "", True),
        ("127.0.0.1", 80, "", True),
    ],
)
def test_what_no_proxy_names_is_reached_directly(host: str, port: int, no_proxy: str, direct: bool) -> None:
    environ = {"http_proxy": "http://proxy:3128", "no_proxy": no_proxy}
    assert (proxies.chosen("http", host, port, environ) is None) == direct


@given(st.text(), st.text())
def test_no_variable_is_too_odd(named: str, no_proxy: str) -> None:
    found = proxies.chosen("http", "tracker.test", 80, {"http_proxy": named, "no_proxy": no_proxy})
    assert found is None or found.shown


def test_a_proxy_that_is_no_address_is_said() -> None:
    with pytest.raises(Unreachable, match="proxy that the environment names is of a kind that is not supported"):
        post(f"http://{NAME}", {"http_proxy": "http://[half"})


class _Redirects(BaseHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(307)
        self.send_header("Location", self.server.leads_to)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()


def test_a_redirect_is_not_followed_and_the_key_stays(between: Proxy) -> None:
    redirecting = ThreadingHTTPServer(("127.0.0.1", 0), _Redirects)
    redirecting.leads_to = f"http://127.0.0.1:{between.port}/api"  # type: ignore[attr-defined]
    threading.Thread(target=redirecting.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        answer = post(f"http://127.0.0.1:{redirecting.server_address[1]}", {})
    finally:
        redirecting.shutdown()
        redirecting.server_close()
    assert isinstance(answer, answers.Later) and f"redirects to http://127.0.0.1:{between.port}/api" in answer.message
    assert between.seen == []


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")


class Authority:
    """An authority of our own, and a server with a certificate of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundle = folder / "ca.pem"
        self._run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ours")

    def certificate(self, name: str, *, days: int = 2, signed: bool = True) -> Path:
        (self.folder / "names").write_text(f"subjectAltName={name}")
        if signed:
            self._run("req -newkey rsa:2048 -nodes -keyout key.pem -out asked.pem -subj /CN=server")
            self._run(
                f"x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -extfile names "
                "-out cert.pem"
            )
        else:
            self._run(
                f"req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=self "
                f"-addext subjectAltName={name}"
            )
        place = self.folder / "both.pem"
        place.write_text((self.folder / "key.pem").read_text() + (self.folder / "cert.pem").read_text())
        return place

    def _run(self, command: str) -> None:
        subprocess.run(["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secure(authority: Authority) -> Iterator[Any]:
    made: list[Any] = []

    def serve(name: str, **how: Any) -> str:
        server = Proxy()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.certificate(name, **how))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        made.append(server)
        return f"https://localhost:{server.port}"

    yield serve
    for server in made:
        server.stop()


@needs_openssl
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_trusted_where_a_variable_names_it(
    secure: Any, authority: Authority, variable: str
) -> None:
    assert post(secure("DNS:localhost"), {variable: str(authority.bundle)}) == answers.Taken(4)


@needs_openssl
def test_https_goes_through_a_tunnel_and_the_proxy_does_not_see_the_key(
    secure: Any, authority: Authority, between: Proxy
) -> None:
    url = secure(f"DNS:{NAME}").replace("localhost", NAME)
    environ = {"https_proxy": f"http://me:word@127.0.0.1:{between.port}", "SSL_CERT_FILE": str(authority.bundle)}
    between.asks = "Basic " + b64encode(b"me:word").decode()
    assert post(url, environ) == answers.Taken(4)
    ((command, path, headers),) = between.seen
    assert (command, path) == ("CONNECT", url.removeprefix("https://"))
    assert "authorization" not in headers


@needs_openssl
@pytest.mark.parametrize(
    ("name", "how", "trusted", "said"),
    [
        ("DNS:localhost", {}, False, "not signed by an authority this machine trusts"),
        ("DNS:localhost", {"signed": False}, False, "not signed by an authority this machine trusts"),
        ("DNS:elsewhere", {}, True, "is for another name"),
        ("DNS:localhost", {"days": 0}, True, "has expired"),
    ],
)
def test_a_certificate_that_is_not_right_is_explained_and_nothing_is_sent(
    secure: Any, authority: Authority, name: str, how: dict[str, Any], trusted: bool, said: str
) -> None:
    url = secure(name, **how)
    with pytest.raises(Unreachable, match=said) as raised:
        post(url, {"SSL_CERT_FILE": str(authority.bundle)} if trusted else {})
    assert url in str(raised.value)


@needs_openssl
def test_rows_stay_and_the_reason_is_said_once_where_the_certificate_is_not_trusted(
    secure: Any, a_script: Any, aboard: Any
) -> None:
    script = a_script(secure("DNS:localhost"))
    script.log(3)
    script.finish()
    ship = aboard(script, live=False, patience_secs=1.5)
    outcome = ship.wait()
    assert (outcome.complete, outcome.rows_left) == (False, 3)
    assert len([line for line in ship.said if "not signed by an authority" in line]) == 1


def test_a_server_that_speaks_no_tls_is_said(between: Proxy) -> None:
    with pytest.raises(Unreachable, match="does not speak TLS as expected"):
        post(f"https://127.0.0.1:{between.port}", {})


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    place = tmp_path / "ca.pem"
    if content is not None:
        place.write_text(content)
    with pytest.raises(Unreachable, match=f"SSL_CERT_FILE names cannot be used: .*{place}"):
        post("https://127.0.0.1:1", {"SSL_CERT_FILE": str(place)})


@pytest.mark.parametrize("cut", [False, True])
def test_a_download_that_is_cut_off_is_no_success(cut: bool) -> None:
    """Pieces are taken as they come, and the answer counts once its end was seen."""

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n")
            if not cut:
                connection.sendall(b"0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        transport = Transport(f"http://127.0.0.1:{listening.getsockname()[1]}", lambda: "k", environ={})
        pieces: list[bytes] = []
        if cut:
            with pytest.raises(Unreachable, match="ended early"):
                transport.download("GET", "/x", None, {}, pieces.append)
        else:
            assert transport.download("GET", "/x", None, {}, pieces.append).status == 200
            assert b"".join(pieces) == b"abcdefg"
        transport.close()
        thread.join(10)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", {}),
        ('{"X-Team": "a", "X-Odd\\r\\nAuthorization": "b", "X-B": "c\\n"}', {"X-Team": "a"}),
        ("[1]", {}),
        ("{", {}),
    ],
)
def test_headers_of_the_environment_are_added_and_break_nothing(said: str, meant: dict[str, str]) -> None:
    assert extra_headers({"GNOMON_X_EXTRA_HTTP_HEADERS": said}) == meant
    assert extra_headers({"WANDB_X_EXTRA_HTTP_HEADERS": said}) == meant


def test_certificates_go_unchecked_only_where_that_is_said_in_so_many_words() -> None:
    for value, checked in (("", True), ("false", True), ("true", False), ("1", False)):
        made = tls.context({"WANDB_INSECURE_DISABLE_SSL": value})
        assert (made.verify_mode is ssl.CERT_REQUIRED, made.check_hostname) == (checked, checked)
