import { seededRandom } from "@lilux/core/rollout";
import { MEASURED } from "../measured.ts";
import { ASSUMED } from "./assumed.ts";
import type { CellPlan } from "./cell-plan.ts";
import type { Fault } from "./faults.ts";
import { rankOwners } from "./owners.ts";
import { createRouterCores } from "./router-cores.ts";
import { createWorld } from "./world.ts";

/** What the people of a cell got, second by second. */
export interface CellRun {
  asked: Uint32Array;
  /** Without a prediction in time. */
  degraded: Uint32Array;
  /** Of answers in time: how many took so many ms. */
  latencies: Uint32Array;
  reconnectsPeak: number;
}

export interface CellOptions {
  seconds: number;
  seed: number;
  faults: readonly Fault[];
}

/** As the gateway has them. */
const PREDICT_WITHIN_MS = 80;
const HEDGE_AFTER_MS = 40;
const PASS_MS = 1_000 / MEASURED.routerPerCoreAtEdge.value;

/**
 * One cell, keystroke by keystroke: each comes at a random moment, of a random partition, over a random
 * gateway. Of the two routers that hold the partition it asks the one with less to do (known at once, which
 * flatters: gateways know what they are owed), and after half of its time the other one; a router that has not
 * answered is asked last until it is back.
 */
export function simulateCell(plan: CellPlan, { seconds, seed, faults }: CellOptions): CellRun {
  const random = seededRandom(seed);
  const world = createWorld(plan, faults);
  const run: CellRun = {
    asked: new Uint32Array(seconds),
    degraded: new Uint32Array(seconds),
    latencies: new Uint32Array(PREDICT_WITHIN_MS + 1),
    reconnectsPeak: world.reconnectsPeak,
  };
  const routers = Array.from({ length: plan.routers }, () =>
    createRouterCores(plan.coresPerRouter, PASS_MS),
  );
  const ranks = rankOwners(plan.partitions, plan.routers, plan.zones);
  /** Until when each router is known to be silent. */
  const silentUntil = new Float64Array(plan.routers);

  function ask(router: number, at: number, doneBy: number): number | undefined {
    if (!world.hasRouter(router, at)) {
      silentUntil[router] = world.backAt(router, at);
      return undefined;
    }
    const oneWayMs = ASSUMED.wireMs.value / 2;
    const done = routers[router]?.take(at + oneWayMs, doneBy - oneWayMs);
    return done === undefined ? undefined : done + oneWayMs;
  }

  function isSooner(one: number, other: number, at: number): boolean {
    const [silent, otherSilent] = [one, other].map((router) => (silentUntil[router] ?? 0) > at);
    if (silent !== otherSilent) return otherSilent === true;
    if (plan.asks === "first") return true;
    return (routers[one]?.waitMs(at) ?? 0) <= (routers[other]?.waitMs(at) ?? 0);
  }

  /** When the answer is there; undefined where none comes in time. */
  function answerAt(ranked: Uint16Array, at: number): number | undefined {
    const [one, other] = world.holders(ranked, at);
    const [first, second] = isSooner(one, other, at) ? [one, other] : [other, one];
    const doneBy = at + PREDICT_WITHIN_MS;
    const early = ask(first, at, doneBy);
    if (early !== undefined && early <= at + HEDGE_AFTER_MS) return early;
    const late = first === second ? undefined : ask(second, at + HEDGE_AFTER_MS, doneBy);
    if (early === undefined || late === undefined) return early ?? late;
    return Math.min(early, late);
  }

  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) / plan.keystrokes) * 1_000;
    if (at >= seconds * 1_000) return run;
    const ranked = ranks[Math.floor(random() * plan.partitions)] ?? new Uint16Array();
    const gateway = Math.floor(random() * plan.gateways);
    const isSent = world.reachesBus(gateway, at, random());
    note(run, at, isSent ? answerAt(ranked, at) : undefined);
  }
}

function note({ asked, degraded, latencies }: CellRun, at: number, doneAt: number | undefined) {
  const add = (counts: Uint32Array, place: number): void => {
    counts[place] = (counts[place] ?? 0) + 1;
  };
  const second = Math.floor(at / 1_000);
  add(asked, second);
  if (doneAt === undefined) add(degraded, second);
  else add(latencies, Math.min(latencies.length - 1, Math.floor(doneAt - at)));
}
