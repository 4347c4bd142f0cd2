import { effectOfCall } from "@lilux/core/calls";
import { loggedError } from "@lilux/core/telemetry";
import {
  type Approve,
  type ClientFrame,
  type Feedback,
  LiluxError,
  type TurnKind,
  type Verb,
} from "@lilux/protocol";
import { assertMay } from "../access/caller.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { Keystrokes } from "../predict/keystrokes.ts";
import type { Session } from "../session/session.ts";
import { type AcceptTurnDeps, acceptTurn, type TurnInput } from "../turn/accept-turn.ts";
import { type ApprovalsOf, answerQuestion } from "../turn/answer-question.ts";

export interface HandleFrameDeps extends AcceptTurnDeps {
  isDraining(): boolean;
  approvalsOf: ApprovalsOf | undefined;
  approvals: Approvals | undefined;
}

export interface FrameContext {
  session: Session;
  keystrokes: Keystrokes;
  /** `performance.now()` when the frame came. */
  receivedAt: number;
}

/** Whose yes counts is another question, asked where the call that waits is known. */
const VERBS: Readonly<Record<AfterHello["type"], Verb>> = {
  accept: "run",
  choose: "run",
  submit: "run",
  ask: "run",
  confirm: "predict",
  approve: "predict",
  cancel: "run",
  feedback: "predict",
};

type AfterHello = Exclude<ClientFrame, { type: "hello" | "keystroke" }>;

/** Does what a frame of an open session asks. Rejects with what to tell the client. */
export async function handleFrame(
  frame: AfterHello,
  context: FrameContext,
  deps: HandleFrameDeps,
): Promise<void> {
  const { session, keystrokes } = context;
  if (session.caller !== undefined) assertMay(session.caller, VERBS[frame.type]);
  switch (frame.type) {
    case "accept":
    case "choose":
    case "submit":
    case "ask": {
      if (deps.isDraining()) throw new LiluxError("shutting_down");
      const input = inputFor(frame, context);
      keystrokes.clear();
      await acceptTurn(session, input, deps);
      return;
    }
    case "confirm": {
      const { turnId, callId, approve } = frame;
      const { approvalsOf, approvals } = deps;
      const answerer = { caller: session.caller, approvalsOf, approvals };
      await answerQuestion(runningTurn(session, turnId), { callId, approve }, answerer);
      return;
    }
    case "approve":
      await answerApproval(session, frame, deps);
      return;
    case "cancel":
      runningTurn(session, frame.turnId).command({ type: "cancel" });
      return;
    case "feedback":
      rate(session, frame, deps);
      return;
  }
}

/** What is wrong with an answer is told with its name, and ends no session. */
async function answerApproval(
  session: Session,
  { approvalId, approve, reason }: Approve,
  { approvals, logger }: HandleFrameDeps,
): Promise<void> {
  const { caller, tenant } = session;
  try {
    if (approvals === undefined || caller === undefined) throw new LiluxError("approval_over");
    await approvals.answer(caller, approvalId, { approve, reason });
  } catch (thrown) {
    const line = { logger, message: "approval not taken", fields: { tenant } };
    const error = loggedError(thrown, line).toBody();
    session.connection?.send({ type: "error", ...error, approvalId });
  }
}

function inputFor(
  frame: Extract<AfterHello, { type: TurnKind | "choose" }>,
  { session, receivedAt }: FrameContext,
): TurnInput {
  const { turnId } = frame;
  switch (frame.type) {
    case "ask": {
      const seen = session.predictions.forText(frame.text);
      return { turnId, kind: "ask", text: frame.text, seen, receivedAt };
    }
    case "submit": {
      const named =
        frame.predictionId === undefined ? undefined : session.predictions.byId(frame.predictionId);
      // The one that told the person what Enter will do, of the line with its spaces or without.
      const isOfThis = named?.text.trim() === frame.text.trim();
      const shown = isOfThis ? named : session.predictions.forText(frame.text);
      return { turnId, kind: "submit", text: frame.text, shown, receivedAt };
    }
    case "choose": {
      const { text, call } = frame;
      const chosen = { call, confidence: 1, effect: effectOfCall(call, undefined) };
      return { turnId, kind: "accept", text, chosen, receivedAt };
    }
    case "accept": {
      const shown = session.predictions.byId(frame.predictionId);
      if (shown === undefined) throw new LiluxError("unknown_prediction");
      const chosen = shown.shown[frame.index];
      if (chosen === undefined) throw noSuchIndex(frame.index, shown.shown.length);
      return { turnId, kind: "accept", text: shown.text, chosen, shown, receivedAt };
    }
  }
}

function runningTurn(session: Session, turnId: string) {
  const turn = session.turns.get(turnId);
  if (turn === undefined) throw new LiluxError("unknown_turn");
  return turn;
}

function rate(
  session: Session,
  { turnId, rating, comment }: Feedback,
  deps: HandleFrameDeps,
): void {
  if (!session.turnIds.has(turnId)) throw new LiluxError("unknown_turn");
  const { tenant, sessionId } = session;
  const at = deps.now();
  const rated = { type: "feedback" as const, tenant, sessionId, turnId, at, rating };
  deps.journal.add(
    comment === undefined ? rated : { ...rated, comment },
    `${sessionId}:${turnId}:feedback:${at}`,
  );
}

function noSuchIndex(index: number, count: number): LiluxError {
  return new LiluxError("invalid_request", {
    message: `accept: index ${index} is not among the ${count} candidates of that prediction. Send a smaller index.`,
    details: { field: "index", candidates: count },
  });
}
