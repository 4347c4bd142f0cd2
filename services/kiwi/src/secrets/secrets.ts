import { randomBytes } from "node:crypto";
import type { Clock } from "@lilux/core/async";
import { createSecretStore, type Database, type SecretStore } from "@lilux/database";
import {
  LiluxError,
  SECRET_BYTES_MAX,
  SECRETS_PER_TENANT_MAX,
  type SecretsRequest,
  type SecretsResult,
  type Tenant,
} from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { isVariableName } from "../access/script-variables.ts";
import { isLibrarySecret } from "./is-library-secret.ts";
import { type MasterKey, secretsUnavailable } from "./master-key.ts";
import { KEY_BYTES, seal, unseal } from "./seal.ts";

/** Secrets of tenants, for their scripts. Values go in; they come out into a run, and nowhere else. */
export interface Secrets {
  manage(request: SecretsRequest): Promise<SecretsResult>;
  /**
   * The values of these names. Throws `secret_missing` for one that the tenant has not set and
   * `secrets_unavailable` where they cannot be opened; touches nothing when nothing is asked for.
   */
  open(tenant: Tenant, names: readonly string[]): Promise<Record<string, string>>;
  /** What the tenant's library signs in to Git with. Throws as `open` does. */
  openForLibrary(tenant: Tenant, name: string): Promise<string>;
}

export interface SecretsDeps {
  /** Undefined: none can be kept here. */
  database: Database | undefined;
  /** Undefined: nobody said where it is, and there is no state folder to make one in. */
  masterKey: MasterKey | undefined;
  clock: Clock;
  logger: Logger;
}

const REWRAP_PAGE = 500;

interface Kept {
  database: Database;
  store: SecretStore;
  masterKey: MasterKey;
  clock: Clock;
}

