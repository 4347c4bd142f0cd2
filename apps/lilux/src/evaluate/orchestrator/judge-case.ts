import { digestCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { ExampleCase } from "@lilux/protocol";
import { continuationFault } from "../../examples/continuation-faults.ts";
import { ungrounded } from "../../examples/grounding.ts";
import type { Played } from "../../examples/played.ts";
import { type Action, actionOf, failedChecks } from "../../examples/score-checks.ts";
import { toneFaults } from "../../examples/tone-faults.ts";

/** Where the router's confidence in its first call stands; none: it has none, or did not answer. */
export type Band = "act" | "verify" | "slow" | "none";

export interface CaseResult {
  id: string;
  category: ExampleCase["category"];
  splitKey: string;
  band: Band;
  /** Whether the router's first call is the one that is meant; undefined where a case does not say. */
  leaderIsRight: boolean | undefined;
  action: Action;
  /** What of its checks does not hold. */
  failures: string[];
  /** Names and numbers that it said and nothing shows. */
  invented: string[];
  /** How its message goes on badly; undefined: well, or it was not interrupted. */
  seam: string | undefined;
  tone: string[];
  completed: boolean;
  /** By the model that is judged, and not by the built-in one in its place. */
  isAnswered: boolean;
  /** What it said, for a judge. */
  said: string;
  firstTextMs: number | undefined;
  durationMs: number;
  promptTokens: number;
  completionTokens: number;
}

export interface JudgeScope {
  /** A file's text below `.ai`, or null. */
  readFile: (path: string) => Promise<string | null>;
  /** A server's model is to answer. */
  isServed?: boolean;
}

const BUILT_IN = "built-in";

/** What one turn is worth, told from its events; its words count where a case asks for words. */
export async function judgeCase(
  given: ExampleCase,
  played: Played,
  { readFile, isServed = false }: JudgeScope,
): Promise<CaseResult> {
  const isAnswered = !isServed || played.answeredBy !== BUILT_IN;
  const failures = await failedChecks(played, given.checks, { situation: given, readFile });
  const completed = played.outcome === "completed";
  if (!completed)
    failures.push(`the turn ended as ${played.outcome} (${played.error?.code ?? ""})`);
  if (!isAnswered) failures.push("its model did not answer, and the built-in one did");
  if (completed && played.text.trim() === "") failures.push("nothing was said");
  const { firstTextMs, durationMs, promptTokens, completionTokens } = played;
  return {
    id: given.id,
    category: given.category,
    splitKey: given.splitKey,
    band: bandOf(given),
    leaderIsRight: leaderIsRight(given),
    action: actionOf(played, given),
    failures,
    invented: ungrounded(withoutSystem(played.text), sourcesOf(given, played)),
    seam: seamOf(given, played),
    tone: toneFaults(played.text),
    completed,
    isAnswered,
    said: played.text,
    firstTextMs,
    durationMs,
    promptTokens,
    completionTokens,
  };
}

/** What is said by our own forms, and not by a model. */
function withoutSystem(text: string): string {
  return text.replace(/^Not done: .*$/m, "");
}

export function bandOf({ prediction, thresholds }: ExampleCase): Band {
  const leader = prediction?.candidates[0];
  if (leader === undefined) return "none";
  const confidence = confidenceOnEnter(leader);
  if (confidence > thresholds.act) return "act";
  return confidence >= thresholds.show ? "verify" : "slow";
}

function leaderIsRight({ checks: { does } }: ExampleCase): boolean | undefined {
  if (does === undefined) return undefined;
  return does.includes("leader");
}

function sourcesOf(
  { turn, history, library, prediction, thresholds }: ExampleCase,
  { calls }: Played,
) {
  return { line: turn.text, history, summary: library.summary, prediction, thresholds, calls };
}

/** The message before and after the call that the late answer brought. */
function seamOf(
  { arrives, prediction }: ExampleCase,
  { calls, text, lastText }: Played,
): string | undefined {
  const leader = prediction?.candidates[0]?.call;
  if (arrives === null || leader === undefined) return undefined;
  if (!calls.some(({ call }) => digestCall(call) === digestCall(leader))) return undefined;
  const said = text.slice(0, text.length - lastText.length);
  return said.trim() === "" ? undefined : continuationFault(said, lastText);
}
