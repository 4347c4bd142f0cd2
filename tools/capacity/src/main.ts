// `npm run capacity -- --typists 10000 --tenants 200`: what an installation for so many takes, and what
// of one as it ships is full first. `npm run capacity -- cells --typists 1000000`: many such installations,
// simulated: what losses cost, and what breaks first.
import { parseArgs } from "node:util";
import { capacityOf, type Demand, USUAL } from "./capacity.ts";
import { simulate } from "./cells/simulate.ts";
import { tellCells } from "./cells/tell-cells.ts";
import { MEASURED } from "./measured.ts";
import { readDemand } from "./read-demand.ts";

const options = Object.fromEntries(
  Object.keys(USUAL).map((name) => [name, { type: "string" as const }]),
);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...options,
    json: { type: "boolean" as const },
    seed: { type: "string" as const, default: "1" },
    corePrice: { type: "string" as const },
  },
});
const { json, seed, corePrice, ...given } = values;
const demand: Demand = readDemand(given as Record<string, string | undefined>);
const rows = capacityOf(demand);
if (positionals[0] === "cells") {
  const simulation = simulate(demand, Number(seed));
  const price = corePrice === undefined ? undefined : Number(corePrice);
  const text = tellCells(demand, simulation, { seed: Number(seed), corePrice: price });
  process.stdout.write(json === true ? `${JSON.stringify(simulation, null, 2)}\n` : text);
} else if (json === true) process.stdout.write(`${JSON.stringify({ demand, rows }, null, 2)}\n`);
else {
  process.stdout.write(`${JSON.stringify(demand)}\n\n`);
  for (const { resource, load, needs, fullAt, bound } of rows) {
    const full =
      fullAt === undefined
        ? bound
        : `full at ${Math.floor(fullAt).toLocaleString("en")} typists: ${bound}`;
    process.stdout.write(`${resource}\n  load   ${load}\n  needs  ${needs}\n  ships  ${full}\n`);
  }
  process.stdout.write("\nMade of:\n");
  for (const { value, unit, by } of Object.values(MEASURED)) {
    process.stdout.write(`  ${value} ${unit}: ${by}\n`);
  }
}
