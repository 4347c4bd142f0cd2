"""A session with a gateway that keeps itself connected."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, AsyncIterator, Callable, Literal, Optional, overload

from .connection import Connection, TicketSource, encode
from .emitter import Emitter
from .errors import LiluxError
from .frames import (
    ApprovalRequest,
    ApprovalSettled,
    BudgetNotice,
    Approve,
    Call,
    CommitFrame,
    ContextWarmed,
    ErrorFrame,
    Hello,
    PredictionFrame,
    ResumePoint,
    ServerFrame,
    SessionEvent,
    SessionStart,
    Submit,
    ThoughtDelta,
    TurnEnd,
)
from .mailbox import Mailbox
from .open_turns import OpenTurn, OpenTurns, TurnLost
from .replies import Replies
from .state import Backoff, ConnectionState, StateChange

FRAMES_UNREAD_MAX = 10_000
#: Until a session says what its gateway takes; what it takes unless told.
FRAME_BYTES_MAX = 49_024
FRAMES_PER_SECOND = 50

Stop = Callable[[], None]


class ClientTurn:
    """One committed line."""

    def __init__(self, client: LiluxClient, turn: OpenTurn) -> None:
        self._client = client
        self._turn = turn

    @property
    def turn_id(self) -> str:
        return self._turn.turn_id

    @property
    def events(self) -> AsyncIterator[SessionEvent]:
        """From `turn-accepted` to `turn-end`, in order, for one reader.

        A turn that was refused, or lost with its session, ends with a `turn-end` of offset 0, made here, that
        holds the error.
        """
        return self._turn.events.__aiter__()

    async def ended(self) -> TurnEnd:
        """Its `turn-end`, whatever its outcome: it raises nothing of the turn's."""
        return await asyncio.shield(self._turn.ended)

    async def result(self) -> TurnEnd:
        """Its `turn-end` when it completed; raises the turn's `LiluxError` otherwise."""
        end = await self.ended()
        if end["outcome"] == "completed":
            return end
        error = end.get("error")
        raise LiluxError("cancelled" if end["outcome"] == "cancelled" else "interrupted") if (
            error is None
        ) else LiluxError.from_body(error)

    def confirm(self, call_id: str, approve: bool) -> None:
        self._client.confirm(self.turn_id, call_id, approve)

    def cancel(self) -> None:
        self._client.cancel(self.turn_id)


