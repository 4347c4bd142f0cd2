"""Every frame of the socket `lilux.v1`, as it is on the wire.

A test holds these to docs/asyncapi.json. A newer server may send more; what is not known here is passed on.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict, Union

ItemType = Literal["directive", "script", "knowledge"]
ContextState = Literal["cold", "warm", "hot"]
Effect = Literal["read", "write", "destructive"]


class ErrorBodyRequired(TypedDict):
    code: str
    message: str
    retryable: bool


class ErrorBody(ErrorBodyRequired, total=False):
    details: dict[str, Any]


# Calls.


class SearchArgumentsRequired(TypedDict):
    item_type: ItemType
    query: str


class SearchArguments(SearchArgumentsRequired, total=False):
    source: Literal["local", "registry", "all"]
    limit: int


class LoadArgumentsRequired(TypedDict):
    item_type: ItemType
    item_id: str
    source: Literal["project", "user", "registry"]


class LoadArguments(LoadArgumentsRequired, total=False):
    destination: Literal["project", "user"]
    version: str


class ExecuteArgumentsRequired(TypedDict):
    item_type: ItemType
    item_id: str
    action: Literal["run", "create", "update", "delete", "publish"]


class ExecuteArguments(ExecuteArgumentsRequired, total=False):
    parameters: dict[str, Any]


class SearchCall(TypedDict):
    name: Literal["search"]
    arguments: SearchArguments


class LoadCall(TypedDict):
    name: Literal["load"]
    arguments: LoadArguments


class ExecuteCall(TypedDict):
    name: Literal["execute"]
    arguments: ExecuteArguments


Call = Union[SearchCall, LoadCall, ExecuteCall]


# What a client sends.


class ResumePoint(TypedDict):
    """Where a session stands; enough to go on with it from another connection or process."""

    sessionId: str
    resumeToken: str
    offset: int


class HelloRequired(TypedDict):
    type: Literal["hello"]


class Hello(HelloRequired, total=False):
    resume: ResumePoint
    traceparent: str
    padded: bool


class Keystroke(TypedDict):
    type: Literal["keystroke"]
    seq: int
    text: str


class Accept(TypedDict):
    type: Literal["accept"]
    turnId: str
    predictionId: str
    index: int


class Choose(TypedDict):
    type: Literal["choose"]
    turnId: str
    text: str
    call: Call


class SubmitRequired(TypedDict):
    type: Literal["submit"]
    turnId: str
    text: str


class Submit(SubmitRequired, total=False):
    predictionId: str


class Ask(TypedDict):
    type: Literal["ask"]
    turnId: str
    text: str


class Confirm(TypedDict):
    type: Literal["confirm"]
    turnId: str
    callId: str
    approve: bool


class ApproveRequired(TypedDict):
    type: Literal["approve"]
    approvalId: str
    approve: bool


class Approve(ApproveRequired, total=False):
    reason: str


class Cancel(TypedDict):
    type: Literal["cancel"]
    turnId: str


class FeedbackRequired(TypedDict):
    type: Literal["feedback"]
    turnId: str
    rating: Literal["up", "down"]


class Feedback(FeedbackRequired, total=False):
    comment: str


CommitFrame = Union[Accept, Choose, Submit, Ask]
ReplyFrame = Union[Confirm, Cancel, Feedback]
ClientFrame = Union[Hello, Keystroke, CommitFrame, ReplyFrame, Approve]


# What a server sends.


class SessionLimits(TypedDict):
    frameBytesMax: int
    textCharactersMax: int
    framesPerSecondMax: int
    turnsInFlightMax: int
    resumeWindowMs: int


class Thresholds(TypedDict):
    show: float
    act: float


class SessionPadding(TypedDict):
    tickMs: int
    sizes: list[int]


class SessionStartRequired(TypedDict):
    type: Literal["session-start"]
    sessionId: str
    resumeToken: str
    limits: SessionLimits
    thresholds: Thresholds
    recovered: bool


class SessionStart(SessionStartRequired, total=False):
    padding: SessionPadding


class ParameterOriginRequired(TypedDict):
    name: str
    origin: Literal["typed", "inferred", "default", "missing"]


class ParameterOrigin(ParameterOriginRequired, total=False):
    confidence: float


class CandidateRequired(TypedDict):
    call: Call
    confidence: float
    effect: Effect


class Candidate(CandidateRequired, total=False):
    """A ranked call; `confidence` is the probability that the whole call is what is meant."""

    confidenceOnEnter: float
    parameters: list[ParameterOrigin]
    unread: list[str]


class PreviewHit(TypedDict):
    item_type: ItemType
    item_id: str
    description: str


class ResultPreview(TypedDict):
    total: int
    hits: list[PreviewHit]


class ShownCandidateRequired(CandidateRequired):
    ready: bool


class ShownCandidate(ShownCandidateRequired, total=False):
    confidenceOnEnter: float
    parameters: list[ParameterOrigin]
    unread: list[str]
    preview: ResultPreview


class EnterAsks(TypedDict):
    does: Literal["ask"]


class EnterCalls(TypedDict):
    does: Literal["run", "confirm", "verify"]
    call: Call
    confidence: float


class ItemMatchRequired(TypedDict):
    call: Call
    effect: Effect
    description: str


class ItemMatch(ItemMatchRequired, total=False):
    parameters: list[ParameterOrigin]


class PredictionFrameRequired(TypedDict):
    type: Literal["prediction"]
    seq: int
    predictionId: str
    context: ContextState
    candidates: list[ShownCandidate]
    routeMs: float


class PredictionFrame(PredictionFrameRequired, total=False):
    enter: Union[EnterAsks, EnterCalls]
    closest: Candidate
    matches: list[ItemMatch]
    degraded: list[
        Literal["router_unavailable", "context_unavailable", "library_unavailable", "library_loading"]
    ]


class WarmItem(TypedDict):
    item_type: ItemType
    item_id: str
    score: float


class ContextWarmed(TypedDict):
    type: Literal["context-warmed"]
    candidates: list[WarmItem]
    confidence: float
    domain: Union[str, None]
    state: ContextState


class ErrorFrameRequired(ErrorBodyRequired):
    type: Literal["error"]


class ErrorFrame(ErrorFrameRequired, total=False):
    details: dict[str, Any]
    turnId: str
    approvalId: str


class ThoughtDelta(TypedDict):
    """What a model thinks before it answers: told once, to who is connected, and kept nowhere."""

    type: Literal["thought-delta"]
    turnId: str
    text: str
    tokens: int


# Events of a turn: numbered within their session by `offset`, kept by the server, and told again on resume.


class TurnAccepted(TypedDict):
    type: Literal["turn-accepted"]
    turnId: str
    offset: int


class TurnStart(TypedDict):
    type: Literal["turn-start"]
    turnId: str
    path: Literal["fast", "verify", "slow"]
    offset: int


class CallStart(TypedDict):
    type: Literal["call-start"]
    turnId: str
    callId: str
    call: Call
    offset: int


class CallProgress(TypedDict):
    type: Literal["call-progress"]
    turnId: str
    callId: str
    text: str
    lines: int
    offset: int


class CallEndRequired(TypedDict):
    type: Literal["call-end"]
    turnId: str
    callId: str
    ok: bool
    durationMs: float
    offset: int


class CallEnd(CallEndRequired, total=False):
    result: Any
    error: ErrorBody


class ConfirmationRequired(TypedDict):
    callId: str
    callDigest: str


class Confirmation(ConfirmationRequired, total=False):
    nonce: str


class AskedItem(TypedDict):
    item_type: ItemType
    qualified_id: str
    source: str
    version: str
    content_hash: str


class ConfirmRequestRequired(TypedDict):
    type: Literal["confirm-request"]
    turnId: str
    callId: str
    call: Call
    effect: Effect
    reason: str
    offset: int


class ConfirmRequest(ConfirmRequestRequired, total=False):
    item: AskedItem
    waitsFor: Literal["second-person"]
    confirmation: Confirmation


class PlanStep(TypedDict):
    title: str
    state: Literal["pending", "running", "done", "failed", "skipped"]


class PlanUpdate(TypedDict):
    type: Literal["plan-update"]
    turnId: str
    steps: list[PlanStep]
    offset: int


class TextDelta(TypedDict):
    type: Literal["text-delta"]
    turnId: str
    text: str
    offset: int


class UsageRequired(TypedDict):
    model: str
    calls: int
    durationMs: float


class Usage(UsageRequired, total=False):
    promptTokens: int
    completionTokens: int
    thoughtTokens: int
    cost: float
    router: Literal["in_time", "late_used", "late_ignored", "none"]
    verified: Literal["confirmed", "repaired", "rejected", "unsure", "late", "unanswered"]


class CallerCall(TypedDict):
    id: str
    name: str
    arguments: str


class TurnEndRequired(TypedDict):
    type: Literal["turn-end"]
    turnId: str
    outcome: Literal["completed", "cancelled", "failed", "interrupted"]
    offset: int


class TurnEnd(TurnEndRequired, total=False):
    usage: Usage
    error: ErrorBody
    callerCalls: list[CallerCall]
    isCut: bool


SessionEvent = Union[
    TurnAccepted,
    TurnStart,
    CallStart,
    CallProgress,
    CallEnd,
    ConfirmRequest,
    PlanUpdate,
    TextDelta,
    TurnEnd,
]
class ApprovalRequestRequired(TypedDict):
    """A call of somebody else waits for a yes that this person may give."""

    type: Literal["approval-request"]
    approvalId: str
    call: Call
    callId: str
    effect: Effect
    reason: str
    askedBy: str
    askedAt: int
    expiresAt: int


class ApprovalRequest(ApprovalRequestRequired, total=False):
    item: AskedItem
    askedByName: str
    turnId: str


class ApprovalSettledRequired(TypedDict):
    type: Literal["approval-settled"]
    approvalId: str
    callId: str
    outcome: Literal["approved", "ran", "failed", "declined", "expired", "cancelled"]


class ApprovalSettled(ApprovalSettledRequired, total=False):
    turnId: str
    by: str
    reason: str


class BudgetNotice(TypedDict):
    """A budget of the tenant's month is used to four fifths, or to its end: told once."""

    type: Literal["budget-notice"]
    budget: Literal[
        "turnsPerMonth",
        "predictionsPerMonth",
        "tokensPerMonth",
        "scriptSecondsPerMonth",
        "gigabyteHoursPerMonth",
        "costPerMonth",
    ]
    state: Literal["soft", "spent"]
    month: str
    used: float
    max: float


ServerFrame = Union[
    SessionStart,
    PredictionFrame,
    ContextWarmed,
    ErrorFrame,
    ThoughtDelta,
    ApprovalRequest,
    ApprovalSettled,
    BudgetNotice,
    SessionEvent,
]
