import { randomBytes } from "node:crypto";
import { type Bus, type Subscription, subjects, tenantOfSubject } from "@lilux/bus";
import {
  Approval,
  ApprovalId,
  ApprovalReason,
  ApprovalState,
  type Call,
  LiluxError,
  Role,
  type Tenant,
} from "@lilux/protocol";
import type { Part } from "@lilux/runtime";
import { Type } from "typebox";
import type { Caller, Credential } from "../access/caller.ts";
import {
  assertMayAnswer,
  createLocalApprovals,
  type LocalApprovalsDeps,
  over,
} from "./local-approvals.ts";
import type { ApprovalAnswer, ApprovalNews, AskedApproval, OpenApproval } from "./open-approval.ts";
import { createRemoteApprovals } from "./remote-approvals.ts";
import { createSignedWords } from "./signed-words.ts";

const SWEEP_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
/** Between a gateway that passes an answer on and the one that takes it. */
const ANSWER_GOOD_FOR_MS = 30_000;
/** Beats that may be missed before a gateway counts as gone. */
const BEATS_MISSED_MAX = 6;

/** Calls that wait for a second person, whichever gateway asked: the one place where they are seen and answered. */
export interface Approvals {
  open(asked: AskedApproval): OpenApproval;
  /** What was asked for this very call before, here or elsewhere, by the same person. */
  before(asker: Caller, asked: { callId: string; call: Call }): BeforeApproval | undefined;
  /** Those of others in the tenant that wait. */
  waitingFor(approver: Caller): Approval[];
  /** How one stands, for who asked and who may answer. */
  stateOf(caller: Caller, approvalId: string): ApprovalState | undefined;
  /** What a yes of theirs would be about. Throws what `answer` would reject with. */
  toAnswer(approver: Caller, approvalId: string): Approval;
  answer(approver: Caller, approvalId: string, answer: ApprovalAnswer): Promise<void>;
  /** Calls back with what is new in a tenant; returns how to stop. */
  watch(tenant: Tenant, listener: (news: ApprovalNews) => void): () => void;
  readonly part: Part;
}

export interface BeforeApproval {
  state: ApprovalState;
  /** Of this gateway; undefined of another's. */
  open: OpenApproval | undefined;
}

export interface ApprovalsDeps extends Omit<LocalApprovalsDeps, "tell"> {
  bus: Bus;
  secret: Buffer;
  beatMs: number;
}

const News = Type.Object({ holder: Type.String(), approval: Approval, state: ApprovalState });
const GivenCredential = Type.Union([
  Type.Object({ kind: Type.Literal("key"), keyId: Type.String() }),
  Type.Object({
    kind: Type.Literal("sign-in"),
    until: Type.Number(),
    role: Type.Union([Role, Type.Null()]),
  }),
]);
const PassedOn = Type.Object({
  at: Type.Integer(),
  approvalId: ApprovalId,
  approve: Type.Boolean(),
  reason: Type.Optional(ApprovalReason),
  person: Type.String(),
  credential: GivenCredential,
});

