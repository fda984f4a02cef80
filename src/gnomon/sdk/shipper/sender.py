"""Transmit: send what the journals owe, in order, one request at a time, until the server has it.

The server's answers are the truth. Nothing here is remembered beyond the process: a sender that starts anew
asks the server where to go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random

from gnomon.protocol import journal
from gnomon.sdk.shipper import answers
from gnomon.sdk.shipper.tail import Batch, Tail
from gnomon.sdk.shipper.transport import Address, Transport, Unreachable

LEAST_BATCH_BYTES = 16 << 10
FIRST_BATCH_BYTES = 128 << 10
MOST_BATCH_BYTES = 4 << 20
MOST_DAMAGE_BYTES = 64 << 20
HEARTBEAT_SECS = 30.0
GAP_SECS = 0.2
"""Rows that come without a pause are merged for that long, so that a request is worth its cost."""


class Stream:
    """One journal on its way: its tail, its id, and what the server has of it."""

    def __init__(self, tail: Tail, journal_id: str) -> None:
        self.tail, self.journal_id = tail, journal_id
        self.acked = 0
        self.hopeless_at = -1
        """Bytes up to here hold no whole frame that the server would take; wait for more."""
        self.reach_bytes = 0
        """How far a batch must reach to end behind damage."""
        self.refused_frame: tuple[int, int] | None = None
        self.refused_bytes = 0

    @property
    def owes(self) -> bool:
        """Whether there is anything the server could take now."""
        whole = self.tail.whole
        return self.acked < whole and whole != self.hopeless_at


class Sender(threading.Thread):
    """Sends the journals of one run. The fields without underscore may be read by other threads."""

    def __init__(
        self,
        transport: Transport,
        run: Address,
        *,
        say: Callable[[str], None],
        keep_refused: Callable[[str, int, bytes], None],
        on_stop: Callable[[], None] = lambda: None,
        fresh: bool = False,
        chance: Random | None = None,
        heartbeat_secs: float = HEARTBEAT_SECS,
        gap_secs: float = GAP_SECS,
        longest_pause_secs: float = answers.MAX_WAIT_SECS,
    ) -> None:
        super().__init__(name="gnomon-sender", daemon=True)
        self.streams: list[Stream] = []
        self.run_address = run
        self.begun = threading.Event()
        """Set once the server knows the run."""
        self.on_begun: Callable[[], None] = lambda: None
        """Called then, in the sender's thread."""
        self.gone = ""
        """Why nothing more will ever be sent: the run was deleted, or its beginning is refused."""
        self.error = ""
        """Why nothing arrives at the moment; empty while all is well."""
        self.signed_out = False
        self.url = ""
        self.progress_at = time.monotonic()
        self.version = 0
        """Counts what changed, for the mark."""
        self.closing = False
        """The script has ended: do not merge, do not wait long."""
        self._transport, self._say, self._keep_refused, self._on_stop = transport, say, keep_refused, on_stop
        self._chance = chance or Random()
        self._heartbeat_secs, self._gap_secs = heartbeat_secs, gap_secs
        self._longest_pause_secs = longest_pause_secs
        self._wake = threading.Condition()
        self._woken = False
        self._heeds = True
        self._stopped = False
        self._limit = FIRST_BATCH_BYTES
        self._failures = 0
        self._retry_at = 0.0
        self._last_post = 0.0
        self._sent_last: Stream | None = None
        self._asked_offsets = fresh
        self._retried_from_start = False
        self._said: set[str] = set()

    # What the supervisor calls

    def wake(self) -> None:
        """There is something new: rows, or the end of the script."""
        with self._wake:
            self._woken = True
            if self._heeds or self.closing or self._stopped:  # rows that are merged anyway need no switch of threads
                self._wake.notify()

    def close_soon(self) -> None:
        """The script has ended: send the rest without merging, and try again sooner."""
        if not self.closing:
            self.closing = True
            self._retry_at = min(self._retry_at, time.monotonic() + 0.5)
            self._transport.read_secs = min(self._transport.read_secs, 8.0)
            self._transport.connect_secs = min(self._transport.connect_secs, 5.0)
            self.wake()

    def stop(self) -> None:
        """Leave, and do not wait for an answer under way: whoever comes next asks the server where it is."""
        self._stopped = True
        self.wake()
        self._transport.abort()

    @property
    def done(self) -> bool:
        """Whether the server has everything it could take."""
        return not any(stream.owes for stream in self.streams)

    # The loop

    def run(self) -> None:
        """Send until stopped or refused for good."""
        while not self._stopped and not self.gone:
            stream = self._next_stream()
            now = time.monotonic()
            if now < self._retry_at:
                self._sleep(self._retry_at - now)
            elif stream is not None:
                gap = 0.0 if self.closing else self._last_post + self._gap_secs - now
                if gap > 0 and stream.tail.whole - stream.acked < self._limit:
                    self._sleep(gap, ignore_wake=True)
                else:
                    self._send(stream)
            elif self.begun.is_set() and not self.closing and now - self._last_post >= self._heartbeat_secs:
                self._beat()
            else:
                self._sleep(max(0.05, self._last_post + self._heartbeat_secs - now) if self.begun.is_set() else 5.0)
        self._transport.close()

    def _next_stream(self) -> Stream | None:
        """The main journal goes first until the run is known; then they take turns, since one may always owe."""
        if not self.begun.is_set():
            for stream in self.streams:
                if stream.owes:
                    return stream
                if stream.acked == 0:
                    return None
            return None
        turn = self.streams.index(self._sent_last) + 1 if self._sent_last in self.streams else 0
        return next((stream for stream in [*self.streams[turn:], *self.streams[:turn]] if stream.owes), None)

    def _sleep(self, secs: float, ignore_wake: bool = False) -> None:
        until = time.monotonic() + secs
        with self._wake:
            self._heeds = not ignore_wake
            while not self._stopped and (ignore_wake or not self._woken):
                left = until - time.monotonic()
                if left <= 0 or (ignore_wake and self.closing):
                    break
                self._wake.wait(left)
            self._woken = False

    def _send(self, stream: Stream) -> None:
        self._sent_last = stream
        if not self._asked_offsets and not self._ask_offsets():
            return
        if not stream.owes:
            return
        batch = stream.tail.batch(stream.acked, max(self._limit, stream.reach_bytes))
        if batch is None:
            return
        if stream.refused_frame is not None:
            batch = _without(batch, stream.refused_frame)
        answer = self._post(stream, batch.start, batch.data)
        if isinstance(answer, answers.Taken):
            self._taken(stream, batch, answer.next_offset)
        elif isinstance(answer, answers.Rewind):
            self._rewound(stream, batch, answer.next_offset)
        elif isinstance(answer, answers.Refused | answers.TooLarge):
            self._refused(stream, batch, answer.message)
        elif isinstance(answer, answers.Gone):
            if batch.start > 0 and not answer.deleted and not self._retried_from_start:
                # A server that lost everything does not know the run either: offer it from the beginning once.
                self._retried_from_start = True
                for each in self.streams:
                    each.acked, each.hopeless_at = 0, -1
                self.version += 1
            else:
                self._give_up(f"the server has no such run any more ({answer.message}); the rows stay on this disk")

    def _ask_offsets(self) -> bool:
        try:
            offsets = self._transport.offsets(self.run_address)
        except Unreachable as error:
            self._failed(str(error))
            return False
        if offsets:
            for stream in self.streams:
                stream.acked = min(offsets.get(stream.journal_id, 0), stream.tail.size())
            self._begin()
            self.version += 1
        self._asked_offsets = True  # no answer is no harm: the first request will tell
        return True

    def _beat(self) -> None:
        stream = self.streams[0]
        answer = self._post(stream, stream.acked, b"")
        if isinstance(answer, answers.Rewind) or (
            isinstance(answer, answers.Taken) and answer.next_offset < stream.acked
        ):
            self._rewound(stream, None, answer.next_offset)
        elif isinstance(answer, answers.Gone):
            self._give_up(f"the server has no such run any more ({answer.message}); the rows stay on this disk")

    def _post(self, stream: Stream, offset: int, data: bytes) -> answers.Answer | None:
        """One request, with what is common to all answers done; None where it is to be tried again."""
        started = time.monotonic()
        try:
            answer = self._transport.post_journal(self.run_address, stream.journal_id, offset, data)
        except Unreachable as error:
            if len(data) > LEAST_BATCH_BYTES and time.monotonic() - started > 1.0:
                self._limit = max(LEAST_BATCH_BYTES, min(self._limit, len(data)) // 4)
            self._failed(str(error))
            return None
        self._last_post = time.monotonic()
        if isinstance(answer, answers.SignIn):
            self._signed_out(answer.message)
            return None
        if isinstance(answer, answers.Later):
            self._failed(answer.message, answer.told_secs)
            return None
        self._recovered()
        if isinstance(answer, answers.Taken):
            self._adapt(len(data), self._last_post - started)
            if answer.url and answer.url != self.url:
                self.url = answer.url
                self.version += 1
            if answer.stop:
                self._on_stop()
        return answer

    def _taken(self, stream: Stream, batch: Batch, next_offset: int) -> None:
        self._begin()
        self._retried_from_start = False
        if next_offset > stream.acked:
            stream.acked, stream.reach_bytes, stream.hopeless_at = next_offset, 0, -1
            if stream.refused_frame is not None and next_offset >= stream.refused_frame[1]:
                stream.refused_frame = None
            self.progress_at = time.monotonic()
            self.version += 1
        elif next_offset < batch.start:
            self._rewound(stream, batch, next_offset)
        else:  # no whole frame for the server in all that: damage that reaches to the end of the batch
            self._reach_further(stream, batch)

    def _reach_further(self, stream: Stream, batch: Batch) -> None:
        if batch.end >= stream.tail.whole or batch.end - batch.start >= MOST_DAMAGE_BYTES:
            stream.hopeless_at = batch.end
            self.version += 1
        else:
            stream.reach_bytes = 2 * (batch.end - batch.start)

    def _rewound(self, stream: Stream, batch: Batch | None, next_offset: int) -> None:
        if batch is not None and next_offset >= batch.end:
            self._taken(stream, batch, next_offset)
            return
        if next_offset != stream.acked:
            self._say(
                f"the server has {next_offset} of {stream.acked} bytes of {stream.tail.name}: sending the rest again"
            )
        stream.acked, stream.hopeless_at = next_offset, -1
        self.version += 1

    def _refused(self, stream: Stream, batch: Batch, message: str) -> None:
        """Halve the batch until one frame is left: that one is set aside, and blanks go in its place."""
        smallest = stream.tail.batch(batch.start, 1)
        if stream.refused_frame is None and smallest is not None and smallest.end < batch.end:
            self._limit = max(1, (batch.end - batch.start) // 2)
            return
        starts = [found.start for found in journal.frames(batch.data, batch.start)]
        ends = [found.end for found in journal.frames(batch.data, batch.start)]
        while len(ends) > 1:
            ends = ends[: len(ends) // 2]
            part = Batch(batch.start, ends[-1], batch.data[: ends[-1] - batch.start])
            answer = self._post(stream, part.start, part.data)
            if isinstance(answer, answers.Taken):
                self._taken(stream, part, answer.next_offset)
                return
            if not isinstance(answer, answers.Refused | answers.TooLarge):
                return
            batch, message = part, answer.message
        if batch.start == 0 or not self.begun.is_set():
            self._give_up(f"the server does not take this run ({message}); the rows stay on this disk")
        else:
            self._set_aside(stream, batch, starts[0] if starts else batch.start, message)

    def _set_aside(self, stream: Stream, batch: Batch, start: int, message: str) -> None:
        """Keep the frame from `start` to the end of the batch; what lies before it is blank already."""
        end = batch.end
        self._say_once(f"the server refused a record ({message}); it stays on this disk, the others go on")
        self._keep_refused(stream.tail.name, start, batch.data[start - batch.start :])
        stream.refused_bytes += end - start
        stream.refused_frame = (batch.start, end)
        if end >= stream.tail.whole:
            stream.hopeless_at = stream.tail.whole
        else:
            stream.reach_bytes = end - batch.start + LEAST_BATCH_BYTES
        self.version += 1

    def _adapt(self, size: int, took_secs: float) -> None:
        """Batches as large as the line carries in about a second."""
        if took_secs > 5.0:
            self._limit = max(LEAST_BATCH_BYTES, self._limit // 2)
        elif took_secs < 1.0 and size >= self._limit // 2:
            self._limit = min(MOST_BATCH_BYTES, self._limit * 2)

    def _failed(self, message: str, told_secs: float | None = None) -> None:
        self._failures += 1
        longest = min(2.0, self._longest_pause_secs) if self.closing else self._longest_pause_secs
        self._retry_at = time.monotonic() + answers.wait_secs(self._failures, self._chance, told_secs, longest)
        if message != self.error:
            self.error = message
            self.version += 1
            self._say_once(f"{message}; the rows are on this disk and are sent when it can be reached")

    def _signed_out(self, message: str) -> None:
        self.signed_out = True
        self._failures = max(self._failures + 1, 6)
        self._retry_at = time.monotonic() + answers.wait_secs(self._failures, self._chance)
        url = self._transport.base_url
        state = "the API key is not right" if self._transport.has_key else "not signed in"
        self.error = f"{state} ({message}). `gnomon login --host {url}` mends it; the rows are on this disk."
        self.version += 1
        self._say_once(self.error)
        self._transport.look_for_key()

    def _begin(self) -> None:
        if not self.begun.is_set():
            self.begun.set()
            self.on_begun()

    def _recovered(self) -> None:
        if self._failures:
            self._failures = 0
            self.error, self.signed_out = "", False
            self.version += 1
            self._said.clear()
            self._say("the server answers again")
            self.on_begun()

    def _give_up(self, message: str) -> None:
        self.gone = self.error = message
        self.version += 1
        self._say_once(message)

    def _say_once(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            self._say(message)


def _without(batch: Batch, refused: tuple[int, int]) -> Batch:
    """The batch with the refused frame blanked."""
    start, end = max(refused[0], batch.start) - batch.start, min(refused[1], batch.end) - batch.start
    if start >= end:
        return batch
    return batch._replace(data=batch.data[:start] + answers.blanked(batch.data[start:end]) + batch.data[end:])
