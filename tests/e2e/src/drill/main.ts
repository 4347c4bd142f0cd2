// `npm run drill`: one fault at a time under a real Prometheus and Alertmanager, and who was told.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { missingPrograms, PROGRAMS } from "./programs.ts";
import { reportOf } from "./report.ts";
import { runDrill } from "./run-drill.ts";

/**
 * `npm run drill -- --scale 12 --only nats-frozen,kiwi-frozen --out drill.md`. Ends with 1 where a fault
 * made more or fewer pages than one, or a question of a dashboard or runbook has no answer.
 */
const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "12" },
    only: { type: "string" },
    out: { type: "string" },
  },
});

// What was started ends with this process; only a mounted disk stays, which its name says.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const missing = missingPrograms();
if (missing.length > 0) {
  process.stderr.write(
    `The drill cannot run here: there is no ${missing.join(", no ")}. On Debian: apt-get install -y ` +
      `--no-install-recommends ${missing.map((name) => PROGRAMS[name]).join(" ")}\n`,
  );
  process.exitCode = 2;
} else {
  const report = await runDrill({
    factor: Number(values.scale),
    only: values.only?.split(","),
    onStep: (text) => process.stderr.write(`${new Date().toISOString()} ${text}\n`),
  });
  const text = reportOf(report);
  process.stdout.write(text);
  if (values.out !== undefined) writeFileSync(values.out, text);
  if (!report.isGood) process.exitCode = 1;
}
