import { type Call, createParser, type LiluxError, Provenance } from "@lilux/protocol";
import { confirmReason } from "./confirm-reason.ts";

const provenances = createParser(Provenance, "provenance", "internal");

/** Why a person is asked, as the tool core says it, and whose work it is that would run. */
export function questionReason(call: Call, { details = {} }: LiluxError): string {
  const { why, reasons, item } = details;
  const reason = typeof why === "string" && why !== "" ? why : confirmReason(call);
  // Of a first run the reason is its origin.
  const isTold = Array.isArray(reasons) && reasons.includes("first_run");
  const origin = isTold ? "" : originOf(item);
  return origin === "" ? reason : `${reason} ${origin}`;
}

const DONE = {
  created: "written",
  updated: "last changed",
  pulled: "pulled",
  copied: "copied here",
  unknown: "perhaps changed",
} as const;
const WHO = { person: "a person", model: "a model", directive: "a directive's steps" } as const;

function originOf(item: unknown): string {
  const origin =
    typeof item === "object" && item !== null && "provenance" in item ? item.provenance : undefined;
  if (!provenances.is(origin)) return "";
  const { by, how, at, namespace, version, reviewed_at } = origin;
  const from = namespace === undefined ? "" : ` from @${namespace} ${version ?? ""}`.trimEnd();
  const seen = reviewed_at === undefined ? "" : `, run with a yes on ${reviewed_at.slice(0, 10)}`;
  return `It was ${DONE[how]}${from} by ${WHO[by]} on ${at.slice(0, 10)}${seen}.`;
}
