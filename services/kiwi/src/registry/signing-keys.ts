import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeNewFile } from "@lilux/files";
import { assertTenant, LiluxError } from "@lilux/protocol";
import { keyIdOf, publicKeyText, signWith } from "./ed25519.ts";

export interface SigningKey {
  keyId: string;
  publicKey: string;
  /** Base64. */
  sign(bytes: Uint8Array): string;
}

/** The private keys of tenants, one file each, readable by its owner only. */
export interface SigningKeys {
  /** Undefined when the tenant has none here. Throws `signing_key_unusable` for a bad file. */
  of(tenant: string): Promise<SigningKey | undefined>;
  /** The tenant's key, made if there is none. */
  ensure(tenant: string): Promise<SigningKey>;
  /** Puts a new key in place of the tenant's; the old one stays beside it under its own name. */
  replace(tenant: string): Promise<SigningKey>;
  /** Deletes the tenant's, old ones too; how many there were. */
  remove(tenant: string): Promise<number>;
}

export function createSigningKeys(directory: string): SigningKeys {
  const fileOf = (tenant: string): string => join(directory, `${assertTenant(tenant)}.pem`);

  async function of(tenant: string): Promise<SigningKey | undefined> {
    const text = await readPrivately(fileOf(tenant));
    return text === undefined ? undefined : keyFrom(text);
  }

  async function ensure(tenant: string): Promise<SigningKey> {
    const known = await of(tenant);
    if (known !== undefined) return known;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Of two that make one at once, the first to write wins and both use it.
    await writeNewFile(fileOf(tenant), newKeyText());
    const made = await of(tenant);
    if (made === undefined) throw unusable("it could not be written");
    return made;
  }

  return {
    of,
    ensure,
    async replace(tenant) {
      const old = await of(tenant).catch(() => undefined);
      const name = old?.keyId.replace(/^ed25519:/, "") ?? `unusable-${process.hrtime.bigint()}`;
      await rename(fileOf(tenant), join(directory, `${tenant}.${name}.old.pem`)).catch(ifMissing);
      return ensure(tenant);
    },
    async remove(tenant) {
      const head = `${assertTenant(tenant)}.`;
      const names = (await readdir(directory).catch(ifMissing)) ?? [];
      const own = names.filter((name) => name.startsWith(head) && name.endsWith(".pem"));
      for (const name of own) await rm(join(directory, name), { force: true });
      return own.length;
    },
  };
}

function newKeyText(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

function keyFrom(text: string): SigningKey {
  const privateKey = readKey(text);
  const publicKey = publicKeyText(privateKey);
  return { publicKey, keyId: keyIdOf(publicKey), sign: (bytes) => signWith(privateKey, bytes) };
}

function readKey(text: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    throw unusable("its file holds no private key", error);
  }
  throw unusable("its file holds a key of another kind than Ed25519");
}

/** A key that others could have read is no longer the tenant's alone. */
async function readPrivately(path: string): Promise<string | undefined> {
  const file = await open(path, "r").catch(ifMissing);
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) throw unusable("its file may be read by others; make it 0600");
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw unusable("its file cannot be read", error);
}

function unusable(why: string, cause?: unknown): LiluxError {
  return new LiluxError("signing_key_unusable", {
    message: `The key that signs for this namespace cannot be used: ${why}. Mend or restore it under the state directory.`,
    cause,
  });
}
