import { LiluxError } from "@lilux/protocol";

export interface ScriptOutput {
  status: "success" | "error";
  data: unknown;
  /** Whether stdout holds more than `data` does. */
  truncated: boolean;
}

export interface FinishedScript {
  exitCode: number;
  stdout: Buffer;
  logs: readonly string[];
  /** Whether it left files: then it need not print. */
  leftFiles: boolean;
}

/** What of stdout goes into a result; the rest is in a file beside it. */
const INLINE_BYTES_MAX = 1024 * 1024;
/** Deeper ones break whoever reads them by recursion. */
const DEPTH_MAX = 200;

/**
 * What a script's end means. A JSON object on stdout is the result; one of the
 * form `{status, data}` is unwrapped; other text is `{output}`. A non-zero exit
 * or `status: "error"` is an error with the script's own words. Ending well
 * without a word, or with what begins as an object and is none, throws
 * `script_output_invalid`.
 */
export function readScriptOutput(finished: FinishedScript): ScriptOutput {
  const { exitCode, stdout, leftFiles } = finished;
  const truncated = stdout.length > INLINE_BYTES_MAX;
  const text = decode(stdout);
  const object = objectIn(text);
  if (exitCode !== 0 || object?.["status"] === "error") {
    const own = truncated ? undefined : object;
    return { status: "error", data: { ...own, error: messageOf(finished, object) }, truncated };
  }
  if (object === undefined) {
    if (text.trim() === "" && !leftFiles) throw printedNothing();
    if (text.trimStart().startsWith("{")) throw noJson();
  }
  if (object === undefined || truncated) {
    const output = truncated ? decode(stdout.subarray(0, INLINE_BYTES_MAX)) : text;
    return { status: "success", data: { output }, truncated };
  }
  return { status: "success", data: isWrapped(object) ? object["data"] : object, truncated };
}

/** A character cut in half at the end is left out. */
function decode(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

function objectIn(stdout: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && isShallow(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: object): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEPTH_MAX; depth += 1) {
    level = level.flatMap((item): unknown[] =>
      typeof item === "object" && item !== null ? Object.values(item) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}

function isWrapped(object: Record<string, unknown>): boolean {
  return "data" in object && (object["status"] === "success" || object["status"] === "ok");
}

function messageOf({ exitCode, logs, stdout }: FinishedScript, object?: Record<string, unknown>) {
  const own = object?.["error"] ?? object?.["message"];
  if (typeof own === "string" && own !== "") return own;
  if (own !== undefined && typeof own === "object") return JSON.stringify(own);
  const last = [...logs].reverse().find((line) => line.trim() !== "");
  const said = last ?? (object === undefined ? decode(stdout.subarray(-300)).trim() : "");
  return said === "" ? `The script ended with exit code ${exitCode}.` : said;
}

function printedNothing(): LiluxError {
  return new LiluxError("script_output_invalid", {
    message:
      "The script ended well but printed nothing. Have it print one JSON object, as print(json.dumps(result)).",
    details: { reason: "nothing_printed" },
  });
}

function noJson(): LiluxError {
  return new LiluxError("script_output_invalid", {
    message: `The script printed what begins as a JSON object and is none, or is nested deeper than ${DEPTH_MAX} levels. Have it print json.dumps(result), and nothing beside it.`,
    details: { reason: "invalid_json" },
  });
}
