import type { LineSet } from "@lilux/core/text";
import { playExample } from "@lilux/orchestrator";
import { type Example, LiluxError } from "@lilux/protocol";
import { behaviourFault } from "./behaviour-fault.ts";
import { contaminated } from "./contaminated.ts";
import { continuationFault } from "./continuation-faults.ts";
import type { Finding } from "./finding.ts";
import { ungrounded } from "./grounding.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { type Played, readEvents } from "./played.ts";
import { privateParts } from "./private-parts.ts";
import { replayFaults } from "./replay-faults.ts";
import { failedChecks, wordsIn } from "./score-checks.ts";
import { toneFaults } from "./tone-faults.ts";

export interface CheckOptions {
  /** Makes the calls again on the real library, and compares what comes of them. */
  replays?: boolean;
  /** Cases that models are judged by. */
  against?: readonly LineSet[];
}

const WORDS_MAX = 80;
/** Of an answer that explains; there is nothing beside it. */
const ANSWER_WORDS_MAX = 170;

/** Every rule over every example, and those over all of them together. */
export async function checkExamples(
  examples: readonly Example[],
  { replays = false, against = [] }: CheckOptions = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const example of examples) {
    const { id } = example;
    for (const [rule, problem] of await faultsOf(example)) findings.push({ id, rule, problem });
  }
  for (const { id, problem } of nearDuplicates(examples)) {
    findings.push({ id, rule: "duplicate", problem });
  }
  findings.push(...contaminated(examples, against));
  if (replays) findings.push(...(await replayFaults(examples)));
  return findings;
}

type Fault = [rule: string, problem: string];

async function faultsOf(example: Example): Promise<Fault[]> {
  let played: Played;
  try {
    const { events } = await playExample(example);
    played = readEvents(events.map((event) => ({ event, atMs: 0 })));
  } catch (error) {
    return [["plays", LiluxError.from(error).message]];
  }
  const said = spokenBy(example);
  const faults: Fault[] = [];
  const add = (rule: string, problem: string | undefined): void => {
    if (problem !== undefined) faults.push([rule, problem]);
  };
  for (const name of ungrounded(said, sourcesOf(example)))
    add("grounding", `${name} is known from nowhere`);
  add("behaviour", behaviourFault(example));
  const cut = example.steps.find((step) => step.cut === true)?.say;
  if (cut !== undefined) add("continuation", continuationFault(cut, example.response));
  add("declined", declinedFault(example));
  add("length", lengthFault(example));
  for (const part of privateParts(JSON.stringify([example.turn.text, said]))) add("private", part);
  for (const fault of toneFaults(said)) add("tone", fault);
  const failures = await failedChecks(played, example.checks, { situation: example });
  for (const failure of failures) add("checks", failure);
  return faults;
}

/** As it is read: what goes on after a cut stands on the same line. */
function spokenBy({ steps, response }: Example): string {
  const said = steps.flatMap(({ say, cut }) => {
    if (say === undefined) return [];
    return cut === true ? [say] : [say, "\n"];
  });
  return said.join("") + response;
}

function sourcesOf({ turn, history, library, prediction, thresholds, steps }: Example) {
  const calls = steps.flatMap((step) => step.calls);
  return { line: turn.text, history, summary: library.summary, prediction, thresholds, calls };
}

/** Who was told no does not try another way; calls of one answer are made before anybody says no. */
function declinedFault({ steps }: Example): string | undefined {
  const at = steps.findIndex(({ calls }) => calls.some(({ confirm }) => confirm === "declined"));
  if (at < 0) return undefined;
  const later = steps
    .slice(at + 1)
    .flatMap(({ calls }) => calls)
    .find(({ call }) => call.name === "execute" && call.arguments.action !== "run");
  return later === undefined ? undefined : "it writes after the person declined";
}

function lengthFault({ behaviour, steps, response }: Example): string | undefined {
  const words = wordsIn([...steps.map(({ say = "" }) => say), response].join(" "));
  const wordsMax = behaviour === "answer" ? ANSWER_WORDS_MAX : WORDS_MAX;
  return words <= wordsMax ? undefined : `it has ${words} words of at most ${wordsMax}`;
}

/** What is wrong, or what there is when nothing is. */
export function describeFindings(
  examples: readonly Example[],
  findings: readonly Finding[],
): string {
  if (findings.length > 0) {
    return findings.map(({ id, rule, problem }) => `${id}  ${rule}: ${problem}`).join("\n");
  }
  const count = (name: string, of: (example: Example) => string): string => {
    const groups = Map.groupBy(examples, of);
    const parts = [...groups].map(([key, those]) => `${key} ${those.length}`).sort();
    return `${name}: ${parts.join(", ")}`;
  };
  const not = examples.filter(leavesRouter).length;
  return [
    `${examples.length} examples, nothing found`,
    count("categories", ({ category }) => category),
    count("behaviours", ({ behaviour }) => behaviour),
    count("libraries", ({ library }) => library.id),
    `do not follow the router's first call: ${not} (${((100 * not) / examples.length).toFixed(0)} %)`,
  ].join("\n");
}

/** The router had a first call, and the assistant did not make it. */
export function leavesRouter({ prediction, steps }: Example): boolean {
  const leader = prediction?.candidates[0]?.call;
  if (leader === undefined) return false;
  const made = steps.flatMap(({ calls }) => calls.map(({ call }) => JSON.stringify(call)));
  return !made.includes(JSON.stringify(leader));
}
