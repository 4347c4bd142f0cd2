import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile, writeNewFile } from "@lilux/files";
import { assertTenant, LiluxError, type Tenant } from "@lilux/protocol";

/**
 * Which keys a tenant takes for which namespace: the key it met first, and
 * those accepted by hand since. Kept apart from the registry's database, so that
 * who can write there cannot change it.
 */
export interface Pins {
  /** Pins a namespace's first key. Throws `signing_key_changed` for one not accepted. */
  check(tenant: Tenant, namespace: string, keyId: string): Promise<void>;
  /** As `check`, and pins nothing: of what is only listed nobody has said that they take it. */
  look(tenant: Tenant, namespace: string, keyId: string): Promise<void>;
  accept(tenant: Tenant, namespace: string, keyId: string): Promise<void>;
  /** Takes a key back; whether it was pinned. A namespace left without keys is refused whatever it signs with. */
  reject(tenant: Tenant, namespace: string, keyId: string): Promise<boolean>;
  list(tenant: Tenant): Promise<{ namespace: string; keyIds: string[] }[]>;
  /** Deletes all of a tenant's; of how many namespaces. */
  removeAll(tenant: Tenant): Promise<number>;
}

/** Pins as files under a directory: one per tenant and namespace, one key id a line. */
export function createPins(directory: string): Pins {
  const folderOf = (tenant: Tenant): string => join(directory, assertTenant(tenant));
  const fileOf = (tenant: Tenant, namespace: string): string =>
    join(folderOf(tenant), `${assertTenant(namespace)}.keys`);

  return {
    async check(tenant, namespace, keyId) {
      const file = fileOf(tenant, namespace);
      const pinned = (await read(file)) ?? (await pinFirst(file, keyId));
      if (!pinned.includes(keyId)) throw keyChanged(namespace, pinned, keyId);
    },
    async look(tenant, namespace, keyId) {
      const pinned = await read(fileOf(tenant, namespace));
      if (pinned?.includes(keyId) === false) throw keyChanged(namespace, pinned, keyId);
    },
    async accept(tenant, namespace, keyId) {
      const file = fileOf(tenant, namespace);
      const pinned = (await read(file)) ?? [];
      if (pinned.includes(keyId)) return;
      await replaceFile(file, linesOf([...pinned, keyId]));
    },
    async reject(tenant, namespace, keyId) {
      const file = fileOf(tenant, namespace);
      const pinned = (await read(file)) ?? [];
      if (!pinned.includes(keyId)) return false;
      await replaceFile(file, linesOf(pinned.filter((other) => other !== keyId)));
      return true;
    },
    async removeAll(tenant) {
      const names = await readdir(folderOf(tenant)).catch((): string[] => []);
      await rm(folderOf(tenant), { recursive: true, force: true });
      return names.length;
    },
    async list(tenant) {
      const names = await readdir(folderOf(tenant)).catch((): string[] => []);
      const namespaces = names.filter((name) => name.endsWith(".keys")).sort();
      return Promise.all(
        namespaces.map(async (name) => ({
          namespace: name.slice(0, -".keys".length),
          keyIds: (await read(join(folderOf(tenant), name))) ?? [],
        })),
      );
    },
  };
}

async function read(file: string): Promise<string[] | undefined> {
  try {
    return (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    // Without knowing what was pinned nothing can be trusted.
    throw new LiluxError("signing_key_unusable", {
      message: "The pinned keys under the state directory cannot be read. Mend the file's rights.",
      cause: error,
    });
  }
}

/** Of two who meet a namespace at once with different keys, the second is told of a change. */
async function pinFirst(file: string, keyId: string): Promise<string[]> {
  await mkdir(join(file, ".."), { recursive: true, mode: 0o700 });
  return (await writeNewFile(file, linesOf([keyId]))) ? [keyId] : ((await read(file)) ?? []);
}

function linesOf(keyIds: readonly string[]): string {
  return keyIds.map((keyId) => `${keyId}\n`).join("");
}

function keyChanged(namespace: string, pinned: readonly string[], offered: string): LiluxError {
  return new LiluxError("signing_key_changed", {
    message:
      `This is signed for @${namespace} with the key ${offered}, which is not one you know it by. ` +
      `Ask ${namespace}, not through the registry, whether that is its key; if so: lilux registry pin ${namespace} ${offered}`,
    details: { namespace, pinned, offered },
  });
}
