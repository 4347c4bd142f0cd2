import type { Call, ErrorBody, TurnEvent, TurnOutcome, TurnPath } from "@lilux/protocol";

/** A turn's call as its events tell of it. */
export interface PlayedCall {
  callId: string;
  call: Call;
  ok: boolean;
  result?: unknown;
  error?: ErrorBody;
  confirm?: "approved" | "declined";
}

/** What came of one turn. */
export interface Played {
  path: TurnPath | undefined;
  /** In the order in which they began. */
  calls: PlayedCall[];
  /** Calls that the tool core refused before they began: what they were is not told. */
  refused: ErrorBody[];
  /** Everything that was said, and what of it came after the last call. */
  text: string;
  lastText: string;
  /** Lengths of what was said before each call. */
  questions: number;
  outcome: TurnOutcome;
  error: ErrorBody | undefined;
  firstTextMs: number | undefined;
  durationMs: number;
  promptTokens: number;
  completionTokens: number;
  /** The model that spoke last. */
  answeredBy: string | undefined;
}

export function readEvents(events: { event: TurnEvent; atMs: number }[]): Played {
  const calls = new Map<string, PlayedCall>();
  const played: Played = {
    path: undefined,
    calls: [],
    refused: [],
    text: "",
    lastText: "",
    questions: 0,
    outcome: "failed",
    error: undefined,
    firstTextMs: undefined,
    durationMs: events.at(-1)?.atMs ?? 0,
    promptTokens: 0,
    completionTokens: 0,
    answeredBy: undefined,
  };
  const callOf = (callId: string, call: Call): PlayedCall => {
    const known = calls.get(callId) ?? { callId, call, ok: false };
    calls.set(callId, known);
    return known;
  };
  for (const { event, atMs } of events) {
    if (event.type === "turn-start") played.path = event.path;
    if (event.type === "call-start") callOf(event.callId, event.call);
    if (event.type === "confirm-request") {
      played.questions += 1;
      callOf(event.callId, event.call).confirm = "declined";
    }
    if (event.type === "text-delta") {
      played.firstTextMs ??= atMs;
      played.text += event.text;
      played.lastText += event.text;
    }
    if (event.type === "call-end") {
      const begun = calls.get(event.callId);
      if (begun !== undefined) endCall(begun, event);
      else if (event.error !== undefined) played.refused.push(event.error);
    }
    if (event.type === "call-end") played.lastText = "";
    if (event.type === "turn-end") {
      played.outcome = event.outcome;
      played.error = event.error;
      played.promptTokens = event.usage?.promptTokens ?? 0;
      played.completionTokens = event.usage?.completionTokens ?? 0;
      played.answeredBy = event.usage?.model;
    }
  }
  return { ...played, calls: [...calls.values()] };
}

function endCall(call: PlayedCall, { ok, result, error }: TurnEvent & { type: "call-end" }): void {
  call.ok = ok;
  if (result !== undefined) call.result = result;
  if (error !== undefined) call.error = error;
  if (call.confirm !== undefined && error?.code !== "confirm_declined") call.confirm = "approved";
}
