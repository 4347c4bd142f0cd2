export interface ScriptOutput {
  status: "success" | "error";
  data: unknown;
}

export interface FinishedScript {
  exitCode: number;
  stdout: string;
  truncated: boolean;
  logs: readonly string[];
}

/**
 * What a script's end means. A JSON object on stdout is the result; one of the
 * form `{status, data}` is unwrapped; anything else is `{output}`. A non-zero
 * exit or `status: "error"` is an error with the script's own words.
 */
export function readScriptOutput(finished: FinishedScript): ScriptOutput {
  const { exitCode, stdout, truncated } = finished;
  const object = truncated ? undefined : objectIn(stdout);
  const failed = exitCode !== 0 || object?.["status"] === "error";
  if (failed) return { status: "error", data: { ...object, error: messageOf(finished, object) } };
  if (object === undefined) return { status: "success", data: { output: stdout } };
  return { status: "success", data: isWrapped(object) ? object["data"] : object };
}

function objectIn(stdout: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isWrapped(object: Record<string, unknown>): boolean {
  return "data" in object && (object["status"] === "success" || object["status"] === "ok");
}

function messageOf({ exitCode, logs, stdout }: FinishedScript, object?: Record<string, unknown>) {
  const own = object?.["error"] ?? object?.["message"];
  if (typeof own === "string" && own !== "") return own;
  if (own !== undefined && typeof own === "object") return JSON.stringify(own);
  const last = [...logs].reverse().find((line) => line.trim() !== "");
  const said = last ?? (object === undefined ? stdout.trim().slice(-300) : "");
  return said === "" ? `The script ended with exit code ${exitCode}.` : said;
}
