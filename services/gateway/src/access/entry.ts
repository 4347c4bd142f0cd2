import { verbsOfKey, verbsOfRole } from "@lilux/core/access";
import { LiluxError, type Role, type Tenant, type TenantRecord } from "@lilux/protocol";
import type { Caller, Credential } from "./caller.ts";
import type { Directory } from "./directory.ts";
import { hasEnded } from "./has-ended.ts";
import { isSameKey, type KeyText } from "./key-text.ts";

/** Lets in who is in the directory, and says whether they still may be in. */
export interface Entry {
  /** Rejects with `unauthenticated` or `tenant_suspended`. */
  byKey(given: KeyText): Promise<Caller>;
  bySignIn(given: SignedIn): Promise<Caller>;
  /** The same caller as they are now. Rejects when they would not be let in any more. */
  again(caller: Caller): Promise<Caller>;
}

export interface SignedIn {
  tenant: Tenant;
  person: string;
  name: string;
  /** What the sign-in says, if it does. */
  role: Role | undefined;
  until: number;
}

export interface EntryDeps {
  directory: Directory;
  now(): number;
  onKeyUsed(keyId: string, at: number): void;
  /** Somebody signed in of whom nothing was on record. */
  onNewcomer(given: { tenant: Tenant; person: string; name: string; role: Role }): void;
}

const NOT_GOOD =
  "This key is not good here, or not any more: it was revoked, it expired, or its owner is gone.";

export function createEntry({ directory, now, onKeyUsed, onNewcomer }: EntryDeps): Entry {
  async function ofKey(keyId: string, secretSha256: string | undefined): Promise<Caller> {
    const key = await directory.key(keyId);
    if (key === undefined) throw new LiluxError("unauthenticated", { message: NOT_GOOD });
    const isSame = secretSha256 === undefined || isSameKey(key.secretSha256, secretSha256);
    const { roleOfPerson } = key;
    if (!isSame || hasEnded(key, now()) || roleOfPerson === "none") {
      throw new LiluxError("unauthenticated", { message: NOT_GOOD });
    }
    assertActive(key.tenantState);
    const person = key.person ?? `k_${keyId}`;
    const credential: Credential = { kind: "key", keyId };
    const verbs = verbsOfKey(key.scopes, roleOfPerson);
    const owner = key.person === null ? undefined : await directory.person(key.tenant, person);
    const name = owner?.name ?? key.name;
    return { tenant: key.tenant, person, name, verbs, credential };
  }

  async function ofSignIn(
    given: Omit<SignedIn, "name"> & { name?: string | undefined },
  ): Promise<{ caller: Caller; isNew: boolean; role: Role }> {
    const { tenant, person, role, until } = given;
    const record = await directory.tenant(tenant);
    if (record === undefined || record.signIn === null || until <= now()) {
      throw new LiluxError("unauthenticated", { message: "Sign in again." });
    }
    assertActive(record.state);
    const known = await directory.person(tenant, person);
    if (known?.state === "suspended") {
      throw new LiluxError("forbidden", { message: "You are suspended in this tenant." });
    }
    const asNow = role ?? known?.role ?? record.signIn.roleOfNewcomers ?? "viewer";
    const credential: Credential = { kind: "sign-in", until, role };
    const verbs = verbsOfRole(asNow);
    const name = known?.name ?? given.name;
    return {
      caller: { tenant, person, name, verbs, credential },
      isNew: known === undefined,
      role: asNow,
    };
  }

  return {
    async byKey({ keyId, secretSha256 }) {
      const caller = await ofKey(keyId, secretSha256);
      onKeyUsed(keyId, now());
      return caller;
    },
    async bySignIn({ name, ...given }) {
      const { caller, isNew, role } = await ofSignIn({ ...given, name });
      const { tenant, person } = caller;
      if (isNew) onNewcomer({ tenant, person, name, role });
      return caller;
    },
    async again(caller) {
      const { tenant, person, credential } = caller;
      switch (credential?.kind) {
        case "key":
          return ofKey(credential.keyId, undefined);
        case "sign-in":
          return (
            await ofSignIn({
              tenant,
              person,
              name: caller.name,
              role: credential.role,
              until: credential.until,
            })
          ).caller;
        case undefined:
          return caller;
      }
    },
  };
}

function assertActive(state: TenantRecord["state"]): void {
  if (state === "suspended") throw new LiluxError("tenant_suspended");
  if (state === "deleting") throw new LiluxError("unauthenticated", { message: NOT_GOOD });
}
