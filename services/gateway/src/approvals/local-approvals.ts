import { randomBytes } from "node:crypto";
import { mayAnswer, type Question } from "@lilux/core/access";
import { digestCall } from "@lilux/core/calls";
import {
  type Approval,
  type ApprovalOutcome,
  type ApprovalState,
  type Call,
  type ErrorBody,
  LiluxError,
  type Tenant,
} from "@lilux/protocol";
import { assertMay, type Caller } from "../access/caller.ts";
import type { ApprovalAnswer, ApprovalNews, AskedApproval, OpenApproval } from "./open-approval.ts";

/** A turn waits so long for a person; the tool core keeps a question for longer. */
export const APPROVAL_WITHIN_MS = 5 * 60_000;
/** How long it can be asked what became of a question. */
const KEPT_MS = 15 * 60_000;
const WAITING_PER_TENANT_MAX = 200;
const KEPT_MAX = 5_000;
/** Nobody reads more, and other gateways have to be told of it whole. */
const CALL_CHARACTERS_MAX = 128 * 1024;

export interface LocalApprovalsDeps {
  now(): number;
  /** The same caller as they are now. Rejects when they would not be let in any more. */
  again(caller: Caller): Promise<Caller>;
  /** As the tenant's records call them. */
  nameOf(caller: Caller): Promise<string | undefined>;
  /** Who made the key that somebody asks with, as far back as keys made keys. Rejects where that is not to be known. */
  makersOf(caller: Caller): Promise<ReadonlySet<string>>;
  /** Puts it on record before it counts. */
  record(act: ApprovalAct): Promise<void>;
  tell(tenant: Tenant, news: ApprovalNews): void;
}

export interface ApprovalAct {
  tenant: Tenant;
  actor: string;
  action: `approval.${"ask" | "yes" | "no" | Exclude<ApprovalOutcome, "approved" | "declined">}`;
  approval: Approval;
  reason?: string | undefined;
}

interface Entry extends AskedApproval {
  approval: Approval;
  state: ApprovalState;
  /** Somebody's answer is being put on record. */
  isBeingAnswered: boolean;
  settle: PromiseWithResolvers<ApprovalState>;
}

/** The questions that this gateway put, and what became of them. */
export interface LocalApprovals {
  /** Throws `overloaded` when too many of the tenant wait, `confirm_required` for what nobody could read. */
  open(asked: AskedApproval): OpenApproval;
  find(
    tenant: Tenant,
    approvalId: string,
  ): { approval: Approval; state: ApprovalState } | undefined;
  /** What was asked for this very call before, by the same person. */
  findCall(asker: Caller, asked: { callId: string; call: Call }): OpenApproval | undefined;
  waiting(tenant?: Tenant): { tenant: Tenant; approval: Approval; state: ApprovalState }[];
  /**
   * Takes an answer, which counts once. Rejects with `second_person_required`, `forbidden`, or
   * `approval_over` for one that comes too late; then nothing was approved.
   */
  answer(approver: Caller, approvalId: string, answer: ApprovalAnswer): Promise<void>;
  /** Ends what has waited too long, and forgets what is long over. */
  sweep(): void;
}

