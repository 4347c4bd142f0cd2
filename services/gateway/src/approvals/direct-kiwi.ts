import { finishWithin } from "@lilux/core/async";
import { digestCall } from "@lilux/core/calls";
import {
  type ApprovalState,
  AskedItem,
  type Call,
  type Confirmation,
  createParser,
  Effect,
  type ExecuteRequest,
  LiluxError,
  type LoadRequest,
  type LoadResult,
} from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";
import { LRUCache } from "lru-cache";
import { type Caller, isCaller, wantsSecondPerson } from "../access/caller.ts";
import type { Approvals } from "./approvals.ts";
import type { ApprovalAnswer, OpenApproval } from "./open-approval.ts";

/** Copies that approvers said yes to, until whoever asked for them asks again. */
const COPIES_MAX = 200;
export const WAITS = "Waits for the yes of somebody else of the tenant.";

export interface DirectKiwiDeps {
  kiwi: KiwiApi;
  /** Without it no tenant can want a second person, and nothing is done here. */
  approvals: Approvals | undefined;
  again(caller: Caller): Promise<Caller>;
  /** How long what was approved may run. */
  runWithinMs: number;
}

/** The tool core for doors without turns. */
export interface DirectKiwi {
  /**
   * What needs a second person's yes is put to approvers and waited for as long as told; then, and
   * whenever the same call is sent again under its name, it rejects with `approval_pending` while
   * nobody answered. An approved call is run here, once, for whoever asked, as they are then.
   */
  waiting(waitMs: number): KiwiApi;
}

export function createDirectKiwi(deps: DirectKiwiDeps): DirectKiwi {
  const { kiwi, approvals } = deps;
  const copies = new LRUCache<string, LoadResult>({ max: COPIES_MAX });
  if (approvals === undefined) return { waiting: () => kiwi };
  const desk = approvals;

  function puts(asking: Asking): OpenApproval {
    const { asker, call, callId, question, perform, options } = asking;
    const { effect, why, item } = question.details ?? {};
    const run = async (open: OpenApproval): Promise<void> => {
      try {
        const mandate = await deps.again(asker);
        const { traceparent } = options;
        const answer = await perform(confirmationIn(call, callId, question), {
          mandate,
          traceparent,
          deadlineMs: deps.runWithinMs,
        });
        if (answer !== undefined) copies.set(open.approval.approvalId, answer);
        open.close("ran");
      } catch (thrown) {
        open.close("failed", asChanged(LiluxError.from(thrown)).toBody());
      }
    };
    const open: OpenApproval = desk.open({
      asker,
      call,
      callId,
      effect: effects.is(effect) ? effect : "destructive",
      reason: typeof why === "string" ? why : question.message,
      ...(items.is(item) ? { item: factsOf(item) } : {}),
      take({ approve }: ApprovalAnswer) {
        // Told of the yes first, then of what came of it.
        if (approve) queueMicrotask(() => void run(open));
      },
    });
    return open;
  }

  /** Resolves with what was approved and has run. */
  async function* settled(asking: Asking, waitMs: number): AsyncGenerator<string, ApprovalState> {
    const { asker, call, callId, options } = asking;
    const before = desk.before(asker, { callId, call });
    const isOver = before === undefined || OVER.has(before.state.state);
    const open = isOver ? puts(asking) : before.open;
    if (open === undefined) return assertRan(before?.state, callId);
    if (waitMs > 0) {
      yield WAITS;
      await finishWithin(Promise.race([open.settled, gone(options.signal)]), waitMs);
    }
    if (options.signal?.aborted) throw new LiluxError("cancelled");
    return assertRan(open.state(), callId);
  }

  function askingOf(
    thrown: unknown,
    request: { callId?: string | undefined },
    options: KiwiCallOptions | undefined,
  ): Pick<Asking, "asker" | "question" | "callId" | "options"> | undefined {
    const question = LiluxError.from(thrown);
    const { effect, callId } = question.details ?? {};
    const mandate = options?.mandate;
    if (question.code !== "confirm_required" || mandate === undefined || !isCaller(mandate)) return;
    if (!effects.is(effect) || !wantsSecondPerson(mandate, effect)) return;
    const name = request.callId ?? (typeof callId === "string" ? callId : "");
    return { asker: mandate, question, callId: name, options: options ?? {} };
  }

  return {
    waiting: (waitMs) => ({
      ...kiwi,
      async *execute(request, options) {
        try {
          yield* kiwi.execute(request, options);
          return;
        } catch (thrown) {
          const asking = askingOf(thrown, request, options);
          if (asking === undefined) throw thrown;
          const call = { name: "execute", arguments: request.arguments } as const;
          const perform = (confirmation: Confirmation, how: KiwiCallOptions) =>
            runToEnd(kiwi, { ...request, callId: asking.callId, confirmation }, how);
          for await (const text of settled({ ...asking, call, perform }, waitMs)) {
            yield { type: "progress", text };
          }
        }
        // It has run under this name: its result is told again.
        yield* kiwi.execute(request, options);
      },
      async load(request, options) {
        try {
          return await kiwi.load(request, options);
        } catch (thrown) {
          const asking = askingOf(thrown, request, options);
          if (asking === undefined) throw thrown;
          const call = { name: "load", arguments: request.arguments } as const;
          const perform = (confirmation: Confirmation, how: KiwiCallOptions) =>
            kiwi.load({ ...request, callId: asking.callId, confirmation }, how);
          const state = await endOf(settled({ ...asking, call, perform }, waitMs));
          return copies.get(state.approvalId) ?? kiwi.load(withoutCopy(request), options);
        }
      },
    }),
  };
}

