import { type Demand, ratesOf } from "../capacity.ts";
import { MEASURED } from "../measured.ts";
import { ASSUMED } from "./assumed.ts";
import { coresOf, USUAL_SIZE } from "./cell-plan.ts";
import type { Simulation, Trial } from "./simulate.ts";

/** A simulation as people read it. A core's price for a month is the reader's: without it no money is told. */
export function tellCells(
  demand: Demand,
  { cells, cell, trials, breaks }: Simulation,
  { seed, corePrice }: { seed: number; corePrice: number | undefined },
): string {
  const { routers, coresPerRouter, gateways, zones, typists } = cell;
  const turnMs = ratesOf(demand).turns * MEASURED.orchestratorMsPerTurn.value;
  const cores = Math.ceil(cells * coresOf(cell) + turnMs / 1_000 / USUAL_SIZE.planned);
  const price = corePrice === undefined ? "" : `, ${whole(cores * corePrice)} a month`;
  return [
    `${cells} cells of ${whole(typists)} typists, each ${routers} routers of ${coresPerRouter} cores and ${gateways} gateways in ${zones} zones; seed ${seed}`,
    `${whole(cores)} cores in all, with orchestrators and without language models${price}`,
    "",
    "| lost | cells hit | p50, p99 in one | worst second | without a prediction: of the cell, of all | over after | people back in a second |",
    "|---|---|---|---|---|---|---|",
    ...trials.map(rowOf),
    "",
    "What breaks first:",
    ...breaks.map(
      ({ what, times }) => `  ${what}: at ${times.toFixed(2)} times the people planned for`,
    ),
    "",
    "Made of what was measured, and of:",
    ...Object.values(ASSUMED).map(({ value, unit, by }) => `  ${value} ${unit}: ${by}`),
    "",
  ].join("\n");
}

function rowOf(trial: Trial): string {
  const { fault, cellsHit, p50, p99, worstSecond, degradedShare, degradedOfAll } = trial;
  const over = trial.recoveredAfter === undefined ? "not" : `${trial.recoveredAfter} s`;
  const cells = [
    fault,
    cellsHit,
    `${p50}, ${p99} ms`,
    percent(worstSecond),
    `${percent(degradedShare)}, ${percent(degradedOfAll)}`,
    over,
    whole(trial.reconnectsPeak),
  ];
  return `| ${cells.join(" | ")} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
