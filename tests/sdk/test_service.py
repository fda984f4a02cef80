"""Questions to a server: tried again when that is harmless, and told of in words when it fails."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import pytest

from gnomon.sdk.errors import AuthenticationError, CommError
from gnomon.sdk.service import NotThere, Service, path


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """What is answered: a status, a body (bytes, or a value as JSON), headers, and how long that takes."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = MappingProxyType({})
    secs: float = 0.0
    cut: int = 0
    """So many bytes are promised and never sent."""


class Little:
    """A server that gives its answers in turn, the last one for ever, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer(200, {"ok": True})]
        self.asked: list[Asked] = []
        self.url = ""
        self.connections = 0

    def says(self, *answers: Answer) -> None:
        self.answers = list(answers)


def refusal(status: int, message: str = "no", **headers: str) -> Answer:
    return Answer(status, {"error": {"kind": "X", "message": message}}, headers)


@pytest.fixture
def little() -> Iterator[Little]:
    said = Little()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            said.connections += 1
            super().setup()

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said.asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
            answer = said.answers.pop(0) if len(said.answers) > 1 else said.answers[0]
            time.sleep(answer.secs)
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data) + answer.cut))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                return  # nobody waits any more
            self.close_connection = bool(answer.cut)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield said
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def service(little: Little) -> Iterator[Service]:
    made = Service(little.url, "k" * 40, timeout_secs=5, environ={})
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses between tries are noted, not waited."""
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append, monotonic=time.monotonic, time=time.time)
    monkeypatch.setattr("gnomon.sdk.service.time", clock)
    return waited


def test_a_question_has_the_key_the_query_and_json(little: Little, service: Service) -> None:
    assert service.get("/a", limit=3, none=None, many=["x", "y"]) == {"ok": True}
    assert service.post("/b", {"x": 1}, dry="yes") == {"ok": True}
    first, second = little.asked
    assert (first.method, first.path) == ("GET", "/api/a?limit=3&many=x&many=y")
    assert first.headers["Authorization"] == "Bearer " + "k" * 40 and first.headers["User-Agent"] == "gnomon-api"
    assert (second.path, second.body) == ("/api/b?dry=yes", b'{"x":1}')
    assert second.headers["Content-Type"] == "application/json"


def test_an_answer_without_a_body_is_none(little: Little, service: Service) -> None:
    little.says(Answer(204))
    assert service.delete("/x") is None and service.put("/x", {}) is None and service.patch("/x", {}) is None


def test_one_connection_serves_a_thread_and_each_thread_has_its_own(little: Little, service: Service) -> None:
    for _ in range(3):
        service.get("/a")
    assert little.connections == 1
    thread = threading.Thread(target=service.get, args=("/a",))
    thread.start()
    thread.join()
    assert little.connections == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_question_that_changes_nothing_is_asked_again(
    little: Little, service: Service, no_pauses: list[float], status: int
) -> None:
    little.says(refusal(status), Answer(status, b"<html>"), Answer(200, [1]))
    assert service.get("/a") == [1]
    assert len(little.asked) == 3 and len(no_pauses) == 2 and no_pauses[0] > 0


def test_the_pause_is_what_the_server_says(little: Little, service: Service, no_pauses: list[float]) -> None:
    little.says(refusal(503, **{"Retry-After": "2"}), Answer(200, 1))
    assert service.get("/a") == 1
    assert no_pauses == [pytest.approx(2.0, abs=1.1)] and no_pauses[0] >= 2


def test_a_pause_longer_than_there_is_time_is_not_waited(little: Little, service: Service) -> None:
    little.says(refusal(503, "come back tomorrow", **{"Retry-After": "86400"}))
    with pytest.raises(CommError, match="come back tomorrow"):
        service.get("/a")
    assert len(little.asked) == 1


