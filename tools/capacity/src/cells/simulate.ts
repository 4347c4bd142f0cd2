import type { Demand } from "../capacity.ts";
import { MEASURED } from "../measured.ts";
import { type CellPlan, type CellSize, planCells, USUAL_SIZE } from "./cell-plan.ts";
import { FAULT_KINDS, type Fault } from "./faults.ts";
import { simulateCell } from "./simulate-cell.ts";
import { BAD_SHARE_MAX, type Summary, summarise } from "./summarise.ts";

const SECONDS = 40;
const FAULT = { at: 10, for: 20 };
/** Long enough for a queue that grows to be seen. */
const TRIED_SECONDS = 10;
const TRIED_FROM = 3;
const HALVINGS = 6;
const MOST_TIMES = 4;

export interface Trial extends Summary {
  fault: Fault["kind"] | "nothing";
  /** Cells that it hits: a zone is a part of each. */
  cellsHit: number;
  /** Of everybody's keystrokes while it lasted. */
  degradedOfAll: number;
}

export interface Breaking {
  what: string;
  /** As many times the planned people. */
  times: number;
}

export interface Simulation {
  cells: number;
  cell: CellPlan;
  trials: Trial[];
  /** What breaks the promise, at how much more than what was planned; the first first. */
  breaks: Breaking[];
}

/** What so many people take in cells, what losses cost them, and what breaks first. The same for the same seed. */
export function simulate(demand: Demand, seed: number, size: CellSize = USUAL_SIZE): Simulation {
  const { cells, cell } = planCells(demand, size);
  const nothing = summarise(simulateCell(cell, { seconds: SECONDS, seed, faults: [] }), 1);
  const trials: Trial[] = [
    { ...nothing, fault: "nothing", cellsHit: 0, degradedOfAll: nothing.degradedShare },
  ];
  for (const kind of FAULT_KINDS) {
    const run = simulateCell(cell, { seconds: SECONDS, seed, faults: [{ kind, ...FAULT }] });
    const hit = summarise(run, FAULT.at);
    const cellsHit = kind === "zone" ? cells : 1;
    const others = nothing.degradedShare * (cells - cellsHit);
    const degradedOfAll = (hit.degradedShare * cellsHit + others) / cells;
    trials.push({ ...hit, fault: kind, cellsHit, degradedOfAll });
  }
  return { cells, cell, trials, breaks: breaksOf(cell, seed) };
}

/** Each by itself: how many times the planned load it bears. */
function breaksOf(cell: CellPlan, seed: number): Breaking[] {
  const gatewayCores = (cell.keystrokes * MEASURED.gatewayMsPerKeystroke.value) / 1_000;
  const withoutAZone = 1 - 1 / cell.zones;
  const breaks = [
    { what: "routers, all of them there", times: mostTimes(cell, seed, []) },
    {
      what: "routers, a zone lost",
      times: mostTimes(cell, seed, [{ kind: "zone", at: 0, for: TRIED_SECONDS }]),
    },
    { what: "gateways, all of them there", times: cell.gateways / gatewayCores },
    { what: "gateways, a zone lost", times: (cell.gateways * withoutAZone) / gatewayCores },
  ];
  return breaks.toSorted((a, b) => a.times - b.times);
}

/** By halving: the promise holds up to here. */
function mostTimes(cell: CellPlan, seed: number, faults: readonly Fault[]): number {
  let [good, bad] = [0, MOST_TIMES];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const times = (good + bad) / 2;
    const plan = { ...cell, keystrokes: cell.keystrokes * times };
    const run = simulateCell(plan, { seconds: TRIED_SECONDS, seed, faults });
    if (summarise(run, TRIED_FROM).degradedShare <= BAD_SHARE_MAX) good = times;
    else bad = times;
  }
  return good;
}
