import { createHash, randomBytes } from "node:crypto";
import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { type Artifact, LiluxError } from "@lilux/protocol";
import { pruneOutputs } from "./prune-outputs.ts";
import type { ArchivedFile } from "./read-tar.ts";

export interface ArtifactsToSave {
  /** The tenant's project folder. */
  folder: string;
  itemId: string;
  files: readonly ArchivedFile[];
  /** Unix milliseconds. */
  now: number;
}

/**
 * Keeps what a run made below `.ai/outputs/<date>/<item>-<random>`, all of it
 * or nothing; the oldest runs make room. Throws `artifacts_not_saved`.
 */
export async function saveArtifacts(request: ArtifactsToSave): Promise<Artifact[]> {
  const { files } = request;
  if (files.length === 0) return [];
  let partial: string | undefined;
  try {
    const outputs = await outputsFolder(request.folder);
    await pruneOutputs(
      outputs,
      files.reduce((sum, file) => sum + file.bytes.length, 0),
    );
    const run = `${request.itemId.replace(/[^\w.-]/g, "_")}-${randomBytes(4).toString("hex")}`;
    partial = join(outputs, `.partial-${run}`);
    await writeAll(partial, files);
    const target = join(outputs, new Date(request.now).toISOString().slice(0, 10), run);
    await mkdir(dirname(target), { recursive: true });
    await rename(partial, target);
    return files.map(({ name, bytes }) => ({
      name,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      path: ["", ".ai", "outputs", relative(outputs, target).split(sep).join("/"), name]
        .join("/")
        .slice(1),
    }));
  } catch (cause) {
    if (partial !== undefined) await rm(partial, { recursive: true, force: true });
    throw cause instanceof LiluxError ? cause : new LiluxError("artifacts_not_saved", { cause });
  }
}

/** The real `.ai/outputs`; a link in its place could lead anywhere. */
async function outputsFolder(folder: string): Promise<string> {
  const library = join(folder, ".ai");
  await mkdir(join(library, "outputs"), { recursive: true });
  const expected = join(await realpath(library), "outputs");
  if ((await realpath(join(library, "outputs"))) === expected) return expected;
  throw new LiluxError("artifacts_not_saved", {
    message: "The script ran, but .ai/outputs is a link, and files are not saved through links.",
  });
}

async function writeAll(folder: string, files: readonly ArchivedFile[]): Promise<void> {
  await mkdir(folder);
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes, { flag: "wx" });
  }
}
