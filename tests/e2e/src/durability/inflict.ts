import { seededRandom } from "@lilux/core/rollout";
import { eventually } from "@lilux/testkit";
import type { Mode, Running } from "../start-mode.ts";
import { pause } from "./pause.ts";
import type { Traffic } from "./traffic.ts";

const VICTIMS: Readonly<Record<Mode, readonly string[]>> = {
  embedded: ["lilux"],
  distributed: [
    "kiwi",
    "router",
    "context-warmer",
    "orchestrator",
    "gateway",
    "nats-server",
    "redis-server",
  ],
};
const PAIR_WITHIN_MS = 6_000;
const FROZEN_AT_MOST_MS = 6_000;
const READY_WITHIN_MS = 60_000;
/** A fault that nobody meets proves nothing. */
const TURNS_BETWEEN = 6;
const TURNS_WITHIN_MS = 30_000;

export interface Faults {
  mode: Mode;
  seed: number;
  faults: number;
  /** Between one fault and the next, once turns are accepted again. */
  everyMs: number;
  /** Of a few processes only, where time is short. */
  victims?: readonly string[];
  only?: "kill" | "freeze";
  onFault?(text: string): void;
}

export interface Inflicted {
  /** Times each process was killed or frozen. */
  byVictim: Record<string, number>;
  /** Faults that came while the process was just starting again. */
  inARow: number;
  frozen: number;
}

/** Kills and freezes processes under the traffic; every third is killed twice in a row. */
export async function inflict(
  running: Running,
  traffic: Traffic,
  { mode, seed, faults, everyMs, victims = VICTIMS[mode], only, onFault }: Faults,
): Promise<Inflicted> {
  const random = seededRandom(seed);
  const inflicted: Inflicted = { byVictim: {}, inARow: 0, frozen: 0 };
  for (let done = 0; done < faults; done += 1) {
    await untilReady(running.url);
    await untilMoreTurns(traffic);
    await pause(everyMs * (0.5 + random()));
    const victim = victims[Math.floor(random() * victims.length)] ?? "";
    await Promise.all([traffic.abandon(), traffic.abandon()]);
    const kind = random();
    const isFrozen = only === undefined ? kind > 7 / 8 : only === "freeze";
    const isPair = !isFrozen && kind < 1 / 3 && done + 1 < faults;
    const many = isPair ? 2 : 1;
    inflicted.byVictim[victim] = (inflicted.byVictim[victim] ?? 0) + many;
    if (isFrozen) {
      onFault?.(`frozen: ${victim}`);
      inflicted.frozen += 1;
      running.signal(victim, "SIGSTOP");
      await pause(FROZEN_AT_MOST_MS * random());
      running.signal(victim, "SIGCONT");
      continue;
    }
    onFault?.(`kill -9 ${victim}${isPair ? ", twice" : ""}`);
    running.signal(victim, "SIGKILL");
    if (!isPair) continue;
    const restarts = running.restarts(victim);
    await eventually(() => running.restarts(victim) > restarts, { withinMs: 20_000 });
    // While it starts, while its clients resume, or soon after.
    await pause(PAIR_WITHIN_MS * random());
    running.signal(victim, "SIGKILL");
    done += 1;
    inflicted.inARow += 1;
  }
  return inflicted;
}

async function untilReady(url: string): Promise<void> {
  await eventually(
    async () => {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
      if (!answer.ok) throw new Error(`not ready: ${answer.status} ${await answer.text()}`);
    },
    { withinMs: READY_WITHIN_MS, everyMs: 100 },
  );
}

async function untilMoreTurns({ witnessed }: Traffic): Promise<void> {
  const enough = witnessed.accepted.size + TURNS_BETWEEN;
  await eventually(() => witnessed.accepted.size >= enough, {
    withinMs: TURNS_WITHIN_MS,
    everyMs: 50,
  }).catch(() => {
    throw new Error(`ready, and ${TURNS_BETWEEN} turns were not accepted in ${TURNS_WITHIN_MS} ms`);
  });
}
