// A tenant that asks for more than its share, in a process of its own: what it costs to
// ask is not what the quiet tenant's measurement waits for.
import { driveOpenLoop } from "../drive-open-loop.ts";
import { type Outcome, WITHIN_MS } from "./as-tenant.ts";
import { RESOURCES } from "./resources.ts";

export interface Noise {
  url: string;
  tenant: string;
  resource: string;
  times: number;
  seconds: number;
}

export type NoiseCount = Record<Outcome, number> & { perSecond: number };
export type NoiseNews = { begun: true } | NoiseCount;

/** Who asks often is many people. */
const PEOPLE = 10;

const { resource: name, times, seconds, ...as } = JSON.parse(process.argv[2] ?? "{}") as Noise;
const resource = RESOURCES.find((one) => one.name === name);
if (resource === undefined) throw new Error(`there is no resource ${name}`);
const use = await resource.open(as, PEOPLE);
process.send?.({ begun: true });
const counts: Record<Outcome, number> = { done: 0, late: 0, refused: 0, lost: 0 };
const { achievedRate } = await driveOpenLoop({
  ratePerSecond: times * resource.perSecond,
  seconds,
  missingAfterMs: WITHIN_MS,
  async send(index) {
    counts[await use.send(index)] += 1;
  },
});
use.close();
process.send?.({ ...counts, perSecond: achievedRate });
process.disconnect();
