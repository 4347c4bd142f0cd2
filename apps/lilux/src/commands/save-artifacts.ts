import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ExecuteResult, LiluxError } from "@lilux/protocol";
import type { RestClient } from "../rest-client.ts";

interface Saving {
  callId: string;
  result: ExecuteResult;
  folder: string;
}

/** Fetches every file that a run made into a folder, and says where each is. */
export async function saveArtifacts(
  client: Pick<RestClient, "download">,
  { callId, result: { artifacts = [] }, folder }: Saving,
): Promise<string[]> {
  const saved: string[] = [];
  for (const { name } of artifacts) {
    const path = pathWithin(folder, name);
    const address = `/v1/runs/${encodeURIComponent(callId)}/artifacts/${encodeURIComponent(name)}`;
    const bytes = await client.download({ path: address });
    await mkdir(dirname(path), { recursive: true });
    await pipeline(Readable.fromWeb(bytes as never), createWriteStream(path));
    saved.push(path);
  }
  return saved;
}

/** A name is a script's, and may not lead anywhere else. */
function pathWithin(folder: string, name: string): string {
  const root = resolve(folder);
  const path = resolve(join(root, name));
  if (path.startsWith(root + sep)) return path;
  throw new LiluxError("invalid_request", {
    message: `The run made a file called ${JSON.stringify(name)}, which would lie outside of ${folder}. It was not saved.`,
    details: { field: "save" },
  });
}
