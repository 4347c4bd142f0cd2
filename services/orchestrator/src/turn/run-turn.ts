import type { ReplicaGroup } from "@lilux/bus";
import { type Clock, createMailbox } from "@lilux/core/async";
import { formatTraceparent, loggedError, startTrace } from "@lilux/core/telemetry";
import { decidePath } from "@lilux/core/turns";
import { LiluxError, type TurnEnd, type TurnEvent, type TurnRequest } from "@lilux/protocol";
import type { RunTurn, RunTurnOptions } from "@lilux/rpc";
import { openRouterWindow, type RouterWindow, settledWindow } from "../ask-router/router-window.ts";
import { callerToolsOf } from "../chat/caller-tools.ts";
import type { ConversationHistory, PastTurn } from "../history/conversation-history.ts";
import type { LibrarySummary } from "../history/library-summary.ts";
import type { RouterView } from "../model/language-model.ts";
import { createConfirmations } from "../scope/confirmations.ts";
import { newTurnAccount, usageOf } from "../scope/turn-account.ts";
import { createTurnScope, type TurnScope } from "../scope/turn-scope.ts";
import { startConversation } from "./conversation.ts";
import type { TurnWork } from "./make-call.ts";
import { obeyCommands } from "./obey-commands.ts";
import { takeFastPath, takeSlowPath, takeYes } from "./paths.ts";
import { createPlan } from "./plan.ts";
import { tellRemaining } from "./tell-remaining.ts";
import type { TurnDeps } from "./turn-deps.ts";
import { verifyCall } from "./verify-call.ts";

export interface RunTurnDeps extends TurnDeps {
  routers: ReplicaGroup;
  history: ConversationHistory;
  library: LibrarySummary;
  clock: Clock;
  /** Ends every turn of the service, with its reason. */
  ending: AbortSignal;
  /** Sees each turn's end, for metrics and the log. */
  onEnd(scope: TurnScope, end: TurnEnd): void;
}

/** Events that may wait for a slow reader before the turn waits for it. */
const EVENTS_WAITING_MAX = 256;

/** Runs turns. Whatever happens, each has exactly one `turn-end`, and it comes last. */
export function createRunTurn(deps: RunTurnDeps): RunTurn {
  return async function* runTurn(request, options) {
    const left = new AbortController();
    const cancelled = new AbortController();
    const signal = AbortSignal.any([options.signal, deps.ending, left.signal, cancelled.signal]);
    const pipe = createMailbox<TurnEvent>({ max: EVENTS_WAITING_MAX, whenFull: "wait", signal });
    const scope = openScope(deps, request, { options, signal, emit: pipe.push });
    const stopObeying = obeyCommands(options.commands, {
      confirmations: scope.confirmations,
      cancel: () => cancelled.abort(new LiluxError("cancelled")),
    });
    void work(deps, scope).then((end) => {
      stopObeying();
      pipe.end(end);
    });
    try {
      yield* pipe;
    } finally {
      left.abort(new LiluxError("cancelled"));
    }
  };
}

function openScope(
  { clock }: RunTurnDeps,
  request: TurnRequest,
  parts: {
    options: RunTurnOptions;
    signal: AbortSignal;
    emit(event: TurnEvent): Promise<void>;
  },
): TurnScope {
  const { options, signal, emit } = parts;
  return createTurnScope({
    request,
    signal,
    // Whoever traces turns has made a place for this one.
    traceparent: options.traceparent ?? formatTraceparent(startTrace()),
    mandate: options.mandate,
    clock,
    confirmations: createConfirmations(clock),
    account: newTurnAccount(),
    emit,
  });
}

/** Never rejects: every failure is the turn's end. */
async function work(deps: RunTurnDeps, scope: TurnScope): Promise<TurnEnd> {
  let failure: LiluxError | undefined;
  try {
    await takeTurn(deps, scope);
    if (scope.signal.aborted) failure = LiluxError.from(scope.signal.reason);
  } catch (error) {
    const fields = { turnId: scope.turn.turnId };
    // Even of a turn that was ended meanwhile, a fault of ours is worth its line.
    const found = loggedError(error, { logger: deps.logger, message: "turn failed", fields });
    failure = scope.signal.aborted ? LiluxError.from(scope.signal.reason) : found;
  }
  const end = endOf(deps, scope, failure);
  try {
    deps.onEnd(scope, end);
    await remember(deps, scope, end);
  } catch (error) {
    deps.logger.error({ err: error, turnId: scope.turn.turnId }, "turn not recorded");
  }
  return end;
}

