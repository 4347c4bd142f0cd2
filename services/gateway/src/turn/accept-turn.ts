import type { Bus } from "@lilux/bus";
import { digestCall } from "@lilux/core/calls";
import { formatTraceparent, NO_SPANS, type Span } from "@lilux/core/telemetry";
import {
  type Candidate,
  type ChatTurn,
  LiluxError,
  type Thresholds,
  type TurnKind,
  type TurnRecord,
  type TurnRequest,
} from "@lilux/protocol";
import type { Tenants } from "../admit/tenants.ts";
import type { ThresholdsOf } from "../predict/tenant-thresholds.ts";
import type { Budgets } from "../records/budgets.ts";
import type { ShownPrediction } from "../session/prediction-memory.ts";
import type { RunningTurn } from "../session/running-turn.ts";
import { rememberLine, rememberTurnId, type Session } from "../session/session.ts";
import { takeTurn } from "../session/turn-decision.ts";
import { interruptedEnd } from "./interrupted-turn.ts";
import { type RunAcceptedTurnDeps, runAcceptedTurn } from "./run-accepted-turn.ts";
import { isStoredBy, storeTurn } from "./store-turn.ts";
import { NOTHING_TOLD } from "./turn-told.ts";

export interface TurnInput {
  turnId: string;
  kind: TurnKind;
  text: string;
  chosen?: Candidate | undefined;
  shown?: ShownPrediction | undefined;
  /** What was predicted of a line that goes to the orchestrator whatever that was: for the journal alone. */
  seen?: ShownPrediction | undefined;
  /** Earlier lines of a caller without a session. */
  history?: string[] | undefined;
  /** The whole conversation of a caller that keeps it. */
  chat?: ChatTurn | undefined;
  /** `performance.now()` when the frame came. */
  receivedAt: number;
  /**
   * What to do with a turn that was stored before: a session's own, sent again
   * after its gateway died, is run unless it was ended meanwhile.
   */
  storedBefore?: "run" | "refuse";
}

export interface AcceptTurnDeps extends RunAcceptedTurnDeps {
  bus: Bus;
  tenants: Tenants;
  /** Of tenants that are records. */
  budget?: Pick<Budgets, "take"> | undefined;
  thresholdsOf: ThresholdsOf;
}

/**
 * Stores a turn, says so, and starts it, in this order: what was acknowledged
 * survives the death of any one process. Rejects with `duplicate_turn`,
 * `rate_limited`, `storage_full` or `turn_not_stored`; then nothing runs.
 */
export async function acceptTurn(
  session: Session,
  input: TurnInput,
  deps: AcceptTurnDeps,
): Promise<RunningTurn> {
  const ended = deps.tenants.of(session.tenant).turn();
  let giveBack: (() => void) | undefined;
  try {
    giveBack = await deps.budget?.take(session.tenant, session.caller?.person);
    const running = await storeAndStart(session, input, deps);
    void running.done.then(ended);
    return running;
  } catch (error) {
    ended();
    giveBack?.();
    throw error;
  }
}