export function createSecrets({ database, masterKey, clock, logger }: SecretsDeps): Secrets {
  const store = database && createSecretStore(database);
  let last: Promise<unknown> = Promise.resolve();

  /** A data key that is made while the others are wrapped anew would stay under the old master key. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  }

  function kept(): Kept {
    if (database !== undefined && store !== undefined && masterKey !== undefined) {
      return { database, store, masterKey, clock };
    }
    const missing = database === undefined ? "a database" : "a state folder or a master key";
    throw secretsUnavailable(
      `this tool core has not got ${missing}. Start one with lilux up, or set LILUX_DATABASE_URL and LILUX_SECRETS_KEY_FILE.`,
    );
  }

  return {
    async manage(request) {
      const { tenant, action } = request;
      const parts = kept();
      if (action === "rewrap") {
        const rewrapped = await inTurn(() => rewrapAll(parts));
        logger.info({ rewrapped }, "data keys wrapped with the newest master key");
        return { secrets: [], rewrapped };
      }
      // Making an embedded database works for seconds, which is longer than a transaction may.
      if (action === "set") await parts.database.ready();
      if (action !== "list") {
        if (action === "set") await inTurn(() => set(parts, request));
        else await remove(parts, request);
        logger.info({ tenant, name: request.name, action }, "secret changed");
      }
      return { secrets: parts.database.isUntouched() ? [] : await parts.store.list(tenant) };
    },
    async open(tenant, names) {
      const ofLibrary = names.find(isLibrarySecret);
      if (ofLibrary !== undefined) throw notForScripts(ofLibrary);
      return names.length === 0 ? {} : openAll(kept(), tenant, names);
    },
    async openForLibrary(tenant, name) {
      const opened = await openAll(kept(), tenant, [name]);
      return opened[name] ?? "";
    },
  };
}

async function set(
  { store, masterKey, clock }: Kept,
  request: SecretsRequest & { action: "set" },
): Promise<void> {
  const { tenant, name, value, by, mustExist = false } = request;
  assertUsable(name, value);
  const at = clock.unix();
  const held = await store.dataKey(tenant);
  if (held === undefined && mustExist) throw missing(tenant, name);
  // Of two that make one at once, the first to write wins and both use it.
  const wrapped =
    held ??
    (await store.addDataKey({
      ...(await masterKey.wrap(tenant, randomBytes(KEY_BYTES))),
      tenant,
      at,
    }));
  const dataKey = await masterKey.unwrap(tenant, wrapped);
  const sealed = seal(dataKey, Buffer.from(value), boundTo(tenant, name));
  const rules = { mustExist, secretsMax: SECRETS_PER_TENANT_MAX };
  if (await store.put({ tenant, name, sealed, by, at }, rules)) return;
  if (mustExist) throw missing(tenant, name);
  throw new LiluxError("invalid_request", {
    message: `A tenant has at most ${SECRETS_PER_TENANT_MAX} secrets. Remove one first.`,
    details: { field: "name", secretsMax: SECRETS_PER_TENANT_MAX },
  });
}

async function remove(
  { database, store }: Kept,
  { tenant, name }: SecretsRequest & { action: "remove" },
): Promise<void> {
  if (database.isUntouched() || !(await store.remove({ tenant, name })))
    throw missing(tenant, name);
}

async function openAll(
  { database, store, masterKey }: Kept,
  tenant: Tenant,
  names: readonly string[],
): Promise<Record<string, string>> {
  const untouched = database.isUntouched();
  const found = untouched ? [] : await store.sealed({ tenant, names });
  const sealed = new Map(found.map((secret) => [secret.name, secret.sealed]));
  const absent = names.find((name) => !sealed.has(name));
  if (absent !== undefined) throw missing(tenant, absent);
  const wrapped = await store.dataKey(tenant);
  if (wrapped === undefined) throw secretsUnavailable("this tenant's data key is gone.");
  const dataKey = await masterKey.unwrap(tenant, wrapped);
  return Object.fromEntries(
    [...sealed].map(([name, text]) => [name, openedValue(dataKey, text, { tenant, name })]),
  );
}

function openedValue(
  dataKey: Buffer,
  sealed: string,
  { tenant, name }: { tenant: Tenant; name: string },
): string {
  try {
    return unseal(dataKey, sealed, boundTo(tenant, name)).toString("utf8");
  } catch (error) {
    throw secretsUnavailable(`${name} was changed in the database. Set it anew.`, error);
  }
}

/** Crashed between, both keys are there, and it can be asked for again. */
async function rewrapAll({ database, store, masterKey }: Kept): Promise<number> {
  if (database.isUntouched()) return 0;
  await masterKey.renew();
  let rewrapped = 0;
  for (let after = ""; ; ) {
    const page = await store.dataKeys({ after, limit: REWRAP_PAGE });
    for (const { tenant, ...before } of page) {
      const dataKey = await masterKey.unwrap(tenant, before);
      const next = await masterKey.wrap(tenant, dataKey);
      if (await store.rewrap({ tenant, before, after: next })) rewrapped += 1;
    }
    after = page.at(-1)?.tenant ?? after;
    if (page.length < REWRAP_PAGE) break;
  }
  await masterKey.retire();
  return rewrapped;
}

function boundTo(tenant: Tenant, name: string): string[] {
  return ["secret", tenant, name];
}

function assertUsable(name: string, value: string): void {
  if (!isVariableName(name)) {
    throw new LiluxError("invalid_request", {
      message: `${name} is the name of a variable that a run sets itself, or that changes how Python starts. Choose another.`,
      details: { field: "name" },
    });
  }
  const isText = value.isWellFormed() && !value.includes("\0");
  if (isText && Buffer.byteLength(value) <= SECRET_BYTES_MAX) return;
  throw new LiluxError("invalid_request", {
    message: `The value has to be text of at most ${SECRET_BYTES_MAX} bytes without NUL characters.`,
    details: { field: "value" },
  });
}

function notForScripts(name: string): LiluxError {
  return new LiluxError("permission_denied", {
    message: `${name} is what the tenant's library signs in to Git with, and is given to no script. Give the script a credential of its own, under a name without GIT_LIBRARY_.`,
    details: { field: "needs.secrets", secret: name },
  });
}

function missing(tenant: Tenant, name: string): LiluxError {
  const whose = tenant === "local" ? "" : ` --tenant ${tenant}`;
  return new LiluxError("secret_missing", {
    message: `There is no secret ${name} here. An admin of the tenant sets it: lilux secrets set ${name}${whose}`,
    details: { secret: name },
  });
}