interface Asking {
  asker: Caller;
  call: Call;
  callId: string;
  /** `confirm_required`, as the tool core put it. */
  question: LiluxError;
  options: KiwiCallOptions;
  perform(confirmation: Confirmation, how: KiwiCallOptions): Promise<LoadResult | undefined>;
}

const effects = createParser(Effect, "effect", "internal");
const items = createParser(AskedItem, "item", "internal");
/** Whoever sends the call again after this asks anew. */
const OVER: ReadonlySet<string> = new Set(["ran", "failed", "expired", "cancelled"]);

/** Throws for whatever did not come to a run. */
function assertRan(state: ApprovalState | undefined, callId: string): ApprovalState {
  switch (state?.state) {
    case "ran":
      return state;
    case "failed":
      if (state.error !== undefined) throw LiluxError.fromBody(state.error);
      throw new LiluxError("internal");
    case "declined":
      throw new LiluxError("confirm_declined", { details: { ...state } });
    case "expired":
      throw new LiluxError("confirm_declined", {
        message: "Nobody who may approve it answered in time, so the call did not run.",
        details: { ...state },
      });
    case "cancelled":
      throw new LiluxError("approval_over", { details: { ...state } });
    case "waiting":
    case "approved":
    case undefined:
      throw new LiluxError("approval_pending", {
        message: `This call waits for the yes of somebody else of the tenant. Send the same call again with callId ${callId}: it runs once, and its result is told then.`,
        details: { ...state, callId },
      });
  }
}

/** A yes is bound to the content that was shown. */
function asChanged(error: LiluxError): LiluxError {
  if (error.code !== "confirm_required") return error;
  return new LiluxError("approval_over", {
    message: "What would run has changed since it was approved, so it did not run. Ask again.",
  });
}

function confirmationIn(call: Call, callId: string, { details }: LiluxError): Confirmation {
  const bound = { callId, callDigest: digestCall(call) };
  const nonce = details?.["nonce"];
  return typeof nonce === "string" ? { ...bound, nonce } : bound;
}

function factsOf(item: AskedItem): AskedItem {
  const { item_type, qualified_id, source, version, content_hash } = item;
  return { item_type, qualified_id, source, version, content_hash };
}

async function runToEnd(
  kiwi: Pick<KiwiApi, "execute">,
  request: ExecuteRequest,
  options: KiwiCallOptions,
): Promise<undefined> {
  for await (const { type } of kiwi.execute(request, options)) if (type === "result") return;
  throw new LiluxError("kiwi_unavailable", { cause: new Error("execute ended without a result") });
}

function withoutCopy({
  arguments: { destination: _, ...given },
  ...request
}: LoadRequest): LoadRequest {
  return { ...request, arguments: given };
}

async function endOf<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await steps.next();
    if (done === true) return value as T;
  }
}

async function gone(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return new Promise(() => undefined);
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
