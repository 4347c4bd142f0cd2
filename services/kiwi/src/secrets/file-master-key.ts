import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { replaceFile, writeNewFile } from "@lilux/files";
import type { Tenant } from "@lilux/protocol";
import { type MasterKey, secretsUnavailable } from "./master-key.ts";
import { KEY_BYTES, seal, unseal } from "./seal.ts";

export interface KeyFile {
  path: string;
  /** Whether Lilux made it and may change it; else it is somebody's who mounted it. */
  isOurs: boolean;
}

/** Older keys that are not retired yet. */
const KEYS_MAX = 16;

/**
 * A master key in a file: 64 hexadecimal digits a line, the newest first. It is read at each use, so that
 * what is put in it counts without a restart. One of ours is made at the first use, for its owner only.
 */
export function fileMasterKey(file: KeyFile): MasterKey {
  return {
    async wrap(tenant, dataKey) {
      const [key] = await keysIn(file, { makesOne: true });
      if (key === undefined) throw unusable(file, "it holds no key");
      return { masterKey: nameOf(key), wrapped: seal(key, dataKey, boundTo(tenant)) };
    },
    async unwrap(tenant, { masterKey, wrapped }) {
      const keys = await keysIn(file, { makesOne: false });
      const key = keys.find((one) => nameOf(one) === masterKey);
      if (key === undefined) {
        const held = keys.map(nameOf).join(", ") || "none";
        const why = `it does not hold ${masterKey}, which they were wrapped with, but ${held}`;
        throw unusable(file, why);
      }
      try {
        return unseal(key, wrapped, boundTo(tenant));
      } catch (error) {
        throw secretsUnavailable("the data key of this tenant was changed.", error);
      }
    },
    async renew() {
      if (!file.isOurs) return;
      const keys = await keysIn(file, { makesOne: false });
      if (keys.length >= KEYS_MAX) throw unusable(file, "it holds too many keys");
      await replaceFile(file.path, textOf([randomBytes(KEY_BYTES), ...keys]));
    },
    async retire() {
      if (!file.isOurs) return;
      const keys = await keysIn(file, { makesOne: false });
      if (keys.length > 1) await replaceFile(file.path, textOf(keys.slice(0, 1)));
    },
  };
}

function boundTo(tenant: Tenant): string[] {
  return ["data-key", tenant];
}

/** Tells keys apart and gives none away. */
function nameOf(key: Buffer): string {
  const digest = createHash("sha256").update("lilux master key\0").update(key).digest("hex");
  return `file:${digest.slice(0, 16)}`;
}

function textOf(keys: readonly Buffer[]): string {
  return keys.map((key) => `${key.toString("hex")}\n`).join("");
}

async function keysIn(file: KeyFile, { makesOne }: { makesOne: boolean }): Promise<Buffer[]> {
  const text = await readPrivately(file);
  if (text === undefined && makesOne && file.isOurs) {
    // Of two that make one at once, the first to write wins and both use it.
    await writeNewFile(file.path, textOf([randomBytes(KEY_BYTES)]));
    return keysIn(file, { makesOne: false });
  }
  if (text === undefined) throw unusable(file, "it is not there");
  const lines = text.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      if (!/^[0-9a-f]{64}$/i.test(line)) {
        throw unusable(file, "a line of it is not 64 hexadecimal digits");
      }
      return Buffer.from(line, "hex");
    });
}

/** A key that others could have read is no secret any more. One that is mounted has its mounter's modes. */
async function readPrivately({ path, isOurs }: KeyFile): Promise<string | undefined> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unusable({ path }, `it cannot be read (${error.code ?? "unknown"})`);
  });
  if (handle === undefined) return undefined;
  try {
    const { mode } = await handle.stat();
    if (isOurs && (mode & 0o077) !== 0) {
      throw unusable({ path }, "it may be read by others; make it 0600");
    }
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

function unusable({ path }: Pick<KeyFile, "path">, why: string) {
  return secretsUnavailable(
    `the master key in ${path} cannot be used: ${why}. Restore it, or set the secrets anew.`,
  );
}
