import { isWholeCall } from "@lilux/core/parameters";
import { confidenceOnEnter } from "@lilux/core/turns";
import { type Candidate, LiluxError, type ToolChoice, type TurnRequest } from "@lilux/protocol";
import type { RouterWindow } from "../ask-router/router-window.ts";
import { roundStart } from "../model/continuing/continuation.ts";
import { createSpaceHolder } from "../model/continuing/hold-space.ts";
import type {
  LanguageModel,
  ModelEvent,
  ModelRequest,
  ModelToolCall,
  RouterView,
  Spending,
  ToolDefinition,
} from "../model/language-model.ts";
import { addSpending } from "../scope/turn-account.ts";
import type { TurnScope } from "../scope/turn-scope.ts";
import { type Conversation, isMade } from "./conversation.ts";

/** How one answer of the model ended. */
export type Round =
  | { kind: "answered" }
  | { kind: "calls"; calls: ModelToolCall[] }
  /** The router's late answer stopped it. What was said stays in `openText`. */
  | { kind: "interrupted"; leader: Candidate };

export interface GenerateOptions {
  model: LanguageModel;
  conversation: Conversation;
  tools: readonly ToolDefinition[];
  /** `none`: it is to answer in words. */
  toolChoice?: ToolChoice;
  router: RouterView;
  /** A few words about a result, soon or not at all. */
  explains?: boolean;
  /** Ends this answer at its deadline, besides the turn's own signal. */
  signal: AbortSignal;
  /** The router, while its late answer may still stop the model. */
  window?: RouterWindow | undefined;
}

/** Three sentences: what is longer is no explanation, and holds a place that others wait for. */
const EXPLAINING = { explains: true, tokensMax: 200, firstTokenMs: 8_000 } as const;

/** Streams one answer of the model to the person. */
export async function generate(scope: TurnScope, options: GenerateOptions): Promise<Round> {
  const { model, conversation, tools, toolChoice = "auto", router } = options;
  const upstream = new AbortController();
  const interruption = watchRouter(options, () => upstream.abort(new LiluxError("cancelled")));
  const { messages, continuesMessage, trimmer } = roundStart(conversation, model);
  const signal = AbortSignal.any([options.signal, upstream.signal]);
  const calls: ModelToolCall[] = [];
  const space = createSpaceHolder();
  const say = async (text: string): Promise<void> => {
    conversation.openText += text;
    await scope.say(space.push(text));
  };

  scope.account.rounds += 1;
  scope.account.firstModelRequestMs ??= scope.clock.monotonic() - scope.startedAt;
  // A new message of the same turn begins a new paragraph for the person.
  if (conversation.openText === "") await scope.breakText();
  try {
    const wished = wishesOf(scope.request, options);
    const onSpent = (spending: Spending): void => addSpending(scope.account, spending);
    const base = { messages, tools, toolChoice, continuesMessage, router, onSpent };
    const request = { ...base, ...wished };
    for await (const event of model.stream(request, signal)) {
      const isLate = signal.aborted && !isSpace(event);
      if (isLate) continue;
      if (event.type === "text") await say(trimmer.push(event.text));
      else if (event.type === "thought") await scope.think(event.text);
      else take(event, { calls, scope });
    }
    if (signal.aborted) throw LiluxError.from(signal.reason);
  } catch (error) {
    const leader = interruption();
    if (leader === undefined || options.signal.aborted) throw error;
    await say(trimmer.end());
    return { kind: "interrupted", leader };
  }
  await say(trimmer.end());
  await scope.say(space.end());
  return calls.length === 0 ? { kind: "answered" } : { kind: "calls", calls };
}

/** What the caller wants of an answer, and of an explanation what makes it one. */
function wishesOf({ chat }: TurnRequest, { explains }: GenerateOptions): Partial<ModelRequest> {
  const { tokensMax, passedOn } = chat ?? {};
  const short = explains === true ? EXPLAINING : undefined;
  const most = Math.min(
    tokensMax ?? Number.POSITIVE_INFINITY,
    short?.tokensMax ?? Number.POSITIVE_INFINITY,
  );
  return {
    ...(passedOn === undefined ? {} : { passedOn }),
    ...short,
    ...(Number.isFinite(most) ? { tokensMax: most } : {}),
  };
}

/** Shows nothing, and says how what goes on with the message is to be joined to it. */
function isSpace(event: ModelEvent): boolean {
  return event.type === "text" && event.text.trim() === "";
}

function take(
  event: Exclude<ModelEvent, { type: "text" | "thought" }>,
  { calls, scope }: { calls: ModelToolCall[]; scope: TurnScope },
): void {
  if (event.type === "tool-call") {
    calls.push(event.call);
    return;
  }
  scope.account.answeredBy = event.model;
}

/** Calls back when a late answer is worth stopping for; returns what it proposes. */
function watchRouter(
  { window, conversation, router }: GenerateOptions,
  stop: () => void,
): () => Candidate | undefined {
  let leader: Candidate | undefined;
  window?.onLate((late) => {
    const [first] = late.candidates;
    if (first === undefined || confidenceOnEnter(first) <= router.thresholds.act) return;
    if (!isWholeCall(first)) return;
    if (isMade(conversation, first.call)) return;
    leader = first;
    stop();
  });
  return () => leader;
}
