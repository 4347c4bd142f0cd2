// `npm run record:sessions`: plays every scenario before real gateways, and writes what passed into
// tools/recordings/sessions, which the tests of both clients replay.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SCENARIOS } from "./scenarios.ts";
import { record } from "./stage.ts";

const [, , only] = process.argv;
for (const scenario of SCENARIOS) {
  if (only !== undefined && scenario.name !== only) continue;
  const file = join(import.meta.dirname, "..", "sessions", `${scenario.name}.json`);
  await writeFile(file, `${JSON.stringify(await record(scenario), null, 1)}\n`);
  process.stdout.write(`${scenario.name}\n`);
}
