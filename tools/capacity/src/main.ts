// `npm run capacity -- --typists 10000 --tenants 200`: what an installation for so many takes, and what
// of one as it ships is full first.
import { parseArgs } from "node:util";
import { capacityOf, type Demand, USUAL } from "./capacity.ts";
import { MEASURED } from "./measured.ts";
import { readDemand } from "./read-demand.ts";

const options = Object.fromEntries(
  Object.keys(USUAL).map((name) => [name, { type: "string" as const }]),
);
const { values } = parseArgs({ options: { ...options, json: { type: "boolean" as const } } });
const { json, ...given } = values;
const demand: Demand = readDemand(given as Record<string, string | undefined>);
const rows = capacityOf(demand);
if (json === true) process.stdout.write(`${JSON.stringify({ demand, rows }, null, 2)}\n`);
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
