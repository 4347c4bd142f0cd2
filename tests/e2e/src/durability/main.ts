import { parseArgs } from "node:util";
import { MODES } from "../start-mode.ts";
import { runDurability } from "./run-durability.ts";
import { isClean } from "./violations.ts";

/** `npm run test:soak -- --mode embedded --faults 60 --seed 1`: prints a report, fails on any violation.
 * `--victims gateway,kiwi` leaves the others alone, `--only freeze` or `--only kill` does no other harm. */
const { values } = parseArgs({
  options: {
    mode: { type: "string", default: "both" },
    faults: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    "every-ms": { type: "string", default: "6000" },
    victims: { type: "string" },
    only: { type: "string" },
  },
});

for (const mode of MODES) {
  if (values.mode !== "both" && values.mode !== mode) continue;
  const report = await runDurability({
    mode,
    seed: Number(values.seed),
    faults: Number(values.faults),
    everyMs: Number(values["every-ms"]),
    ...(values.victims !== undefined && { victims: values.victims.split(",") }),
    ...((values.only === "kill" || values.only === "freeze") && { only: values.only }),
    onFault: (text) => process.stderr.write(`${new Date().toISOString()} ${mode}: ${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (!isClean(report.violations)) process.exitCode = 1;
}
