import { type Static, Type } from "typebox";
import { ExecuteAction, ItemSource } from "./call.ts";
import { ItemType } from "./item-type.ts";
import { CallOrigin, Grant } from "./kiwi.ts";
import { PersonId } from "./lesson.ts";
import { TextEnum } from "./text-enum.ts";

/** Grants beyond this many are only counted. */
export const AUDIT_GRANTS_MAX = 32;

/**
 * One decision of the tool core, or how what it allowed ended. Append-only, in
 * AUDIT under the tenant's `audit` subject. No value of an argument, no
 * query and no result is in it.
 */
export const AuditRecord = Type.Object({
  auditId: Type.String(),
  /** Unix milliseconds. */
  at: Type.Integer(),
  tenant: Type.String(),
  origin: Type.Optional(CallOrigin),
  callId: Type.Optional(Type.String()),
  traceId: Type.Optional(Type.String()),
  call: TextEnum(["search", "load", "execute"]),
  action: Type.Optional(ExecuteAction),
  item_type: ItemType,
  /** As the library knows it; as it was asked for only where that was committed. */
  item_id: Type.Optional(Type.String()),
  source: Type.Optional(ItemSource),
  version: Type.Optional(Type.String()),
  content_sha256: Type.Optional(Type.String({ description: "Of the item that was run." })),
  /** `digestCall` of the exact call, of an execute only. */
  argumentsDigest: Type.Optional(Type.String()),
  /** What bound the call, when it was made for a directive. */
  grants: Type.Optional(Type.Array(Grant, { maxItems: AUDIT_GRANTS_MAX })),
  grantsTotal: Type.Optional(Type.Integer()),
  /**
   * `allowed`, `confirmed` by a person, `refused`, `repeated` (an earlier result
   * was answered); then, of what ran, `succeeded`, `failed` or `cancelled`.
   */
  decision: TextEnum([
    "allowed",
    "confirmed",
    "refused",
    "repeated",
    "succeeded",
    "failed",
    "cancelled",
  ]),
  /** Why, for all that did not go well: the error's code. */
  code: Type.Optional(Type.String()),
  /** Where a script was not let through to, and why. */
  host: Type.Optional(Type.String({ maxLength: 300 })),
  reason: Type.Optional(Type.String()),
  /** How many hits a search had. */
  results: Type.Optional(Type.Integer()),
  durationMs: Type.Optional(Type.Number()),
  /** For whom it was, within the tenant. */
  person: Type.Optional(PersonId),
  /** How long its script's process ran, where one did. */
  scriptMs: Type.Optional(Type.Number({ minimum: 0 })),
});
export type AuditRecord = Static<typeof AuditRecord>;
