import { startAlone } from "./alone.ts";

const PLACES = 4;
const ANSWER_MS = 100;
const TURNS = 12;
const FLOOD = 50;

export interface Flood {
  aloneMs: number[];
  besideMs: number[];
}

/** One tenant's turns, one after another: alone, and beside another's fifty at once. */
export async function measureFlood(): Promise<Flood> {
  const fault = { kind: "slow", ms: ANSWER_MS } as const;
  const alone = await startAlone({ fault }, { running: PLACES });
  try {
    const own = async (): Promise<number[]> => {
      const times: number[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        times.push((await alone.turn("quiet", "what closes the valve?")).ms);
      }
      return times;
    };
    await own();
    const aloneMs = await own();
    let flooding = true;
    const flood = Array.from({ length: FLOOD }, async () => {
      while (flooding) await alone.turn("loud", "what opens it?");
    });
    const besideMs = await own();
    flooding = false;
    await Promise.all(flood);
    return { aloneMs, besideMs };
  } finally {
    await alone.stop();
  }
}

export const FLOOD_TEXT = `${FLOOD} turns of another tenant at once, ${PLACES} places, answers begin after ${ANSWER_MS} ms`;