class LiluxClient:
    """Reconnects with jittered backoff, and resumes without a hole or a repeat.

    Where the server says that it could not, turns that have not ended are reported as `turn-lost`. Lines that
    were committed while disconnected are sent once connected, and those that the server has not accepted are
    sent again under the same id, so each runs at most once. Keystrokes are newest-wins and never kept.

    Use it as an async context manager. All methods belong to one event loop.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: Optional[str] = None,
        ticket: Optional[TicketSource] = None,
        resume: Optional[ResumePoint] = None,
        traceparent: Optional[str] = None,
        backoff: Backoff = Backoff(),
        answer_within_s: float = 10.0,
    ) -> None:
        self._emitter = Emitter()
        self._turns = OpenTurns()
        self._replies = Replies()
        self._readers: set[Mailbox[ServerFrame]] = set()
        self._state: ConnectionState = "connecting"
        self._session: Optional[SessionStart] = None
        self._point: Optional[ResumePoint] = resume
        self._prediction: Optional[PredictionFrame] = None
        self._traceparent = traceparent
        self._seq = 0
        self._changed = asyncio.Event()
        self._closed_by: Optional[LiluxError] = None
        self._task: Optional[asyncio.Task[None]] = None
        self._connection = Connection(
            url,
            api_key=api_key,
            ticket=ticket,
            backoff=backoff,
            answer_within_s=answer_within_s,
            on_open=self._say_hello,
            on_frame=self._take_frame,
            on_state=self._take_state,
        )

    async def __aenter__(self) -> LiluxClient:
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection for good. The session lives on at the server for its resume window."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._state != "closed":
            self._take_state(StateChange("closed"))

    @property
    def state(self) -> ConnectionState:
        return self._state

    @property
    def session(self) -> Optional[SessionStart]:
        return self._session

    @property
    def prediction(self) -> Optional[PredictionFrame]:
        """The newest that came."""
        return self._prediction

    @property
    def resume_point(self) -> Optional[ResumePoint]:
        """Where to go on from; none before the first `session-start`."""
        return self._point

    async def ready(self) -> SessionStart:
        """Returns once connected; raises when the client closes first."""
        while True:
            if self._state == "open" and self._session is not None:
                return self._session
            if self._state == "closed":
                raise self._closed_by or LiluxError("cancelled", "The client is closed.")
            self._changed.clear()
            await self._changed.wait()

    @overload
    def on(self, name: Literal["state"], listener: Callable[[StateChange], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["frame"], listener: Callable[[ServerFrame], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["session-start"], listener: Callable[[SessionStart], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["prediction"], listener: Callable[[PredictionFrame], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["context-warmed"], listener: Callable[[ContextWarmed], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["event"], listener: Callable[[SessionEvent], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["thought"], listener: Callable[[ThoughtDelta], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["approval-request"], listener: Callable[[ApprovalRequest], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["approval-settled"], listener: Callable[[ApprovalSettled], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["budget-notice"], listener: Callable[[BudgetNotice], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["error"], listener: Callable[[ErrorFrame], None]) -> Stop: ...
    @overload
    def on(self, name: Literal["turn-lost"], listener: Callable[[TurnLost], None]) -> Stop: ...

    def on(self, name: str, listener: Callable[[Any], None]) -> Stop:
        """Calls it for each from now on. Returns how to stop. One that raises stops nothing but itself."""
        return self._emitter.on(name, listener)

    async def frames(self) -> AsyncIterator[ServerFrame]:
        """Every frame from now on; ends with the client."""
        queue: Mailbox[ServerFrame] = Mailbox(FRAMES_UNREAD_MAX)
        self._readers.add(queue)
        if self._state == "closed":
            queue.end()
        try:
            async for frame in queue:
                yield frame
        finally:
            self._readers.discard(queue)

    def type(self, text: str) -> int:
        """Sends the whole line as it stands now. Returns the `seq` that its prediction will carry."""
        self._seq += 1
        frame = {"type": "keystroke", "seq": self._seq, "text": text}
        if (too_large := self._too_large(frame)) is not None:
            self._emitter.emit("error", {**too_large.to_body(), "type": "error"})
        elif self._state == "open":
            self._connection.send_line(frame, self._gap_s())
        return self._seq

    def accept(
        self, index: int, *, prediction_id: Optional[str] = None, turn_id: Optional[str] = None
    ) -> ClientTurn:
        """Tab: commits a candidate of the newest prediction, or of the one named."""
        if prediction_id is None and self._prediction is not None:
            prediction_id = self._prediction["predictionId"]
        if prediction_id is None:
            raise LiluxError("unknown_prediction")
        turn_id = turn_id or new_id()
        return self._commit_new(
            {"type": "accept", "turnId": turn_id, "predictionId": prediction_id, "index": index}
        )

    def choose(self, call: Call, *, text: str, turn_id: Optional[str] = None) -> ClientTurn:
        """Commits exactly this call, which the person chose or filled in; `text` is what the line says."""
        turn_id = turn_id or new_id()
        return self._commit_new({"type": "choose", "turnId": turn_id, "text": text, "call": call})

    def submit(
        self, text: str, *, prediction_id: Optional[str] = None, turn_id: Optional[str] = None
    ) -> ClientTurn:
        """Enter."""
        frame: Submit = {"type": "submit", "turnId": turn_id or new_id(), "text": text}
        if prediction_id is not None:
            frame["predictionId"] = prediction_id
        return self._commit_new(frame)

    def ask(self, text: str, *, turn_id: Optional[str] = None) -> ClientTurn:
        """Ctrl+E: the orchestrator, whatever the router thinks."""
        return self._commit_new({"type": "ask", "turnId": turn_id or new_id(), "text": text})

    def confirm(self, turn_id: str, call_id: str, approve: bool) -> None:
        self._reply({"type": "confirm", "turnId": turn_id, "callId": call_id, "approve": approve})

    def approve(self, approval_id: str, approve: bool, reason: Optional[str] = None) -> bool:
        """Answers an approval-request. False while not connected: nothing was said, and what still waits is told again."""
        if self._state != "open":
            return False
        frame: Approve = {"type": "approve", "approvalId": approval_id, "approve": approve}
        if reason is not None:
            frame["reason"] = reason
        return self._connection.send(frame, is_answered=False)

    def cancel(self, turn_id: str) -> None:
        self._reply({"type": "cancel", "turnId": turn_id})

    def feedback(self, turn_id: str, rating: Literal["up", "down"], comment: Optional[str] = None) -> None:
        if comment is None:
            self._reply({"type": "feedback", "turnId": turn_id, "rating": rating})
        else:
            self._reply({"type": "feedback", "turnId": turn_id, "rating": rating, "comment": comment})

    async def _run(self) -> None:
        error = await self._connection.run()
        self._closed_by = error
        self._take_state(StateChange("closed", error))

    def _say_hello(self) -> None:
        hello: Hello = {"type": "hello"}
        if self._point is not None:
            hello["resume"] = self._point
        if self._traceparent is not None:
            hello["traceparent"] = self._traceparent
        self._connection.send(hello, is_answered=True)

    def _take_frame(self, frame: Any) -> None:
        kind = frame["type"]
        if kind == "session-start":
            self._take_session_start(frame)
        elif kind == "prediction":
            if self._prediction is not None and frame["seq"] < self._prediction["seq"]:
                return
            self._prediction = frame
            self._emitter.emit("prediction", frame)
        elif kind == "context-warmed":
            self._emitter.emit("context-warmed", frame)
        elif kind == "approval-request":
            self._emitter.emit("approval-request", frame)
        elif kind == "approval-settled":
            self._emitter.emit("approval-settled", frame)
        elif kind == "budget-notice":
            self._emitter.emit("budget-notice", frame)
        elif kind == "thought-delta":
            self._emitter.emit("thought", frame)
        elif kind == "error":
            if not (self._replies.take_error(frame) and self._turns.take_error(frame)):
                return
            self._emitter.emit("error", frame)
        # What a newer server says beside its events is for whoever knows it.
        elif "offset" in frame and not self._take_event(frame):
            return
        self._emitter.emit("frame", frame)
        for reader in list(self._readers):
            reader.push(frame)

    def _take_session_start(self, frame: SessionStart) -> None:
        recovered = frame["recovered"]
        if not recovered:
            # What they are about is gone with the session.
            self._replies.clear()
            if self._session is not None:
                for lost in self._turns.lose():
                    self._emitter.emit("turn-lost", lost)
        offset = self._point["offset"] if recovered and self._point is not None else 0
        self._session = frame
        self._point = {
            "sessionId": frame["sessionId"],
            "resumeToken": frame["resumeToken"],
            "offset": offset,
        }
        self._connection.settled()
        self._take_state(StateChange("open"))
        self._emitter.emit("session-start", frame)
        for turn in self._turns.unaccepted():
            self._send_commit(turn)
        for reply in self._replies.again():
            self._connection.send(reply, is_answered=False)

    def _take_event(self, event: SessionEvent) -> bool:
        """False for a repeat. After a hole the connection is opened again, to have it filled."""
        if self._point is None or event["offset"] <= self._point["offset"]:
            return False
        if event["offset"] > self._point["offset"] + 1:
            self._connection.restart(LiluxError("interrupted", "Events are missing; they are asked for again."))
            return False
        self._point = {**self._point, "offset": event["offset"]}
        self._replies.take_event(event)
        self._turns.take_event(event)
        self._emitter.emit("event", event)
        return True

    def _take_state(self, change: StateChange) -> None:
        state = change.state
        # Nothing is resumed before there was a session.
        if state == "reconnecting" and self._session is None:
            state = "connecting"
        self._state = state
        self._changed.set()
        self._emitter.emit("state", StateChange(state, change.error, change.retry_in_s))
        if state != "closed":
            return
        self._turns.end_all(change.error or LiluxError("cancelled"))
        for reader in list(self._readers):
            reader.end()

    def _reply(self, frame: Any) -> None:
        sent = self._state == "open" and self._connection.send(frame, is_answered=False)
        self._replies.keep(frame, sent=sent)

    def _commit_new(self, frame: CommitFrame) -> ClientTurn:
        if self._state == "closed":
            raise self._closed_by or LiluxError("cancelled", "The client is closed.")
        self._connection.clear_line()
        turn = self._turns.open(frame["turnId"], frame)
        if (too_large := self._too_large(frame)) is not None:
            self._turns.finish(turn, "failed", too_large)
        else:
            self._send_commit(turn)
        return ClientTurn(self, turn)

    def _send_commit(self, turn: OpenTurn) -> None:
        if self._state == "open":
            turn.sent += self._connection.send(turn.frame, is_answered=True)

    def _too_large(self, frame: Any) -> Optional[LiluxError]:
        size = len(encode(frame).encode())
        bound = FRAME_BYTES_MAX if self._session is None else self._session["limits"]["frameBytesMax"]
        return LiluxError("frame_too_large", details={"bytes": size}) if size > bound else None

    def _gap_s(self) -> float:
        session = self._session
        return 1 / (FRAMES_PER_SECOND if session is None else session["limits"]["framesPerSecondMax"])


def new_id() -> str:
    return str(uuid.uuid4())