export function createLocalApprovals(deps: LocalApprovalsDeps): LocalApprovals {
  const { now, again } = deps;
  const entries = new Map<string, Entry>();

  function entryOf(tenant: Tenant, approvalId: string): Entry | undefined {
    const entry = entries.get(approvalId);
    return entry?.asker.tenant === tenant ? entry : undefined;
  }

  /** Of what is not an answer nobody waits for the record; it is written all the same. */
  function note(entry: Entry, actor: string, action: ApprovalAct["action"]): void {
    const { tenant } = entry.asker;
    deps.record({ tenant, actor, action, approval: entry.approval }).catch(() => undefined);
  }

  function become(entry: Entry, change: Partial<ApprovalState>): void {
    entry.state = { ...entry.state, ...change };
    const { approval, state } = entry;
    const isTurns = approval.turnId !== undefined;
    if (state.state !== "waiting" && (state.state !== "approved" || isTurns)) {
      entry.settle.resolve(state);
    }
    deps.tell(entry.asker.tenant, { type: "settled", approval, state });
  }

  function close(
    entry: Entry,
    outcome: Exclude<ApprovalOutcome, "approved">,
    error?: ErrorBody,
  ): void {
    const { state } = entry.state;
    const isOpen = state === "waiting" || (state === "approved" && entry.turnId === undefined);
    if (!isOpen) return;
    const told = error === undefined ? {} : { error };
    become(entry, { state: outcome, ...told });
    if (outcome !== "declined") note(entry, entry.asker.person, `approval.${outcome}`);
  }

  function assertWaits(entry: Entry): void {
    if (entry.state.state === "waiting" && entry.approval.expiresAt <= now()) {
      close(entry, "expired");
    }
    if (entry.state.state !== "waiting" || entry.isBeingAnswered) throw over(entry.state);
  }

  function opened(entry: Entry): OpenApproval {
    return {
      approval: entry.approval,
      state: () => entry.state,
      settled: entry.settle.promise,
      close: (outcome, error) => close(entry, outcome, error),
    };
  }

  async function assertAskerIsIn(entry: Entry): Promise<void> {
    try {
      await again(entry.asker);
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      if (error.retryable || error.code === "internal") throw error;
      close(entry, "cancelled");
      throw new LiluxError("approval_over", {
        message: "Who asked for this call may not be here any more, so it does not run.",
        cause: error,
      });
    }
  }

  return {
    open(asked) {
      const { asker, take: _, ...rest } = asked;
      const own = [...entries.values()].filter(
        (entry) => entry.asker.tenant === asker.tenant && entry.state.state === "waiting",
      );
      if (own.length >= WAITING_PER_TENANT_MAX) throw new LiluxError("overloaded");
      if (JSON.stringify(rest.call).length > CALL_CHARACTERS_MAX) throw tooLong();
      const approvalId = `a_${randomBytes(16).toString("base64url")}`;
      const askedAt = now();
      const expiresAt = askedAt + APPROVAL_WITHIN_MS;
      const approval = { ...rest, approvalId, askedBy: asker.person, askedAt, expiresAt };
      const state = { approvalId, callId: rest.callId, state: "waiting", expiresAt } as const;
      const settle = Promise.withResolvers<ApprovalState>();
      const entry: Entry = { ...asked, approval, state, isBeingAnswered: false, settle };
      entries.set(approvalId, entry);
      note(entry, asker.person, "approval.ask");
      const tell = (name?: string): void => {
        if (name !== undefined) entry.approval = { ...approval, askedByName: name };
        if (entry.state.state !== "waiting") return;
        deps.tell(asker.tenant, { type: "request", approval: entry.approval });
      };
      deps.nameOf(asker).then(tell, () => tell());
      return opened(entry);
    },
    find: entryOf,
    findCall(asker, { callId, call }) {
      const digest = digestCall(call);
      const found = [...entries.values()].findLast(
        (entry) =>
          entry.asker.tenant === asker.tenant &&
          entry.asker.person === asker.person &&
          entry.callId === callId &&
          digestCall(entry.call) === digest,
      );
      return found && opened(found);
    },
    waiting: (tenant) =>
      [...entries.values()]
        .filter(({ asker, state }) => {
          return state.state === "waiting" && (tenant === undefined || asker.tenant === tenant);
        })
        .map(({ asker, approval, state }) => ({ tenant: asker.tenant, approval, state })),
    async answer(approver, approvalId, { approve, reason }) {
      const entry = entryOf(approver.tenant, approvalId);
      if (entry === undefined) throw new LiluxError("approval_over");
      const makers = await deps.makersOf(entry.asker);
      assertMayAnswer({ ...entry.approval, makers }, approver, approve);
      await assertAskerIsIn(entry);
      assertWaits(entry);
      entry.isBeingAnswered = true;
      const { approval } = entry;
      const { tenant, person: actor } = approver;
      const action = approve ? "approval.yes" : "approval.no";
      try {
        await deps.record({ tenant, actor, action, approval, reason });
      } finally {
        entry.isBeingAnswered = false;
      }
      assertWaits(entry);
      try {
        entry.take({ approve, reason }, approver);
      } catch (cause) {
        close(entry, "cancelled");
        throw new LiluxError("approval_over", { cause });
      }
      const said = reason === undefined || reason === "" ? {} : { reason };
      become(entry, { state: approve ? "approved" : "declined", by: actor, ...said });
    },
    sweep() {
      for (const [id, entry] of entries) {
        if (entry.state.state === "waiting" && entry.approval.expiresAt <= now()) {
          close(entry, "expired");
        }
        const isOver = entry.state.state !== "waiting";
        const isOld = entry.approval.expiresAt + KEPT_MS <= now();
        if (isOver && (isOld || entries.size > KEPT_MAX)) entries.delete(id);
      }
    },
  };
}

/** Their own they may take back; what others asked for is an approver's alone, a no as well. */
export function assertMayAnswer(
  { effect, askedBy, makers }: Pick<Approval, "effect" | "askedBy"> & Pick<Question, "makers">,
  approver: Caller,
  approve: boolean,
): void {
  const isOwn = askedBy === approver.person || makers?.has(approver.person) === true;
  if (isOwn && !approve) return;
  const question = { effect, askedBy, makers };
  const verdict = mayAnswer(question, approver, { [effect]: "second-person" });
  if (verdict === "second-person") throw new LiluxError("second_person_required");
  if (verdict === "forbidden") assertMay(approver, "approve");
}

export function over({ state, by }: ApprovalState): LiluxError {
  return new LiluxError("approval_over", {
    details: { state, ...(by === undefined ? {} : { by }) },
  });
}

function tooLong(): LiluxError {
  return new LiluxError("confirm_required", {
    message:
      "This call waits for the yes of somebody else, and is too long to be shown to anybody. Make it shorter.",
    details: { charactersMax: CALL_CHARACTERS_MAX },
  });
}
