import { eventually, temporaryDirectory } from "@lilux/testkit";
import { startMode } from "../start-mode.ts";
import { askOnceMore } from "./callers.ts";
import { type Faults, type Inflicted, inflict } from "./inflict.ts";
import { grownFrom, type ProcessSizes, sizesOf } from "./process-sizes.ts";
import { startStampingLlm } from "./stamping-llm.ts";
import { countStamps, writeStampLibrary } from "./stamps.ts";
import { readStreams, type StoredStreams } from "./stored-streams.ts";
import { driveTraffic } from "./traffic.ts";
import { isClean, type Violations, violationsIn } from "./violations.ts";
import type { Witnessed } from "./witnessed.ts";

/** After the last fault; a turn that nobody runs has an end by then. */
const QUIET_WITHIN_MS = 90_000;

export interface DurabilityReport extends Inflicted {
  mode: Faults["mode"];
  seed: number;
  faults: number;
  seconds: number;
  accepted: number;
  abandoned: number;
  /** Of every stored turn, as it is journalled. */
  outcomes: Record<string, number>;
  /** Turns that were told one outcome and are journalled with another. */
  toldOtherwise: string[];
  /** Turns whose end was told before it was stored, and told again after a crash. */
  endToldAgain: string[];
  /** Runs of the script that left their stamp. */
  stamps: number;
  resumes: Witnessed["resumed"];
  confirms: number;
  calls: Witnessed["calls"];
  callErrors: Record<string, number>;
  /** Of every process, under the first of the traffic and in the quiet after the last fault. */
  sizes: { before: ProcessSizes; after: ProcessSizes };
  violations: Violations;
}

/**
 * Kills processes, two times in a row every third time, under people and callers
 * of whom some never come back; then compares what was told with what is stored
 * and with what was done.
 */
export async function runDurability(options: Faults): Promise<DurabilityReport> {
  const { mode, seed, faults } = options;
  const startedAt = performance.now();
  const project = await temporaryDirectory();
  await writeStampLibrary(project.path);
  const llm = await startStampingLlm();
  const env = { LILUX_LLM_URL: llm.url, LILUX_LLM_MODEL: "stamping" };
  const running = await startMode(mode, { project: project.path, env });
  const traffic = driveTraffic(running.url);
  try {
    const before = await sizesOf(running);
    const inflicted = await inflict(running, traffic, options);
    await traffic.stop();
    const { witnessed } = traffic;
    const sessions = [...witnessed.sessions];
    const settled = async () => {
      await askOnceMore(running.url, witnessed);
      const stored = await readStreams(running, sessions);
      const stamps = await countStamps(project.path);
      return { stored, stamps, violations: violationsIn(witnessed, stored, stamps) };
    };
    // Ends come late; what is still wrong after the time is reported as it is.
    await eventually(async () => isClean((await settled()).violations) || Promise.reject(), {
      withinMs: QUIET_WITHIN_MS,
      everyMs: 3_000,
    }).catch(() => undefined);
    const { stored, stamps, violations } = await settled();
    const after = await sizesOf(running);
    return {
      mode,
      seed,
      faults,
      ...inflicted,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      accepted: witnessed.accepted.size,
      abandoned: witnessed.abandoned.size,
      outcomes: outcomesOf(stored),
      toldOtherwise: toldOtherwise(witnessed, stored),
      endToldAgain: witnessed.endedTwice,
      stamps: [...stamps.values()].reduce((sum, count) => sum + count, 0),
      resumes: witnessed.resumed,
      confirms: witnessed.confirms,
      calls: witnessed.calls,
      callErrors: Object.fromEntries(witnessed.callErrors),
      sizes: { before, after },
      violations: { ...violations, grown: grownFrom(before, after) },
    };
  } finally {
    traffic.close();
    await running.stop();
    await llm.close();
    await project.remove();
  }
}

function outcomesOf({ interactions }: StoredStreams): Record<string, number> {
  const byOutcome = Map.groupBy(interactions, ({ outcome }) => outcome);
  return Object.fromEntries([...byOutcome].map(([outcome, all]) => [outcome, all.length]));
}

function toldOtherwise({ ended }: Witnessed, { interactions }: StoredStreams): string[] {
  return interactions.flatMap(({ turnId, outcome }) => {
    const told = ended.get(turnId);
    return told === undefined || told === outcome ? [] : [`${turnId}: ${told}, ${outcome}`];
  });
}
