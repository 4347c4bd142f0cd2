import { createParser, PersonId, Role, type Tenant, verifiedTenant } from "@lilux/protocol";
import { Type } from "typebox";
import type { Caller } from "./caller.ts";
import { isSignedBy, sign } from "./sign.ts";

/** Proof that a client was given a session, and by which credential. Any gateway with the same secret can check it. */
export interface ResumeTokens {
  issue(caller: Caller, sessionId: string): string;
  isValid(claim: ResumeTokenClaim): boolean;
  /** Whose credential it was given to, where that can be taken back. Of a valid one. */
  holderOf(claim: ResumeTokenClaim): Caller | undefined;
}

export interface ResumeTokenClaim {
  tenant: Tenant;
  sessionId: string;
  resumeToken: string;
}

const Holder = Type.Object({
  person: PersonId,
  keyId: Type.Optional(Type.String()),
  role: Type.Optional(Role),
});
const holders = createParser(Holder, "the holder of a resume token", "internal");

export function createResumeTokens(secret: Buffer): ResumeTokens {
  return {
    issue(caller, sessionId) {
      const holder = writeHolder(caller);
      const signature = sign(secret, "resume", [caller.tenant, sessionId, holder]);
      return holder === "" ? signature : `${holder}.${signature}`;
    },
    isValid({ tenant, sessionId, resumeToken }) {
      const { holder, signature } = partsOf(resumeToken);
      return isSignedBy(secret, "resume", { parts: [tenant, sessionId, holder], signature });
    },
    holderOf({ tenant, resumeToken }) {
      const { holder } = partsOf(resumeToken);
      return holder === "" ? undefined : readHolder(tenant, holder);
    },
  };
}

function partsOf(token: string): { holder: string; signature: string } {
  const dot = token.indexOf(".");
  if (dot === -1) return { holder: "", signature: token };
  return { holder: token.slice(0, dot), signature: token.slice(dot + 1) };
}

function writeHolder({ person, credential }: Caller): string {
  if (credential === undefined) return "";
  const of = credential.kind === "key" ? { keyId: credential.keyId } : { role: credential.role };
  return Buffer.from(JSON.stringify({ person, ...of })).toString("base64url");
}

/** Of a sign-in its end does not count: whoever comes back brings one of their own. */
function readHolder(tenant: Tenant, text: string): Caller {
  const json: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
  const { person, keyId, role } = holders.parse(json);
  const credential =
    keyId === undefined
      ? ({ kind: "sign-in", until: Number.MAX_SAFE_INTEGER, role } as const)
      : ({ kind: "key", keyId } as const);
  return { tenant: verifiedTenant(tenant), person, verbs: new Set(), credential };
}