@pytest.mark.parametrize("status", [502, 504])
def test_what_may_have_been_done_is_not_done_twice(little: Little, service: Service, status: int) -> None:
    little.says(Answer(status, b""), Answer(200, 1))
    with pytest.raises(CommError, match=f"answered {status}"):
        service.post("/a", {})
    assert len(little.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_what_was_certainly_not_done_is_asked_again(little: Little, service: Service, status: int) -> None:
    little.says(refusal(status), Answer(200, 1))
    assert service.post("/a", {}) == 1


def test_what_is_said_to_be_repeatable_is_asked_again(little: Little, service: Service) -> None:
    little.says(Answer(502, b""), Answer(200, 1))
    assert service.post("/a", {}, repeatable=True) == 1


def test_a_key_that_is_not_known_is_an_authentication_error(little: Little, service: Service) -> None:
    little.says(refusal(401, "This API key is not known here"))
    with pytest.raises(AuthenticationError, match="This API key is not known here"):
        service.get("/a")
    little.says(Answer(401, b""))
    with pytest.raises(AuthenticationError, match="gnomon login"):
        service.get("/a")


def test_what_is_not_there_is_told_from_a_server_that_is_another(little: Little, service: Service) -> None:
    little.says(refusal(404, "There is no run 'x'"))
    with pytest.raises(NotThere, match="There is no run 'x'"):
        service.get("/a")
    little.says(Answer(404, b"<html>not found</html>"))
    with pytest.raises(CommError, match="does not look like a Gnomon server") as raised:
        service.get("/a")
    assert not isinstance(raised.value, NotThere)


@pytest.mark.parametrize("status", [400, 403, 409, 500])
def test_a_refusal_is_said_in_the_servers_words(little: Little, service: Service, status: int) -> None:
    little.says(refusal(status, "because of this"))
    with pytest.raises(CommError, match="because of this"):
        service.get("/a")
    assert len(little.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"{"], ids=["html", "bytes", "half"])
def test_an_answer_that_is_no_json_says_so(little: Little, service: Service, body: bytes) -> None:
    little.says(Answer(200, body))
    with pytest.raises(CommError, match="is no JSON; is it a Gnomon server"):
        service.get("/a")


def test_nobody_listening_is_said_once_there_is_no_time_left(no_pauses: list[float]) -> None:
    with pytest.raises(CommError, match="nobody listens at http://127.0.0.1:1"):
        Service("http://127.0.0.1:1", "k" * 40, timeout_secs=0.2, environ={}).get("/a")


def test_an_answer_that_does_not_come_in_time_is_given_up(little: Little) -> None:
    little.says(Answer(200, 1, secs=1.0))
    service = Service(little.url, "k" * 40, timeout_secs=0.2, environ={})
    began = time.monotonic()
    with pytest.raises(CommError, match="no answer in time"):
        service.get("/a")
    assert time.monotonic() - began < 1.0
    service.close()


def test_a_connection_that_was_closed_meanwhile_is_opened_again(little: Little, service: Service) -> None:
    little.says(Answer(200, 1, {"Connection": "close"}))
    assert service.get("/a") == service.get("/a") == 1
    assert little.connections == 2


def test_bytes_come_piece_by_piece(little: Little, service: Service) -> None:
    data = bytes(range(256)) * 10_000
    little.says(Answer(200, data))
    found = bytearray()
    reply = service.download("/a", found.extend, method="POST", body=b"{}", headers={"Accept": "x/y"})
    assert bytes(found) == data and reply.status == 200
    assert little.asked[0].method == "POST" and little.asked[0].headers["Accept"] == "x/y"


def test_bytes_that_end_early_are_an_error_and_never_a_short_success(little: Little, service: Service) -> None:
    little.says(Answer(200, b"half", cut=4))
    found = bytearray()
    with pytest.raises(CommError, match="ended early"):
        service.download("/a", found.extend)
    assert bytes(found) == b"half"


def test_a_long_answer_that_ends_early_is_asked_for_again_from_its_start(little: Little, service: Service) -> None:
    data = bytes(range(256)) * 100_000
    little.says(Answer(200, data[:1000], cut=4), Answer(503, b""), Answer(200, data))
    assert service.read("/a", method="POST", body=b"{}") == data
    assert [asked.method for asked in little.asked] == ["POST"] * 3
    little.says(refusal(400, "no such key"))
    with pytest.raises(CommError, match="no such key"):
        service.read("/a")


def test_a_download_that_is_refused_takes_nothing(little: Little, service: Service) -> None:
    little.says(refusal(404, "There is no file 'x'"))
    with pytest.raises(NotThere, match="There is no file 'x'"):
        service.download("/a", lambda data: pytest.fail("nothing may be taken"))


def test_a_file_is_sent_with_its_size(little: Little, service: Service) -> None:
    service.request("PUT", "/f", BytesIO(b"12345"), size=5, headers={"X-Gnomon-Digest": "d"})
    (asked,) = little.asked
    assert asked.body == b"12345" and asked.headers["Content-Length"] == "5"
    assert asked.headers["X-Gnomon-Digest"] == "d"


def test_paths_may_hold_anything() -> None:
    assert path("runs", "ann", "a/b", "ü ?") == "/runs/ann/a%2Fb/%C3%BC%20%3F"


def test_connections_are_closed_with_the_service(little: Little) -> None:
    service = Service(little.url, "k" * 40, environ={})
    service.get("/a")
    transport = service._transport()
    del service
    assert transport._connection is None
