import { createHash } from "node:crypto";
import { type Bus, createAppendQueue, subjects } from "@lilux/bus";
import { createParser, ErrorBody, ExecuteResult, LiluxError, type Tenant } from "@lilux/protocol";
import { Type } from "typebox";
import { usedOtherwise } from "./recorded-results.ts";

const STORE_WITHIN_MS = 2_000;
/** Ends that wait while the bus is away; one that goes makes its call's outcome unknown. */
const WAITING_MAX = 1_000;
const RESULT_CHARACTERS_MAX = 256 * 1024;

export interface NamedCall {
  tenant: Tenant;
  callId: string;
  digest: string;
}

/**
 * Which calls have begun and what came of them, kept where the death of this
 * process does not reach. A call id runs once, whichever tool core is asked.
 */
export interface CallLog {
  /**
   * Takes the call for this process: undefined when it is to be run now, else
   * what came of it. Throws `bus_unavailable` when that cannot be put on record.
   */
  begin(call: NamedCall): Promise<EarlierCall | undefined>;
  /** What came of a call that somebody has begun; undefined when nobody has, as far as can be told. */
  find(call: NamedCall): Promise<EarlierCall | undefined>;
  /** The result of a call of this name, whatever its arguments; undefined where none is on record. */
  recall(call: { tenant: Tenant; callId: string }): Promise<ExecuteResult | undefined>;
  /** Stored in the background. */
  ended(call: NamedCall, outcome: Outcome): void;
  close(withinMs: number): Promise<void>;
}

export type Outcome = { result: ExecuteResult } | { error: LiluxError };

/** Resolves or throws as the call did; throws `outcome_unknown` where that is not on record. */
export type EarlierCall = () => Promise<ExecuteResult>;

const Began = Type.Object({ state: Type.Literal("began"), digest: Type.String() });
const Ended = Type.Object({
  state: Type.Literal("ended"),
  digest: Type.String(),
  result: Type.Optional(ExecuteResult),
  error: Type.Optional(ErrorBody),
});
const record = createParser(Type.Union([Began, Ended]), "a call on record", "internal");

export interface CallLogDeps {
  bus: Pick<Bus, "append" | "read">;
  /** By which it has a larger or a smaller part of what there is room for. */
  weightOf(tenant: string): number;
  onDropped(count: number): void;
}

export function createCallLog({ bus, weightOf, onDropped }: CallLogDeps): CallLog {
  const queue = createAppendQueue({ bus, stream: "CALLS", waitingMax: WAITING_MAX, onDropped });

  async function find({ tenant, callId, digest }: NamedCall): Promise<EarlierCall | undefined> {
    const read = { messagesMax: 2, deadlineMs: STORE_WITHIN_MS };
    const stored = await bus.read("CALLS", subjects.call(tenant, nameOf(callId)), read);
    const last = stored.at(-1)?.body;
    if (!record.is(last)) return undefined;
    if (last.digest !== digest) throw usedOtherwise();
    return async () => {
      if (last.state === "began") throw new LiluxError("outcome_unknown");
      if (last.error !== undefined) throw LiluxError.fromBody(last.error);
      if (last.result !== undefined) return last.result;
      throw new LiluxError("outcome_unknown", { details: { ended: true } });
    };
  }

  return {
    async recall({ tenant, callId }) {
      const read = { messagesMax: 2, deadlineMs: STORE_WITHIN_MS };
      const stored = await bus.read("CALLS", subjects.call(tenant, nameOf(callId)), read);
      const last = stored.at(-1)?.body;
      return record.is(last) && last.state === "ended" ? last.result : undefined;
    },
    async begin(call) {
      const { tenant, callId, digest } = call;
      const name = nameOf(callId);
      const body = { state: "began", digest } as const;
      const append = {
        id: `${tenant}:${name}:began`,
        deadlineMs: STORE_WITHIN_MS,
        weight: weightOf(tenant),
      };
      const { duplicate } = await bus.append("CALLS", subjects.call(tenant, name), body, append);
      if (!duplicate) return undefined;
      // A try below the bus whose answer was lost looks the same, and is not run either.
      return (await find(call)) ?? unknown;
    },
    find,
    ended({ tenant, callId, digest }, outcome) {
      const name = nameOf(callId);
      const body = { state: "ended", digest, ...kept(outcome) } as const;
      const id = `${tenant}:${name}:ended`;
      const weight = weightOf(tenant);
      queue.add({ subject: subjects.call(tenant, name), body, id, weight });
    },
    close: queue.close,
  };
}

const unknown: EarlierCall = async () => {
  throw new LiluxError("outcome_unknown");
};

/** An id may hold what no subject may. */
function nameOf(callId: string): string {
  return createHash("sha256").update(callId).digest("base64url");
}

function kept(outcome: Outcome): { result?: ExecuteResult; error?: ErrorBody } {
  if ("error" in outcome) return { error: outcome.error.toBody() };
  const { result } = outcome;
  return JSON.stringify(result).length > RESULT_CHARACTERS_MAX ? {} : { result };
}