async function storeAndStart(
  session: Session,
  input: TurnInput,
  deps: AcceptTurnDeps,
): Promise<RunningTurn> {
  const { limits, metrics } = deps;
  const { turnId, kind, text, chosen, receivedAt } = input;
  const { tenant, sessionId } = session;
  if (session.turnIds.has(turnId)) throw new LiluxError("duplicate_turn");
  const inFlight = session.turns.size + session.turnsBeingStored;
  if (inFlight >= limits.session.turnsInFlightMax) throw tooMany(inFlight);
  rememberTurnId(session, turnId);
  const span = turnSpan(session, input, deps);
  const who = session.caller === undefined ? {} : { person: session.caller.person };
  const base = { tenant, sessionId, turnId, kind, text, ...who, acceptedAt: deps.now() };
  const turn: TurnRecord = chosen === undefined ? base : { ...base, chosen };

  session.turnsBeingStored += 1;
  const { traceparent } = span;
  const stored = await storeTurn(turn, traceparent, { ...deps, weight: session.caller?.weight })
    .catch((error: unknown) => {
      session.turnIds.delete(turnId);
      span.end(error);
      metrics.turnsNotStored.inc();
      if (LiluxError.from(error).code === "storage_full") throw error;
      throw new LiluxError("turn_not_stored", { cause: error });
    })
    .finally(() => {
      session.turnsBeingStored -= 1;
    });
  metrics.turnStoreSeconds.observe((performance.now() - receivedAt) / 1_000);
  const isOurs = !stored.duplicate || (await isStoredBy(traceparent, turn, deps));
  if (!isOurs && input.storedBefore === "refuse") {
    span.end();
    throw new LiluxError("duplicate_turn");
  }
  const isLate = deps.now() - turn.acceptedAt > limits.orphanedAfterMs / 2;
  const mayRun = (isOurs && !isLate) || (await takeTurn(session, turnId, deps.bus));
  metrics.turnsAccepted.inc({ kind });
  session.log.append({ type: "turn-accepted", turnId });
  rememberLine(session, text);
  if (!mayRun) {
    span.end();
    return endedBefore(session, turnId);
  }
  const { sequence } = stored;
  const thresholds = deps.thresholdsOf(tenant);
  const request = requestFor(session, { turn, sequence, input, thresholds });
  return startTurn(session, { request, shown: input.shown ?? input.seen, receivedAt, span }, deps);
}

/** The whole of a turn, from its frame to its end; every one is recorded. */
function turnSpan(
  session: Session,
  { kind, receivedAt }: TurnInput,
  { spans, now }: AcceptTurnDeps,
): Span {
  return spans.start("turn", {
    kind: "server",
    parent: session.trace === undefined ? undefined : formatTraceparent(session.trace),
    isSampled: spans !== NO_SPANS || session.trace?.sampled === true,
    startedAt: now() - (performance.now() - receivedAt),
    attributes: { "lilux.tenant": session.tenant, "lilux.turn.kind": kind },
  });
}

/** Runs a stored turn in this session. Also for turns another gateway had accepted. */
export function startTurn(
  session: Session,
  accepted: Parameters<typeof runAcceptedTurn>[1],
  deps: RunAcceptedTurnDeps,
): RunningTurn {
  const running = runAcceptedTurn(session, accepted, deps);
  session.turns.set(running.turnId, running);
  return running;
}

/** A turn that was ended before it could run: its session is told so. */
function endedBefore(session: Session, turnId: string): RunningTurn {
  session.log.append(interruptedEnd(turnId, NOTHING_TOLD));
  return {
    turnId,
    person: session.caller?.person,
    questions: () => [],
    approvalOf: () => undefined,
    command: () => undefined,
    interrupt: () => undefined,
    release: () => undefined,
    done: Promise.resolve(),
  };
}

interface RequestParts {
  turn: TurnRecord;
  sequence: number;
  input: TurnInput;
  thresholds: Thresholds;
}

function requestFor(session: Session, parts: RequestParts): TurnRequest {
  const { turn, sequence, input, thresholds } = parts;
  const isOfThis = input.shown?.text.trim() === input.text.trim();
  const prediction = isOfThis ? input.shown?.prediction : undefined;
  const speculated = speculatedFor(session, input);
  return {
    turn,
    sequence,
    thresholds,
    ...(prediction === undefined ? {} : { prediction }),
    ...(speculated === undefined ? {} : { speculated }),
    ...(input.history === undefined ? {} : { history: input.history }),
    ...(input.chat === undefined ? {} : { chat: input.chat }),
  };
}

/** The results at hand for what this turn may run. */
function speculatedFor(session: Session, input: TurnInput): Record<string, unknown> | undefined {
  const candidates = [...(input.chosen ? [input.chosen] : []), ...(input.shown?.shown ?? [])];
  const digests = candidates.map(({ call }) => digestCall(call));
  const entries = digests.flatMap((digest) => {
    const result = session.speculations.get(digest);
    return result === undefined ? [] : [[digest, result] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function tooMany(running: number): LiluxError {
  return new LiluxError("rate_limited", {
    message: `${running} turns are running in this session. Wait for one to end, or cancel one.`,
    details: { turnsInFlight: running },
  });
}
