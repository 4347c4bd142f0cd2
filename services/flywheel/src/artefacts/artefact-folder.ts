import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "@lilux/core/json";
import { putFile, SYSTEM_FILES, type WritingFiles } from "@lilux/files";
import { createParser, LiluxError, ModelArtefact } from "@lilux/protocol";

/**
 * Artefacts of models as files that are named by their hash. What was put is on the disk when `put` resolves,
 * and what is read is what was hashed, or is not there.
 */
export interface ArtefactFolder {
  /** Rejects with `storage_full` where there is no more room, or nothing can be written. */
  put(sha256: string, artefact: ModelArtefact): Promise<void>;
  /** Undefined where there is none of that hash, or what lies there is something else. */
  get(sha256: string): Promise<ModelArtefact | undefined>;
  /** The hashes that lie there, and drafts that were left behind. */
  list(): Promise<{ hashes: string[]; drafts: string[] }>;
  delete(name: string): Promise<void>;
}

export interface ArtefactFolderOptions {
  directory: string;
  bytesMax: number;
  files?: WritingFiles;
}

const NAMED = /^(?<sha256>[0-9a-f]{64})\.json$/;
const MODE = 0o600;
const FULL = new Set(["ENOSPC", "EDQUOT"]);
const artefacts = createParser(ModelArtefact, "a kept artefact", "internal");

export function createArtefactFolder(options: ArtefactFolderOptions): ArtefactFolder {
  const { directory, bytesMax, files = SYSTEM_FILES } = options;
  const pathOf = (sha256: string): string => join(directory, `${sha256}.json`);

  async function read(sha256: string): Promise<ModelArtefact | undefined> {
    const text = await readFile(pathOf(sha256), "utf8").catch(() => undefined);
    if (text === undefined || hashOf(text) !== sha256) return undefined;
    const json: unknown = JSON.parse(text);
    return artefacts.is(json) ? json : undefined;
  }

  async function checkRoom(bytes: number): Promise<void> {
    const kept = await bytesIn(directory);
    if (kept + bytes <= bytesMax) return;
    throw new LiluxError("storage_full", {
      message: `The folder of models' files holds ${kept} bytes, and ${bytesMax} are its limit (LILUX_FLYWHEEL_ARTEFACTS_MIB_MAX). Nothing was registered.`,
    });
  }

  return {
    get: read,
    async put(sha256, artefact) {
      if ((await read(sha256)) !== undefined) return;
      const text = canonicalJson(artefact);
      try {
        await mkdir(directory, { recursive: true });
        await checkRoom(Buffer.byteLength(text));
        await putFile(files, { path: pathOf(sha256), text, mode: MODE, as: "replacement" });
      } catch (thrown) {
        throw asStorageError(thrown);
      }
    },
    async list() {
      const names = await namesIn(directory);
      return {
        hashes: names.flatMap((name) => NAMED.exec(name)?.groups?.["sha256"] ?? []),
        drafts: names.filter((name) => name.endsWith(".draft")),
      };
    },
    async delete(name) {
      await unlink(NAMED.test(`${name}.json`) ? pathOf(name) : join(directory, name));
    },
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (thrown) {
    // Made with the first artefact.
    if (codeOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

async function bytesIn(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(directory)) {
    const found = await stat(join(directory, name)).catch(() => undefined);
    bytes += found?.size ?? 0;
  }
  return bytes;
}

function asStorageError(thrown: unknown): LiluxError {
  if (thrown instanceof LiluxError) return thrown;
  if (FULL.has(codeOf(thrown))) {
    return new LiluxError("storage_full", {
      message:
        "The disk of models' files is full. Nothing was registered; make room and register it again.",
      cause: thrown,
    });
  }
  return new LiluxError("storage_full", {
    message:
      "The folder of models' files (LILUX_FLYWHEEL_ARTEFACTS) cannot be written to. Nothing was registered.",
    cause: thrown,
  });
}

function codeOf(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "";
}
