import { createHash, randomUUID } from "node:crypto";
import { type ExecuteRequest, type ExecuteResult, LiluxError } from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import type { RequestId } from "@modelcontextprotocol/server";
import type { McpKiwi } from "./mcp-kiwi.ts";

export interface ExecuteDeps {
  kiwi: McpKiwi;
  options: KiwiCallOptions;
  onProgress: (text: string) => Promise<void>;
}

/** Runs one execute to its result. */
export async function runExecute(
  request: ExecuteRequest,
  { kiwi, options, onProgress }: ExecuteDeps,
): Promise<ExecuteResult> {
  for await (const event of kiwi.execute(request, options)) {
    if (event.type === "result") return event.result;
    await onProgress(event.text);
  }
  throw new LiluxError("kiwi_unavailable", { cause: new Error("execute ended without a result") });
}

/**
 * A name for the call when the client gives none. A connection and a request's
 * id name it for good, so that the same request sent again runs nothing twice.
 * Without a connection there is nothing to tell two clients' ids apart.
 */
export function callIdOf(connectionId: string | undefined, requestId: RequestId): string {
  if (connectionId === undefined) return `mcp-${randomUUID()}`;
  const name = JSON.stringify([connectionId, requestId]);
  return `mcp-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
