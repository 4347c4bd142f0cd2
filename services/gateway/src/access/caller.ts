import { UNDIVIDED_VERBS } from "@lilux/core/access";
import {
  type Effect,
  LiluxError,
  type Mandate,
  type Role,
  type Tenant,
  type Verb,
} from "@lilux/protocol";

/** Whose request it is: the tenant, who of it as far as credentials tell people apart (the same for the same key), and what they may do. */
export interface Caller extends Mandate {
  /** What let them in, where that can be taken back while it is used. */
  credential?: Credential | undefined;
}

/** Doors hand on who asks; what a service asks for itself has no credential. */
export function isCaller(mandate: Mandate): mandate is Caller {
  return "credential" in mandate && mandate.credential !== undefined;
}

/** Of whoever asks the router: who types, and how much their tenant counts. */
export function typist({ person, weight }: Pick<Caller, "person" | "weight">) {
  return { person, ...(weight === undefined ? {} : { weight }) };
}

/**
 * Of doors where whoever asks also brings the yes: REST's execute and load, MCP. Where a tenant wants
 * a second person, a yes of that kind counts for nothing.
 */
export function directMandate(caller: Caller): Caller {
  const { secondPerson } = caller;
  if (secondPerson === undefined) return caller;
  return { ...caller, secondPerson: { ...secondPerson, isSeenTo: false } };
}

/** Whether somebody else has to say yes to a call of this class. */
export function wantsSecondPerson({ secondPerson }: Mandate, effect: Effect): boolean {
  return secondPerson?.effects.includes(effect) === true;
}

export type Credential =
  | { kind: "key"; keyId: string }
  /** A sign-in: good until a moment (Unix ms), with the role that it brought, if it brought one. */
  | { kind: "sign-in"; until: number; role: Role | undefined };

/** Of a key in the operator's file, or of a machine without keys. */
export function undividedCaller(tenant: Tenant, person: string): Caller {
  return { tenant, person, verbs: UNDIVIDED_VERBS };
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