export function createApprovals(deps: ApprovalsDeps): Approvals {
  const { bus, secret, now, beatMs } = deps;
  const holder = randomBytes(8).toString("hex");
  const listeners = new Map<string, Set<(news: ApprovalNews) => void>>();
  const news = createSignedWords(secret, "approval", News);
  const passedOn = createSignedWords(secret, "approval-answer", PassedOn);
  const tell = (tenant: Tenant, told: ApprovalNews): void => {
    for (const listener of [...(listeners.get(tenant) ?? [])]) listener(told);
  };
  const local = createLocalApprovals({
    ...deps,
    tell(tenant, told) {
      tell(tenant, told);
      const { approval } = told;
      const state = local.find(tenant, approval.approvalId)?.state;
      if (state !== undefined) announce(tenant, approval, state);
    },
  });
  const remote = createRemoteApprovals({ now, tell, quietMs: BEATS_MISSED_MAX * beatMs });

  function announce(tenant: Tenant, approval: Approval, state: ApprovalState): void {
    const said = { holder, approval, state };
    bus.publish(subjects.approval(tenant), news.write(tenant, said));
  }

  function hear(tenant: Tenant, body: unknown): void {
    const said = news.read(tenant, body);
    if (said !== undefined && said.holder !== holder) remote.hear({ tenant, ...said });
  }

  /** An answer that came to another gateway: who gives it is looked up here, whatever that one thought. */
  async function takePassedOn(tenant: Tenant, body: unknown): Promise<{ taken: true }> {
    const said = passedOn.read(tenant, body);
    if (said === undefined || Math.abs(now() - said.at) > ANSWER_GOOD_FOR_MS) {
      throw new LiluxError("unauthenticated", { message: "No gateway of ours passed that on." });
    }
    const { approvalId, approve, reason, person, credential } = said;
    const claimed = {
      tenant,
      person,
      verbs: new Set<never>(),
      credential: credentialIn(credential),
    };
    const approver = await deps.again(claimed);
    if (approver.person !== person) throw new LiluxError("forbidden");
    await local.answer(approver, approvalId, { approve, reason });
    return { taken: true };
  }

  async function passOn(
    approver: Caller,
    { approvalId, holder: to }: { approvalId: string; holder: string },
    { approve, reason }: ApprovalAnswer,
  ): Promise<void> {
    const { tenant, person, credential } = approver;
    const given = {
      at: now(),
      approvalId,
      approve,
      reason,
      person,
      credential: written(credential),
    };
    const subject = subjects.approvalAnswer(tenant, to);
    await bus.request(subject, passedOn.write(tenant, given), { deadlineMs: ANSWER_WITHIN_MS });
  }

  return {
    open: local.open,
    before(asker, asked) {
      const open = local.findCall(asker, asked);
      if (open !== undefined) return { open, state: open.state() };
      const call = JSON.stringify(asked.call);
      const other = remote
        .all(asker.tenant)
        .findLast(
          ({ approval }) =>
            approval.askedBy === asker.person &&
            approval.callId === asked.callId &&
            JSON.stringify(approval.call) === call,
        );
      return other && { open: undefined, state: other.state };
    },
    waitingFor({ tenant, person }) {
      const others = remote.all(tenant).filter(({ state }) => state.state === "waiting");
      return [...local.waiting(tenant), ...others]
        .map(({ approval }) => approval)
        .filter(({ askedBy }) => askedBy !== person)
        .toSorted((a, b) => a.askedAt - b.askedAt);
    },
    stateOf({ tenant, person, verbs }, approvalId) {
      const found = local.find(tenant, approvalId) ?? remote.find(tenant, approvalId);
      const isTheirs = found?.approval.askedBy === person || verbs.has("approve");
      return isTheirs ? found?.state : undefined;
    },
    toAnswer(approver, approvalId) {
      const { tenant } = approver;
      const found = local.find(tenant, approvalId) ?? remote.find(tenant, approvalId);
      if (found === undefined) throw new LiluxError("approval_over");
      assertMayAnswer(found.approval, approver, true);
      if (found.state.state !== "waiting") throw over(found.state);
      return found.approval;
    },
    async answer(approver, approvalId, answer) {
      const other = remote.find(approver.tenant, approvalId);
      if (other === undefined) return local.answer(approver, approvalId, answer);
      assertMayAnswer(other.approval, approver, answer.approve);
      if (other.state.state !== "waiting") throw over(other.state);
      return passOn(approver, { approvalId, holder: other.holder }, answer);
    },
    watch(tenant, listener) {
      const own = listeners.get(tenant) ?? new Set();
      listeners.set(tenant, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(tenant) === own) listeners.delete(tenant);
      };
    },
    part: createPart(),
  };

  function createPart(): Part {
    let subscriptions: Subscription[] = [];
    const timers: ReturnType<typeof setInterval>[] = [];
    const sweep = (): void => {
      local.sweep();
      remote.sweep();
    };
    const beat = (): void => {
      for (const { tenant, approval, state } of local.waiting()) announce(tenant, approval, state);
    };
    return {
      name: "approvals",
      start() {
        subscriptions = [
          bus.subscribe(subjects.ofAllTenants("approval"), ({ subject, body }) =>
            hear(tenantOfSubject(subject), body),
          ),
          bus.respond(subjects.approvalAnswers(holder), ({ subject, body }) =>
            takePassedOn(tenantOfSubject(subject), body),
          ),
        ];
        timers.push(setInterval(sweep, SWEEP_MS), setInterval(beat, beatMs));
        for (const timer of timers) timer.unref();
      },
      async stop() {
        for (const timer of timers) clearInterval(timer);
        await Promise.all(subscriptions.map((one) => one.close().catch(() => undefined)));
      },
    };
  }
}

function written(credential: Credential | undefined): object {
  if (credential === undefined) throw new LiluxError("forbidden");
  return credential.kind === "key" ? credential : { ...credential, role: credential.role ?? null };
}

function credentialIn(
  given: { kind: "key"; keyId: string } | { kind: "sign-in"; until: number; role: Role | null },
): Credential {
  return given.kind === "key" ? given : { ...given, role: given.role ?? undefined };
}
