import { UNDIVIDED_VERBS } from "@lilux/core/access";
import { LiluxError, type Mandate, type Role, type Verb, verifiedTenant } from "@lilux/protocol";

/** Whose request it is: the tenant, who of it as far as credentials tell people apart (the same for the same key), and what they may do. */
export interface Caller extends Mandate {
  /** What let them in, where that can be taken back while it is used. */
  credential?: Credential | undefined;
  /** Their tenant wants a second person's yes to something. */
  isApproved?: boolean;
}

/** Of whoever asks the router: who types, and how much their tenant counts. */
export function typist({ person, weight }: Pick<Caller, "person" | "weight">) {
  return { person, ...(weight === undefined ? {} : { weight }) };
}

/**
 * Of doors where whoever asks also brings the yes: REST's execute and load, MCP, chats. Where a tenant wants
 * a second person, a yes of that kind counts for nothing; a turn is where the other one can give it.
 */
export function directMandate({ isApproved, ...caller }: Caller): Mandate {
  const { tenant, person, verbs, weight, scriptEffects } = caller;
  const direct = isApproved === true ? [...verbs].filter((verb) => verb !== "confirm") : verbs;
  return { tenant, person, verbs: new Set(direct), weight, scriptEffects };
}

export type Credential =
  | { kind: "key"; keyId: string }
  /** A sign-in: good until a moment (Unix ms), with the role that it brought, if it brought one. */
  | { kind: "sign-in"; until: number; role: Role | undefined };

/** Of a key in the operator's file, or of a machine without keys. */
export function undividedCaller(tenant: string, person: string): Caller {
  return { tenant: verifiedTenant(tenant), person, verbs: UNDIVIDED_VERBS };
}

/** Throws `forbidden`, saying what is missing. */
export function assertMay({ verbs }: Pick<Caller, "verbs">, verb: Verb): void {
  if (verbs.has(verb)) return;
  throw new LiluxError("forbidden", {
    message: `This credential may not ${MEANINGS[verb]}. Ask an admin of your tenant for a key or a role that may.`,
    details: { needs: verb },
  });
}

const MEANINGS: Readonly<Record<Verb, string>> = {
  predict: "predict",
  read: "read the library",
  run: "run anything",
  write: "change the library",
  confirm: "confirm calls",
  approve: "approve calls of others",
  admin: "administer the tenant",
  metrics: "see the tenant's usage",
  operate: "administer tenants",
};
