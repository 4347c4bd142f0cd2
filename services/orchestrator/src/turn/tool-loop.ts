import { loggedError } from "@lilux/core/telemetry";
import { type Call, createParser, type ErrorBody, LiluxError } from "@lilux/protocol";
import type { RouterWindow } from "../ask-router/router-window.ts";
import { callKey } from "../calls/call-key.ts";
import { parseToolCall, readArguments } from "../calls/parse-tool-call.ts";
import { isWordless } from "../model/is-wordless.ts";
import type { CallOutcome, ModelToolCall, RouterView } from "../model/language-model.ts";
import { newCallId } from "../model/new-call-id.ts";
import { MARK_STEP_TOOL, MarkStep } from "../model/tool-definitions.ts";
import { ALREADY_CALLED, ANSWER_NOW, followFrom } from "../prompts/turn-prompts.ts";
import { closeMessage, isMade, tellCall, tellOutcome } from "./conversation.ts";
import { followSteps } from "./follow-steps.ts";
import { generate, type Round } from "./generate.ts";
import { groupReads } from "./group-reads.ts";
import {
  CALLS_MAX,
  directiveOf,
  hasSteps,
  type MadeCall,
  makeCall,
  type TurnWork,
  tellPlan,
} from "./make-call.ts";
import { offeredTools } from "./offered-tools.ts";
import { callOfLine, judgeProposals, type Proposal } from "./propose.ts";
import { showPlainly } from "./show-plainly.ts";
import { startedSteps } from "./started-steps.ts";

const ROUNDS_MAX = 8;
/** Answers one after the other that propose nothing but what was called: small models go on like that for ever. */
const REPEATS_MAX = 2;
/** Of the model's own time; the loop has that of one longest script besides. Not of a person who thinks about a confirm. */
const MODEL_MS = 120_000;

/** Time for a last answer after calls took all of it. */
const LAST_ANSWER_MS = 20_000;

const markStep = createParser(MarkStep, "mark_step");

export interface LoopOptions {
  router: RouterView;
  /** The router, while its late answer may still stop the model. */
  window?: RouterWindow | undefined;
}

interface RoundOptions extends LoopOptions {
  isFirst: boolean;
  isLast: boolean;
}

/**
 * The model answers and proposes calls until it is done or a bound is reached. The
 * result of the only call is shown by itself where the model has no word for it.
 */
export async function runToolLoop(outer: TurnWork, options: LoopOptions): Promise<void> {
  const work = { ...outer, leftMs: startBudget(outer) };
  try {
    await answerInRounds(work, options);
  } catch (error) {
    const outcome = isWordless(error) ? onlyOutcome(work) : undefined;
    if (outcome === undefined) throw error;
    await showPlainly(work, { outcome, error, saidSome: false });
  }
}

/** Of several calls, or of a directive's steps, no single result says what the turn came to. */
function onlyOutcome({ conversation, plan }: TurnWork): CallOutcome | undefined {
  if (conversation.callsTried !== 1 || plan.depth() > 0) return undefined;
  const told = conversation.messages.findLast(
    (message) => message.role === "tool" && message.outcome !== undefined,
  );
  return told?.role === "tool" ? told.outcome : undefined;
}

/** In its last round the model may call nothing and must answer. */
async function answerInRounds(work: TurnWork, options: LoopOptions): Promise<void> {
  const { conversation } = work;
  const { followsSteps } = work.deps.model.capabilities;
  let last: Round["kind"] = "answered";
  /** What the router's late call returned, until the model has said something about it. */
  let handed: CallOutcome | undefined;
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    const isStuck = conversation.repeats >= REPEATS_MAX;
    const isSpent = isStuck || conversation.callsTried >= CALLS_MAX || work.leftMs() <= 0;
    const isLast = round === ROUNDS_MAX || isSpent;
    if (isLast && followsSteps)
      conversation.messages.push({ role: "user", content: ANSWER_NOW, isNote: true });
    const asking = { ...options, isFirst: round === 1, isLast };
    const answer = await answerOrPlainly(work, { ...asking, handed });
    if (answer === undefined) return;
    last = answer.kind;
    handed = undefined;
    if (answer.kind === "answered" || isLast) break;
    if (answer.kind === "interrupted") handed = await takeIn(work, answer);
    else if (await answerCalls(work, answer.calls, options.router)) return;
  }
  if (!followsSteps) return;
  assertAnswered(work, last);
}

