import type { Demand } from "../capacity.ts";
import { MEASURED } from "../measured.ts";

/** One of many equal installations that together serve everybody. What is lost in one, the others do not notice. */
export interface CellPlan {
  typists: number;
  /** Keystrokes a second of all of them. */
  keystrokes: number;
  zones: number;
  routers: number;
  coresPerRouter: number;
  gateways: number;
  /** Shares of the tenants and sessions, each with two routers that hold what it needs. */
  partitions: number;
  /** Of libraries, what a router has to read when a partition becomes its own. */
  itemsPerPartition: number;
  asks: Asks;
}

/** Of the two routers of a partition: always the first, or whichever has less to do. */
export type Asks = "first" | "less";

export interface CellSize {
  typistsPerCell: number;
  coresPerRouter: number;
  /** How full cores are planned to be while nothing is lost: with a zone less they are half as full again. */
  planned: number;
  asks: Asks;
}

export const USUAL_SIZE: CellSize = {
  typistsPerCell: 20_000,
  coresPerRouter: 4,
  planned: 0.45,
  asks: "less",
};
const ZONES = 3;
const PARTITIONS = 256;

/** How many cells a demand takes, and what each is made of. */
export function planCells(
  demand: Demand,
  { typistsPerCell, coresPerRouter, planned, asks }: CellSize = USUAL_SIZE,
): { cells: number; cell: CellPlan } {
  const cells = Math.ceil(demand.typists / typistsPerCell);
  const typists = demand.typists / cells;
  const keystrokes = typists * demand.duty * demand.keystrokesPerSecond;
  const routerCores = keystrokes / (MEASURED.routerPerCoreAtEdge.value * planned);
  const gatewayCores = (keystrokes * MEASURED.gatewayMsPerKeystroke.value) / 1_000 / planned;
  const items = (demand.tenants / cells) * demand.itemsPerTenant;
  return {
    cells,
    cell: {
      typists,
      keystrokes,
      zones: ZONES,
      routers: wholeZones(routerCores / coresPerRouter),
      coresPerRouter,
      gateways: wholeZones(gatewayCores),
      partitions: PARTITIONS,
      itemsPerPartition: items / PARTITIONS,
      asks,
    },
  };
}

/** Cores of routers and gateways. */
export function coresOf({ routers, coresPerRouter, gateways }: CellPlan): number {
  return routers * coresPerRouter + gateways;
}

/** As many in each zone. */
function wholeZones(processes: number): number {
  return Math.max(1, Math.ceil(processes / ZONES)) * ZONES;
}
