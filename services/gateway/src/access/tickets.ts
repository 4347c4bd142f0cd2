import { randomBytes } from "node:crypto";
import { type Bus, subjects } from "@lilux/bus";
import { createParser, isTenant, LiluxError, Role, VERBS, verifiedTenant } from "@lilux/protocol";
import type { Caller, Credential } from "./caller.ts";
import { isSignedBy, sign } from "./sign.ts";

export const TICKET_VALID_MS = 30_000;
const CLAIM_WITHIN_MS = 1_000;

/** Single-use credentials for doors that cannot send a header: a browser's WebSocket. */
export interface Tickets {
  issue(caller: Caller): string;
  /** The ticket's tenant. Rejects with `unauthenticated` when it is old, used or not ours. */
  redeem(ticket: string): Promise<Caller>;
}

export interface TicketsDeps {
  secret: Buffer;
  bus: Bus;
  now(): number;
}

/**
 * Tickets are signed, so that any gateway can check them, and claimed on the
 * bus: two appends of one id store one message, so of two gateways that see
 * the same ticket one learns that it came second. Nothing is kept in memory.
 * Without the bus a ticket cannot be redeemed (`bus_unavailable`).
 */
export function createTickets({ secret, bus, now }: TicketsDeps): Tickets {
  /** Our own claim comes back as a duplicate when its first attempt was stored but not heard of. */
  async function isClaimedBy(claimedBy: string, subject: string): Promise<boolean> {
    const read = { messagesMax: 1, deadlineMs: CLAIM_WITHIN_MS };
    const [first] = await bus.read("EVENTS", subject, read);
    return (first?.body as { claimedBy?: unknown } | undefined)?.claimedBy === claimedBy;
  }

  return {
    issue(caller) {
      const { tenant, person } = caller;
      const rights = writeRights(caller);
      const nonce = randomBytes(16).toString("hex");
      const expiresAt = String(now() + TICKET_VALID_MS);
      const signature = sign(secret, "ticket", [tenant, person, nonce, expiresAt, rights]);
      return [tenant, person, nonce, expiresAt, rights, signature].join(".");
    },
    async redeem(ticket) {
      const [named = "", person = "", nonce = "", expiresAt = "", rights = "", signature = ""] =
        ticket.split(".");
      const parts = [named, person, nonce, expiresAt, rights];
      const isOurs = isSignedBy(secret, "ticket", { parts, signature });
      if (!isOurs || !isTenant(named)) throw refused("is not valid");
      if (Number(expiresAt) < now()) throw refused("has expired");
      const tenant = verifiedTenant(named);
      const subject = subjects.event(tenant, `ticket-${nonce}`);
      const claim = { id: `ticket-${nonce}`, deadlineMs: CLAIM_WITHIN_MS };
      const claimedBy = randomBytes(8).toString("hex");
      const { duplicate } = await bus.append("EVENTS", subject, { claimedBy }, claim);
      if (duplicate && !(await isClaimedBy(claimedBy, subject))) throw refused("was used before");
      return { tenant, person, ...readRights(rights) };
    },
  };
}

/** `verbs~key~<id>` or `verbs~sign-in~<until>~<role>`, or the verbs alone; it is signed with the rest. */
function writeRights({ verbs, credential }: Caller): string {
  const may = [...verbs].join("_");
  switch (credential?.kind) {
    case "key":
      return `${may}~key~${credential.keyId}`;
    case "sign-in":
      return `${may}~sign-in~${credential.until}~${credential.role ?? ""}`;
    case undefined:
      return may;
  }
}

function readRights(text: string): Pick<Caller, "verbs" | "credential"> {
  const [may = "", kind, named = "", role = ""] = text.split("~");
  const given = new Set(may.split("_"));
  const verbs = new Set(VERBS.filter((verb) => given.has(verb)));
  const credential: Credential | undefined =
    kind === "key"
      ? { kind, keyId: named }
      : kind === "sign-in"
        ? { kind, until: Number(named), role: knownRole.is(role) ? role : undefined }
        : undefined;
  return { verbs, credential };
}

const knownRole = createParser(Role, "a role");

function refused(why: string): LiluxError {
  return new LiluxError("unauthenticated", {
    message: `ticket ${why}. Get a new one from POST /v1/tickets; each opens one connection within 30 s.`,
    details: { field: "ticket" },
  });
}
