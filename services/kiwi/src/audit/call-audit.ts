import { randomUUID } from "node:crypto";
import type { Clock } from "@lilux/core/async";
import { digestCall } from "@lilux/core/calls";
import { parseTraceparent } from "@lilux/core/telemetry";
import {
  AUDIT_GRANTS_MAX,
  type AuditRecord,
  type Call,
  type ExecuteRequest,
  type ItemSummary,
  LiluxError,
  type LoadRequest,
  type OfTenant,
  type SearchRequest,
} from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import type { Consent } from "../consent/require-consent.ts";
import type { AuditTrail } from "./audit-trail.ts";

type Entry = OfTenant<AuditRecord>;
type Decision = Pick<Entry, "decision"> & Partial<Entry>;

/** What an item's record says of it. A new item has no more than its id. */
export type AuditedItem = Pick<ItemSummary, "item_id" | "qualified_id"> & Partial<ItemSummary>;

/** The records of one call: what was decided, then how it ended. */
export interface CallAudit {
  /**
   * The call may run. For one that a person confirmed it resolves once that is on
   * record, and throws `audit_unavailable` when it cannot be: then nothing runs.
   */
  allowed(item: AuditedItem | undefined, consent: Consent): Promise<void>;
  /** A read that was answered. */
  answered(item: AuditedItem | undefined, results?: number): void;
  /** A script that runs was not let through to a host. */
  hostRefused(refused: { host: string; reason: string }): void;
  /** A script ran for so long, however it ended. */
  ran(ms: number): void;
  /** An earlier result was answered, and nothing ran. */
  repeated(): void;
  /** It ended: refused when it was not allowed before. `status` is a result's own. */
  ended(error: LiluxError | undefined, status?: string): void;
}

export interface CallAuditDeps {
  trail: AuditTrail;
  clock: Clock;
}

type AuditedRequest = (SearchRequest | LoadRequest | ExecuteRequest) & { callId?: string };

/** A request is recorded without its arguments' values, and a search without its words. */
export function createCallAudit(
  { trail, clock }: CallAuditDeps,
  { request, call }: { request: AuditedRequest; call: Call },
  options: KiwiCallOptions | undefined,
): CallAudit {
  const startedAt = clock.monotonic();
  const facts = factsOf(request, call, options);
  let known: Partial<Entry> = {};
  let isAllowed = false;
  const record = (decision: Decision): Entry => ({
    ...facts,
    ...known,
    auditId: randomUUID(),
    at: clock.unix(),
    ...decision,
  });

  return {
    async allowed(item, { verdict, isConfirmed }) {
      known = itemFacts(item);
      const entry = record({ decision: isConfirmed ? "confirmed" : "allowed" });
      if (isConfirmed || verdict.effect === "destructive") await trail.store(entry);
      else trail.note(entry);
      isAllowed = true;
    },
    answered(item, results) {
      known = itemFacts(item);
      trail.note(record({ decision: "allowed", ...(results === undefined ? {} : { results }) }));
    },
    hostRefused({ host, reason }) {
      trail.note(record({ decision: "refused", code: "permission_denied", host, reason }));
    },
    ran(ms) {
      known = { ...known, scriptMs: ms };
    },
    repeated() {
      trail.note(record({ decision: "repeated" }));
    },
    ended(error, status) {
      const decision = decisionOf(error, isAllowed, status);
      const code = error?.code ?? (status === "error" ? "script_failed" : undefined);
      const durationMs = clock.monotonic() - startedAt;
      trail.note(record({ decision, ...(code === undefined ? {} : { code }), durationMs }));
    },
  };
}

function decisionOf(
  error: LiluxError | undefined,
  isAllowed: boolean,
  status: string | undefined,
): Entry["decision"] {
  if (error?.code === "cancelled") return "cancelled";
  if (!isAllowed) return "refused";
  return error === undefined && status !== "error" ? "succeeded" : "failed";
}

function factsOf(
  { tenant, origin, grants, callId }: AuditedRequest,
  call: Call,
  options: KiwiCallOptions | undefined,
): Omit<Entry, "auditId" | "at" | "decision"> {
  const traceId = parseTraceparent(options?.traceparent)?.traceId;
  const person = options?.mandate?.person;
  return {
    tenant,
    call: call.name,
    item_type: call.arguments.item_type,
    ...(origin === undefined ? {} : { origin }),
    ...(callId === undefined ? {} : { callId }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(person === undefined ? {} : { person }),
    // What is searched or loaded while a person types may hold half a line of theirs.
    ...(call.name === "execute" ? committedFacts(call) : {}),
    ...(grants === undefined
      ? {}
      : { grants: grants.slice(0, AUDIT_GRANTS_MAX), grantsTotal: grants.length }),
  };
}

function committedFacts(call: Call & { name: "execute" }): Partial<Entry> {
  const { item_id, action } = call.arguments;
  return { item_id, action, argumentsDigest: digestCall(call) };
}

function itemFacts(item: AuditedItem | undefined): Partial<Entry> {
  if (item === undefined) return {};
  const { qualified_id, source, version, content_hash } = item;
  return {
    item_id: qualified_id,
    ...(source === undefined ? {} : { source }),
    ...(version === undefined ? {} : { version }),
    ...(content_hash === undefined ? {} : { content_sha256: content_hash }),
  };
}

/** Runs a read and records that it was answered, or refused and why. */
export async function auditedRead<T>(
  audit: CallAudit,
  work: () => Promise<T>,
  describe: (answer: T) => { item?: AuditedItem; results?: number },
): Promise<T> {
  try {
    const answer = await work();
    const { item, results } = describe(answer);
    audit.answered(item, results);
    return answer;
  } catch (thrown) {
    audit.ended(LiluxError.from(thrown));
    throw thrown;
  }
}
