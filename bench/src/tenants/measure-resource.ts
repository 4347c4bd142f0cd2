import { loadavg } from "node:os";
import { driveOpenLoop } from "../drive-open-loop.ts";
import { type ProcessorTime, processorTimeEach, readProcessorTimes } from "../processor-time.ts";
import { type Outcome, WITHIN_MS } from "./as-tenant.ts";
import type { NoiseCount } from "./noisy-process.ts";
import { type Resource, TYPING, type Use } from "./resources.ts";
import { startNoise } from "./start-noise.ts";

/** What the quiet tenant waited, sorted; a missing one got no answer, and a late one came after its 80 ms. */
export interface Waited {
  latenciesMs: Float64Array;
  missing: number;
  late: number;
}

/** Alone; beside a process that asks an empty server as often; and beside the noisy tenant. */
export const CONDITIONS = ["alone", "generator", "noisy"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What one round said, and what each process took of a processor meanwhile, in ms for each second. */
export interface Measured {
  own: Waited;
  typing: Waited;
  processors: ReadonlyMap<string, ProcessorTime>;
}
export type Round = Record<Condition, Measured>;

export interface ResourceFigures {
  resource: Resource;
  rounds: readonly Round[];
  noise: NoiseCount;
  /** The machine's load average as each round ended. */
  loads: readonly number[];
  /** What the quiet tenant's own requests came to beside the noisy one: refused or lost is what it should not have been. */
  quiet: OutcomeCounts;
}

export type OutcomeCounts = Record<Outcome, number>;

export interface MeasureOptions {
  url: string;
  emptyUrl: string;
  quiet: string;
  noisy: string;
  seconds: number;
  times: number;
  rounds: number;
  within: number;
  processes: ReadonlyMap<string, number>;
}

/** Before the quiet tenant is timed the noise is there, and after it as well. */
const MARGIN_SECONDS = 0.5;
/** Fewer rounds than this say nothing of how much they differ. */
const ROUNDS_MIN = 2;
/** Of the quiet tenant. */
const PEOPLE = 4;

/**
 * The conditions by turns, round after round, so that what changes on the machine meets all of them; each
 * round begins with another one, so that what one leaves behind meets all of them, too.
 */
export async function measureResource(
  resource: Resource,
  options: MeasureOptions,
): Promise<ResourceFigures> {
  const { url, quiet: tenant } = options;
  const own = await resource.open({ url, tenant }, PEOPLE);
  const typing = await TYPING.open({ url, tenant }, PEOPLE);
  const noise: NoiseCount = { ...nothing(), perSecond: 0 };
  const quiet = nothing();
  const rounds: Round[] = [];
  const loads: number[] = [];
  const endsAt = performance.now() + options.within * 1_000;
  const mayGoOn = (): boolean => rounds.length < ROUNDS_MIN || performance.now() < endsAt;
  try {
    for (let round = 0; round < options.rounds && mayGoOn(); round += 1) {
      const measured: Partial<Round> = {};
      for (const place of CONDITIONS.keys()) {
        const condition = CONDITIONS[(place + round) % CONDITIONS.length] ?? "alone";
        // No two are told the same: what was answered before is remembered.
        const from = 10_000 * (CONDITIONS.length * round + place);
        const how = { condition, resource, from };
        measured[condition] = await measureOnce({ own, typing, noise, quiet }, how, options);
      }
      const { alone, generator, noisy } = measured;
      if (alone !== undefined && generator !== undefined && noisy !== undefined)
        rounds.push({ alone, generator, noisy });
      loads.push(loadavg()[0] ?? 0);
    }
  } finally {
    own.close();
    typing.close();
  }
  noise.perSecond /= Math.max(1, rounds.length);
  return { resource, rounds, noise, loads, quiet };
}

const nothing = (): OutcomeCounts => ({ done: 0, late: 0, refused: 0, lost: 0 });

async function measureOnce(
  { own, typing, noise, quiet }: { own: Use; typing: Use; noise: NoiseCount; quiet: OutcomeCounts },
  { condition, resource, from }: { condition: Condition; resource: Resource; from: number },
  options: MeasureOptions,
): Promise<Measured> {
  const { seconds, processes } = options;
  const noisy = condition === "alone" ? undefined : await begin(condition, resource, options);
  const before = readProcessorTimes(processes);
  const [ofOwn, ofTyping] = await Promise.all([
    timed(own, resource, { seconds, from, counts: condition === "noisy" ? quiet : nothing() }),
    timed(typing, TYPING, { seconds, from, counts: nothing() }),
  ]);
  const processors = processorTimeEach(before, readProcessorTimes(processes), seconds);
  const count = await noisy?.ended;
  if (condition === "noisy" && count !== undefined) add(noise, count);
  return { own: ofOwn, typing: ofTyping, processors };
}

async function begin(
  condition: Condition,
  { name }: Resource,
  { url, emptyUrl, noisy: tenant, times, seconds: timedFor }: MeasureOptions,
) {
  const seconds = timedFor + 2 * MARGIN_SECONDS;
  const at = condition === "noisy" ? url : emptyUrl;
  const noise = await startNoise({ url: at, tenant, resource: name, times, seconds });
  await new Promise((resolve) => setTimeout(resolve, MARGIN_SECONDS * 1_000));
  return noise;
}

async function timed(
  use: Use,
  resource: Resource,
  { seconds, from, counts }: { seconds: number; from: number; counts: OutcomeCounts },
): Promise<Waited> {
  let late = 0;
  const { latenciesMs, missing } = await driveOpenLoop({
    ratePerSecond: resource.perSecond,
    seconds,
    missingAfterMs: WITHIN_MS,
    async send(index) {
      const outcome = await use.send(from + index);
      counts[outcome] += 1;
      if (outcome === "late") late += 1;
      else if (outcome !== "done") throw new Error("nothing came of it");
    },
  });
  return { latenciesMs, missing, late };
}

function add(sum: NoiseCount, { perSecond, ...counts }: NoiseCount) {
  for (const outcome of OUTCOMES) sum[outcome] += counts[outcome];
  sum.perSecond += perSecond;
}

const OUTCOMES = ["done", "late", "refused", "lost"] as const;