/** The result of the router's call is shown by itself where the model fails to go on with it. */
async function answerOrPlainly(
  work: TurnWork,
  { handed: outcome, ...options }: RoundOptions & { handed: CallOutcome | undefined },
): Promise<Round | undefined> {
  const before = work.conversation.openText;
  try {
    return await generateWithin(work, options);
  } catch (error) {
    // A directive's steps are not followed by its result.
    if (outcome === undefined || work.plan.depth() > 0) throw error;
    const saidSome = work.conversation.openText !== before;
    await showPlainly(work, { outcome, error, saidSome });
    return undefined;
  }
}

/** A model that ends in silence, or asks on when it must answer, has not finished. */
function assertAnswered({ scope, conversation }: TurnWork, last: Round["kind"]): void {
  const { response } = scope.account;
  const said = last === "answered" ? response : conversation.openText;
  if (said.trim() !== "") return;
  const message =
    last === "answered"
      ? "The language model ended without an answer. Ask again, or in other words."
      : "The language model asked for more calls than a turn may make, and gave no answer. Ask for less at once.";
  throw new LiluxError("llm_incomplete", { message, details: { reason: "empty" } });
}

/** Counts from now, and not while a person thinks about a confirm. */
function startBudget({ deps, scope: { clock, account } }: TurnWork): () => number {
  const loopMs = MODEL_MS + deps.executeWithinMs;
  const startedAt = clock.monotonic() - account.confirmMs;
  return () => loopMs - (clock.monotonic() - account.confirmMs - startedAt);
}

async function generateWithin(
  work: TurnWork,
  { router, window, isFirst, isLast }: RoundOptions,
): Promise<Round> {
  const { scope, conversation, plan, deps, callers } = work;
  const expiry = new AbortController();
  const stop = new AbortController();
  const waiting = AbortSignal.any([scope.signal, stop.signal]);
  const loopMs = isLast ? Math.max(work.leftMs(), LAST_ANSWER_MS) : work.leftMs();
  const leftMs = Math.min(MODEL_MS, loopMs);
  void scope.clock.sleep(leftMs, waiting).then(() => {
    if (!waiting.aborted) expiry.abort(new LiluxError("deadline_exceeded"));
  });
  const signal = AbortSignal.any([scope.signal, expiry.signal]);
  // Told of all the same, so that the prompt begins as before and is found in the server's cache.
  const tools = callers.beside(offeredTools(plan));
  // A caller may say that a tool is to be called, not how often.
  const wished = isFirst || callers.choice === "none" ? callers.choice : "auto";
  const toolChoice = isLast ? "none" : wished;
  try {
    return await generate(scope, {
      model: deps.model,
      conversation,
      tools,
      toolChoice,
      router,
      // The last answer is to be finished, whatever comes late.
      window: isLast ? undefined : window,
      signal,
    });
  } finally {
    stop.abort();
  }
}

/** The router's late answer: its call is run, and the message goes on from where it stood. */
async function takeIn(
  work: TurnWork,
  { leader }: Round & { kind: "interrupted" },
): Promise<CallOutcome> {
  work.scope.account.router = "late_used";
  const made = await makeCall(work, callOfLine(leader.call, work.scope.request));
  tellCall(work.conversation, { id: newCallId(), outcome: made.outcome });
  await beginDirective(work, made);
  return made.outcome;
}

