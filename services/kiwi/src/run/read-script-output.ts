import { isDeeperThan, readJsonAsText } from "@lilux/core/json";
import { LiluxError } from "@lilux/protocol";
import { jsonFaultOf, OUTPUT_DEPTH_MAX } from "./json-fault.ts";

export interface ScriptOutput {
  status: "success" | "error";
  data: unknown;
  /** Whether stdout holds more than `data` does. */
  truncated: boolean;
  /** Where in `data` a number stands as text, since its digits would have changed. */
  numbersAsText: string[];
}

export interface FinishedScript {
  exitCode: number;
  stdout: Buffer;
  /** The same as it may be shown, where it is told as text: secrets are gone before anything is cut. */
  shown?: Buffer | undefined;
  logs: readonly string[];
  /** Whether it left files: then it need not print. */
  leftFiles: boolean;
}

/** What of stdout goes into a result; the rest is in a file beside it. */
const INLINE_BYTES_MAX = 1024 * 1024;
/**
 * What a script's end means. A JSON object on stdout is the result; one of the
 * form `{status, data}` is unwrapped; other text is `{output}`. A non-zero exit
 * or `status: "error"` is an error with the script's own words. Ending well
 * without a word, or with what begins as an object and is none, throws
 * `script_output_invalid`. A number beyond what JavaScript holds is its text.
 */
export function readScriptOutput(finished: FinishedScript): ScriptOutput {
  const { exitCode, stdout, shown = stdout, leftFiles } = finished;
  const truncated = stdout.length > INLINE_BYTES_MAX;
  const text = decode(stdout);
  const printed = printedIn(text);
  const object = printed?.object;
  if (exitCode !== 0 || object?.["status"] === "error") {
    const own = truncated ? undefined : object;
    const data = { ...own, error: messageOf(finished, object) };
    return { status: "error", data, truncated, numbersAsText: truncated ? [] : namesOf(printed) };
  }
  if (object === undefined) {
    if (text.trim() === "" && !leftFiles) throw printedNothing();
    if (text.trimStart().startsWith("{")) throw noJson(text);
  }
  if (object === undefined || truncated) {
    const output = decode(truncated ? shown.subarray(0, INLINE_BYTES_MAX) : shown);
    return { status: "success", data: { output }, truncated, numbersAsText: [] };
  }
  const data = isWrapped(object) ? object["data"] : object;
  return { status: "success", data, truncated, numbersAsText: namesOf(printed) };
}

/** A character cut in half at the end is left out. */
function decode(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

interface Printed {
  object: Record<string, unknown>;
  asText: string[];
}

function printedIn(stdout: string): Printed | undefined {
  try {
    const { value, asText } = readJsonAsText(stdout);
    const isFit = isObject(value) && !isDeeperThan(value, OUTPUT_DEPTH_MAX);
    return isFit ? { object: value, asText } : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As seen from `data`. */
function namesOf(printed: Printed | undefined): string[] {
  if (printed === undefined) return [];
  const { object, asText } = printed;
  if (!isWrapped(object)) return asText;
  return asText.flatMap((name) => (name.startsWith("data.") ? name.slice("data.".length) : []));
}

function isWrapped(object: Record<string, unknown>): boolean {
  return "data" in object && (object["status"] === "success" || object["status"] === "ok");
}

function messageOf(finished: FinishedScript, object?: Record<string, unknown>) {
  const { exitCode, logs, stdout, shown = stdout } = finished;
  const own = object?.["error"] ?? object?.["message"];
  if (typeof own === "string" && own !== "") return own;
  if (own !== undefined && typeof own === "object") return JSON.stringify(own);
  const last = [...logs].reverse().find((line) => line.trim() !== "");
  const said = last ?? (object === undefined ? decode(shown.subarray(-300)).trim() : "");
  return said === "" ? `The script ended with exit code ${exitCode}.` : said;
}

function printedNothing(): LiluxError {
  return new LiluxError("script_output_invalid", {
    message:
      "The script ended well but printed nothing. Have it print one JSON object, as print(json.dumps(result)).",
    details: { reason: "nothing_printed" },
  });
}

function noJson(text: string): LiluxError {
  const { reason, what, fix, line, column } = jsonFaultOf(text);
  return new LiluxError("script_output_invalid", {
    message: `The script printed ${what}. ${fix}`,
    details: { reason, ...(line === undefined ? {} : { line, column }) },
  });
}
