import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const Count = Type.Integer({ minimum: 0 });
const Dump = Type.Object({
  migrations: Type.Array(Type.Object({ name: Type.String(), sha256: Type.String() })),
  rows: Type.Record(Type.String(), Count),
});

/** What lies in a folder of a backup, `manifest.json`, written last. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  /** One process with a journal, or nats-server with its streams: each goes back to its kind. */
  mode: Type.Enum(["embedded", "distributed"]),
  /** Unix ms: whatever was acknowledged before is in it. */
  markedAt: Count,
  /** Everything else in the folder, with what it must be. */
  files: Type.Record(Type.String(), Type.Object({ bytes: Count, sha256: Type.String() })),
  /** Of each database, by the name of its file. */
  databases: Type.Record(Type.String(), Dump),
  streams: Type.Record(Type.String(), Type.Object({ messages: Count })),
});
export type Manifest = Static<typeof Manifest>;

export const MANIFEST = "manifest.json";

/** Every file below a folder, by its path in it, with its size and hash. */
export async function filesOf(directory: string): Promise<Manifest["files"]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]): string =>
    relative(directory, join(entry.parentPath, entry.name));
  // A link would lead what is restored, and then what is written there, out of the folder.
  const strange = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (strange !== undefined) throw damaged(`${pathOf(strange)} is neither a file nor a folder`);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(pathOf)
    .filter((path) => path !== MANIFEST)
    .sort();
  const found: Manifest["files"] = {};
  for (const path of paths) found[path] = await describeFile(join(directory, path));
  return found;
}

async function describeFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** The manifest of a whole and undamaged backup. Throws `config_invalid` that names what is not. */
export async function readBackup(directory: string): Promise<Manifest> {
  const manifest = await readManifest(directory);
  const found = await filesOf(directory);
  for (const [path, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const file = found[path];
    if (file === undefined) throw damaged(`${path} is missing`);
    if (file.bytes !== bytes || file.sha256 !== sha256) throw damaged(`${path} was changed`);
  }
  const strange = Object.keys(found).find((path) => !Object.hasOwn(manifest.files, path));
  if (strange !== undefined) throw damaged(`${strange} is not of it`);
  return manifest;
}

async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) throw damaged(`${MANIFEST} is missing`);
  try {
    return Value.Parse(Manifest, JSON.parse(text));
  } catch {
    throw damaged(`${MANIFEST} cannot be read`);
  }
}

function damaged(why: string): LiluxError {
  return new LiluxError("config_invalid", {
    message: `This is no whole backup of Lilux: ${why}. Nothing was restored; take another one.`,
  });
}