/** Whether there are calls among them that the caller is to answer: the turn ends with those. */
async function answerCalls(
  work: TurnWork,
  calls: readonly ModelToolCall[],
  router: RouterView,
): Promise<boolean> {
  const { conversation, callers, scope } = work;
  closeMessage(conversation, calls);
  const judge = judgeProposals(conversation, router, scope.request);
  const isTheirs = (call: ModelToolCall): boolean => callers.isCallers(call);
  const ours = calls.filter((call) => !isTheirs(call)).map((call) => callers.own(call));
  const messagesBefore = conversation.messages.length;
  for (const group of groupReads(ours)) {
    const given = await allEnded(group.map((call) => answerCall(work, call, judge)));
    for (const tell of given) await tell();
  }
  const told = conversation.messages.slice(messagesBefore);
  const isRepeat = told.every(({ content }) => content === ALREADY_CALLED);
  conversation.repeats = isRepeat ? conversation.repeats + 1 : 0;
  scope.account.callerCalls = calls.filter(isTheirs);
  return scope.account.callerCalls.length > 0;
}

/** All of them, even when one fails: nothing of a turn goes on after its end. */
async function allEnded<T>(given: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(given);
  return Promise.all(given);
}

/**
 * Every call a model proposed is answered: servers refuse a conversation in which one is not.
 * Returns what tells the model, for the caller to do in the order of the calls.
 */
async function answerCall(
  work: TurnWork,
  toolCall: ModelToolCall,
  judge: (call: Call) => Proposal,
): Promise<() => Promise<void>> {
  const { conversation, plan } = work;
  const answer = (content: string) => async (): Promise<void> => {
    conversation.messages.push({ role: "tool", toolCallId: toolCall.id, content });
  };
  if (toolCall.name === MARK_STEP_TOOL.name) return answer(await markPlan(work, toolCall));
  let call: Call;
  try {
    call = parseToolCall(toolCall);
  } catch (error) {
    return answer(errorContent(bodyOf(work, error)));
  }
  if (isMade(conversation, call)) return answer(ALREADY_CALLED);
  const made = await makeCall(work, judge(call));
  return async () => {
    const { outcome } = made;
    const begun = hasSteps(directiveOf(outcome)) ? followFrom(plan.numbered()) : undefined;
    const note = begun === undefined ? {} : { note: begun };
    tellOutcome(conversation, { id: toolCall.id, outcome, ...note });
    await beginDirective(work, made);
  };
}

/**
 * From here on the plan's grants bind every call. What a directive's steps say,
 * the person says, when it was they who started it.
 */
export async function beginDirective(
  work: TurnWork,
  { outcome, isTheirs }: MadeCall,
): Promise<void> {
  const directive = directiveOf(outcome);
  if (directive === undefined) return;
  if (!work.deps.model.capabilities.followsSteps) {
    await followSteps(work, { directive, isTheirs });
    return;
  }
  const steps = startedSteps(directive);
  if (isTheirs) work.conversation.started.push(...steps);
  work.plan.begin({
    steps: directive.steps ?? [],
    grants: directive.permissions ?? [],
    keys: steps.map(({ call }) => (call === undefined ? undefined : callKey(call))),
  });
  await tellPlan(work);
}

async function markPlan(work: TurnWork, toolCall: ModelToolCall): Promise<string> {
  try {
    const { step, state } = markStep.parse(readArguments(toolCall.arguments));
    if (!work.plan.mark(step - 1, state)) return `There is no step ${step}.`;
    await tellPlan(work);
    return "ok";
  } catch (error) {
    return errorContent(bodyOf(work, error));
  }
}

function bodyOf({ deps, scope }: TurnWork, thrown: unknown): ErrorBody {
  const fields = { turnId: scope.turn.turnId };
  return loggedError(thrown, { logger: deps.logger, message: "tool call failed", fields }).toBody();
}

function errorContent(error: ErrorBody): string {
  return JSON.stringify({ ok: false, error });
}
