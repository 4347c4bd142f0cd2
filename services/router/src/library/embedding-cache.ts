import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { QuantisedEmbedding } from "@lilux/core/embedding";
import { replaceFile } from "@lilux/files";
import { assertTenant, type Tenant } from "@lilux/protocol";

/** Embeddings by `textHashOf` their text, and those of its tokens by `tokensHashOf` that. */
export type EmbeddingMap = Map<string, QuantisedEmbedding>;

export interface EmbeddingCache {
  /** What was kept; empty when there is nothing, or nothing that can be trusted. */
  load(tenant: Tenant): Promise<EmbeddingMap>;
  save(tenant: Tenant, embeddings: EmbeddingMap): Promise<void>;
}

export interface EmbeddingCacheOptions {
  directory: string;
  /** What another model computed is of no use: see `modelKeyOf`. */
  modelKey: string;
  width: number;
}

const MAGIC = Buffer.from("lilux-embeddings-2\n");
const HASH_BYTES = 32;

/**
 * One file per model and tenant, so that a large library is not embedded anew
 * at every start: magic, width, count, records (hash, scale, length, bytes), and a
 * sha256 over it all.
 */
export function createEmbeddingCache(options: EmbeddingCacheOptions): EmbeddingCache {
  const { directory, modelKey, width } = options;
  const folder = join(directory, "embeddings", modelKey);
  const fileOf = (tenant: Tenant): string => join(folder, `${assertTenant(tenant)}.bin`);
  return {
    async load(tenant) {
      const content = await readFile(fileOf(tenant)).catch(() => undefined);
      return content === undefined ? new Map() : decode(content, width);
    },
    save: (tenant, embeddings) => replaceFile(fileOf(tenant), encode(embeddings, width)),
  };
}

/** For services without a cache directory. */
export const NO_EMBEDDING_CACHE: EmbeddingCache = {
  load: async () => new Map(),
  save: async () => undefined,
};

function encode(embeddings: EmbeddingMap, width: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(width, 0);
  head.writeUInt32LE(embeddings.size, 4);
  const parts: Uint8Array[] = [MAGIC, head];
  for (const [hash, { scale, bytes }] of embeddings) {
    const scaleBytes = Buffer.alloc(8);
    scaleBytes.writeFloatLE(scale, 0);
    scaleBytes.writeUInt32LE(bytes.length, 4);
    parts.push(
      Buffer.from(hash, "base64url"),
      scaleBytes,
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    );
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, sha256(body)]);
}

function decode(content: Buffer, width: number): EmbeddingMap {
  const found: EmbeddingMap = new Map();
  const body = content.subarray(0, Math.max(0, content.length - HASH_BYTES));
  if (!sha256(body).equals(content.subarray(body.length))) return found;
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return found;
  if (body.readUInt32LE(MAGIC.length) !== width) return found;
  const count = body.readUInt32LE(MAGIC.length + 4);
  let at = MAGIC.length + 8;
  for (let left = count; left > 0; left -= 1) {
    const hash = body.toString("base64url", at, at + HASH_BYTES);
    const scale = body.readFloatLE(at + HASH_BYTES);
    const start = at + HASH_BYTES + 8;
    const end = start + body.readUInt32LE(start - 4);
    found.set(hash, { scale, bytes: Int8Array.from(body.subarray(start, end)) });
    at = end;
  }
  return found;
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