function endOf(deps: RunTurnDeps, scope: TurnScope, failure: LiluxError | undefined): TurnEnd {
  const { turn, account, clock, startedAt } = scope;
  const usage = usageOf(account, deps.model.name, clock.monotonic() - startedAt);
  const base = { type: "turn-end", turnId: turn.turnId, usage } as const;
  const { callerCalls } = account;
  if (failure === undefined) {
    const theirs = callerCalls.length === 0 ? {} : { callerCalls: [...callerCalls] };
    return { ...base, outcome: "completed", ...theirs };
  }
  if (isCutAsWished(scope, failure)) return { ...base, outcome: "completed", isCut: true };
  if (failure.code === "cancelled") return { ...base, outcome: "cancelled" };
  const outcome = failure.code === "interrupted" ? "interrupted" : "failed";
  return { ...base, outcome, error: failure.toBody() };
}

/** The caller had set the length that the answer reached. */
function isCutAsWished({ request: { chat } }: TurnScope, { code, details }: LiluxError): boolean {
  const isCut = code === "llm_incomplete" && details?.["reason"] === "length";
  return isCut && chat?.tokensMax !== undefined;
}

async function takeTurn(deps: RunTurnDeps, scope: TurnScope): Promise<void> {
  if (scope.signal.aborted) return;
  const { request, turn } = scope;
  const [window, history, librarySummary] = await Promise.all([
    routerWindow(deps, scope),
    pastTurns(deps, request),
    deps.library.of(turn.tenant),
  ]);
  try {
    const prediction = window.current();
    const router: RouterView = {
      text: turn.text,
      prediction,
      leader: turn.chosen ?? prediction?.candidates[0],
      thresholds: request.thresholds,
    };
    const { tenant, sessionId } = turn;
    const { traceparent } = scope;
    const { chat } = request;
    const { seenAt } = scope;
    const { modelPool, adapter } = scope.mandate?.settings ?? {};
    const pool = modelPool ?? chat?.pool;
    const asked = { tenant, sessionId, traceparent, pool, adapter, seenAt };
    const model = deps.model.forTurn?.(asked) ?? deps.model;
    const turnWork: TurnWork = {
      deps: { ...deps, model },
      scope,
      conversation: startConversation({ history, librarySummary, router, chat }),
      plan: createPlan(),
      callers: callerToolsOf(chat),
      leftMs: () => Number.POSITIVE_INFINITY,
    };
    try {
      await takePath(turnWork, { router, window });
    } finally {
      scope.account.heard = turnWork.conversation.heard;
      if (!scope.signal.aborted) await tellRemaining(turnWork);
    }
  } finally {
    const answeredLate = scope.account.router === "none" && window.current() !== undefined;
    if (answeredLate) scope.account.router = "late_ignored";
    window.close();
  }
}

async function takePath(
  work: TurnWork,
  { router, window }: { router: RouterView; window: RouterWindow },
): Promise<void> {
  const { scope } = work;
  const { kind, chosen } = scope.turn;
  const { leader, thresholds } = router;
  const yes = scope.request.chat?.yes;
  if (yes !== undefined) {
    await scope.start("fast");
    return takeYes(work, { yes, router });
  }
  const path = decidePath({ kind, leader, chosen, thresholds });
  await scope.start(path);
  const call = leader?.call;
  // Ctrl+E asked for the model: the router informs it, and does not interrupt it.
  const slow = { router, window: kind === "ask" ? undefined : window };
  if (call === undefined || path === "slow") return takeSlowPath(work, slow);
  if (path === "fast") return takeFastPath(work, { call, router });
  const verified = await verifyCall(work, router);
  if (!("candidate" in verified)) return takeSlowPath(work, slow);
  return takeFastPath(work, { call: verified.candidate.call, router });
}

async function routerWindow(deps: RunTurnDeps, scope: TurnScope): Promise<RouterWindow> {
  const { request, turn } = scope;
  if (turn.kind === "accept" && turn.chosen !== undefined) return settledWindow(request.prediction);
  if (request.prediction !== undefined) {
    scope.account.router = "given";
    return settledWindow(request.prediction);
  }
  const history = request.history ?? deps.history.peek(turn).map((past) => past.text);
  return openRouterWindow({ routers: deps.routers, history, logger: deps.logger }, scope);
}

/** A caller that sends its history along has no session of ours, and nobody here saw it typed. */
async function pastTurns(
  { history }: RunTurnDeps,
  request: TurnRequest,
): Promise<readonly PastTurn[]> {
  if (request.history === undefined) return history.load(request.turn);
  return request.history.map((text) => ({ text, response: "", calls: [], heard: true }));
}

/** A turn that failed and left nothing behind does not make the next one's prompt longer. */
async function remember(
  { history }: RunTurnDeps,
  { request, account, turn }: TurnScope,
  { outcome }: TurnEnd,
): Promise<void> {
  if (request.history !== undefined) return;
  const { response, calls, heard } = account;
  if (outcome === "failed" && response === "" && calls.length === 0) return;
  await history.add(turn, request.sequence, { text: turn.text, response, calls, heard });
}
