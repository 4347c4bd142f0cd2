import { driveOpenLoop, type OpenLoopResult } from "../drive-open-loop.ts";
import { WITHIN_MS } from "./as-tenant.ts";
import type { NoiseCount } from "./noisy-process.ts";
import { type Resource, TYPING, type Use } from "./resources.ts";
import { startNoise } from "./start-noise.ts";

/** What the quiet tenant waited, sorted; a missing one got no answer, or one that is worth nothing. */
export interface Waited {
  latenciesMs: Float64Array;
  missing: number;
}

/** Alone; beside a process that asks an empty server as often; and beside the noisy tenant. */
export const CONDITIONS = ["alone", "generator", "noisy"] as const;
export type Condition = (typeof CONDITIONS)[number];

export type Measured = Record<Condition, { own: Waited; typing: Waited }>;

export interface ResourceFigures {
  resource: Resource;
  measured: Measured;
  noise: NoiseCount;
}

export interface MeasureOptions {
  url: string;
  emptyUrl: string;
  quiet: string;
  noisy: string;
  seconds: number;
  times: number;
  rounds: number;
}

/** Before the quiet tenant is timed the noise is there, and after it as well. */
const MARGIN_SECONDS = 1;
const NOBODY: Waited = { latenciesMs: new Float64Array(), missing: 0 };

/** The conditions by turns, round after round, so that what changes on the machine meets all of them. */
export async function measureResource(
  resource: Resource,
  options: MeasureOptions,
): Promise<ResourceFigures> {
  const { url, quiet: tenant, rounds, seconds } = options;
  const own = await resource.open({ url, tenant }, 1);
  const typing = await TYPING.open({ url, tenant }, 1);
  let measured: Measured = {
    alone: { own: NOBODY, typing: NOBODY },
    generator: { own: NOBODY, typing: NOBODY },
    noisy: { own: NOBODY, typing: NOBODY },
  };
  const noise: NoiseCount = { done: 0, refused: 0, lost: 0, perSecond: 0 };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [place, condition] of CONDITIONS.entries()) {
        // No two are told the same: what was answered before is remembered.
        const from = 10_000 * (CONDITIONS.length * round + place);
        const noisy = condition === "alone" ? undefined : await begin(condition, resource, options);
        const [ofOwn, ofTyping] = await Promise.all([
          timed(own, resource, { seconds, from }),
          timed(typing, TYPING, { seconds, from }),
        ]);
        const before = measured[condition];
        const both = { own: joined(before.own, ofOwn), typing: joined(before.typing, ofTyping) };
        measured = { ...measured, [condition]: both };
        const count = await noisy?.ended;
        if (condition === "noisy" && count !== undefined) add(noise, count, rounds);
      }
    }
  } finally {
    own.close();
    typing.close();
  }
  return { resource, measured, noise };
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

function timed(
  use: Use,
  resource: Resource,
  { seconds, from }: { seconds: number; from: number },
): Promise<OpenLoopResult> {
  return driveOpenLoop({
    ratePerSecond: resource.perSecond,
    seconds,
    missingAfterMs: WITHIN_MS,
    async send(index) {
      if ((await use.send(from + index)) !== "done") throw new Error("nothing came of it");
    },
  });
}

function joined(one: Waited, other: Waited): Waited {
  return {
    latenciesMs: Float64Array.from([...one.latenciesMs, ...other.latenciesMs]).sort(),
    missing: one.missing + other.missing,
  };
}

function add(sum: NoiseCount, { done, refused, lost, perSecond }: NoiseCount, rounds: number) {
  sum.done += done;
  sum.refused += refused;
  sum.lost += lost;
  sum.perSecond += perSecond / rounds;
}
