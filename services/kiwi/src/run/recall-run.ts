import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import {
  type Artifact,
  type ArtifactPart,
  type ExecuteResult,
  LiluxError,
  type ReadArtifactRequest,
  type RecallRunRequest,
  type Tenant,
} from "@lilux/protocol";
import type { CallLog } from "./call-log.ts";
import type { RecordedResults } from "./recorded-results.ts";

/** Of a file at a time: a message of the wire holds it as Base64. */
const PART_BYTES = 512 * 1024;

interface RecallDeps {
  records: Pick<RecordedResults, "find">;
  calls: Pick<CallLog, "recall">;
}

/** Both, over the same records. */
export function recalledRuns(deps: RecallDeps) {
  return {
    recall: (asked: RecallRunRequest) => recallRun(asked, deps),
    readArtifact: (asked: ReadArtifactRequest, folder: string | undefined) =>
      readArtifact(asked, folder, deps),
  };
}

/** What came of a call, by its name, for its tenant alone. Throws `not_found`. */
export async function recallRun(
  call: { tenant: Tenant; callId: string },
  { records, calls }: RecallDeps,
): Promise<ExecuteResult> {
  const kept = await records.find(call)?.catch(() => undefined);
  const result = kept ?? (await calls.recall(call));
  if (result !== undefined) return result;
  throw new LiluxError("not_found", {
    message: "No result of a call of this name is kept. Run it again, or look into .ai/outputs.",
  });
}

/**
 * A part of one file that this run made and lists. The name only chooses from that list; the path is
 * the run's own, and is not followed out of `.ai/outputs`. What stands there now must be what the run
 * left, to the byte. Throws `not_found`.
 */
export async function readArtifact(
  request: ReadArtifactRequest,
  folder: string | undefined,
  deps: RecallDeps,
): Promise<ArtifactPart> {
  const { artifacts = [] } = await recallRun(request, deps);
  const artifact = artifacts.find(({ name }) => name === request.name);
  if (artifact === undefined || folder === undefined) throw noSuchFile(request.name);
  const whole = await contentOf(artifact, folder);
  const part = whole.subarray(request.offset, request.offset + PART_BYTES);
  return { bytes: whole.length, content: part.toString("base64") };
}

async function contentOf({ name, path, sha256 }: Artifact, folder: string): Promise<Buffer> {
  try {
    const outputs = join(await realpath(join(folder, ".ai")), "outputs");
    const file = join(folder, path);
    const isInside = (await realpath(dirname(file))).startsWith(`${outputs}${sep}`);
    if (!isInside) throw noSuchFile(name);
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    const content = await handle.readFile();
    const isAsItWas = createHash("sha256").update(content).digest("hex") === sha256;
    if (!isAsItWas) throw noSuchFile(name);
    return content;
  } catch (thrown) {
    throw thrown instanceof LiluxError ? thrown : noSuchFile(name, thrown);
  }
}

function noSuchFile(name: string, cause?: unknown): LiluxError {
  return new LiluxError("not_found", {
    message: `The run has no file ${JSON.stringify(name)}, or it is no longer what the run left.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
