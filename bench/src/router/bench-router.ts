import type { RouterService } from "@lilux/router";
import { testTenant } from "@lilux/testkit";
import { describeMachine } from "../describe-machine.ts";
import { driveOpenLoop, type OpenLoopResult } from "../drive-open-loop.ts";
import { measureForwardPass } from "../keystroke/measure-forward-pass.ts";
import { percentile } from "../percentile.ts";
import { typeLines } from "../typed-lines.ts";
import { writeResults } from "../write-results.ts";
import { measureLibraryMemory } from "./measure-library-memory.ts";
import { startRouter } from "./start-router.ts";
import { syntheticItems } from "./synthetic-items.ts";

export interface RouterBenchOptions {
  sessions: number;
  rates: number[];
  seconds: number;
  items: number;
  workers: number;
  write?: boolean;
}

const MISSING_AFTER_MS = 1_000;
const MEBIBYTE = 1024 * 1024;

/** `npm run bench -- router`: text to ranked calls in one process, beside the bare forward pass. */
export async function benchRouter(options: RouterBenchOptions): Promise<void> {
  const machine = describeMachine();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  say("bare forward pass …");
  const forward = await measureForwardPass();
  say(`a library of ${options.items} items …`);
  const indexMiB = measureLibraryMemory(syntheticItems(options.items));
  const before = process.memoryUsage().rss;
  const { workers } = options;
  const { service, embedMs } = await startRouter(syntheticItems(options.items), { workers });
  const libraryMiB = (process.memoryUsage().rss - before) / MEBIBYTE;
  const rows: string[] = [];
  for (const rate of options.rates) {
    say(`${rate} keystrokes a second …`);
    rows.push(rowOf(rate, await typeAt(service, rate, options)));
  }
  await service.stop();
  const report = [
    `\`npm run bench -- router --sessions ${options.sessions} --rates ${options.rates.join(",")} --seconds ${options.seconds} --items ${options.items} --workers ${workers}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. Load generator in the same process.`,
    "",
    "| from intended send to ranked calls, ms | p50 | p95 | p99 | max | shed | sent per second |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    `| floor: bare forward pass, one worker thread, no load | ${figures(forward, 0)} | | |`,
    "",
    `${options.items} items embedded in ${(embedMs / 1_000).toFixed(1)} s; ` +
      `the process grew by ${libraryMiB.toFixed(0)} MiB with model and library; ` +
      `the library's index alone holds ${indexMiB.toFixed(0)} MiB.`,
  ].join("\n");
  process.stdout.write(`${report}\n`);
  if (options.write === true) writeResults("router", report);
}

/** Shed lines, replaced or stale, count apart: they are no slow answers, and no good ones. */
async function typeAt(
  service: RouterService,
  ratePerSecond: number,
  { sessions, seconds }: RouterBenchOptions,
): Promise<OpenLoopResult> {
  const typists = Array.from({ length: sessions }, (_, at) => ({
    sessionId: `s${at}`,
    lines: typeLines(at),
    seq: 0,
  }));
  return driveOpenLoop({
    ratePerSecond,
    seconds,
    missingAfterMs: MISSING_AFTER_MS,
    async send(index) {
      const typist = typists[index % typists.length];
      if (typist === undefined) return;
      typist.seq += 1;
      const { text } = typist.lines.next().value;
      // A number of its own keeps the memo of exact repeats out of what is measured.
      const line = `${text} ${index}`;
      const { sessionId, seq } = typist;
      await service.predict({ tenant: testTenant("local"), sessionId, seq, text: line });
    },
  });
}

function rowOf(rate: number, { latenciesMs, missing, achievedRate }: OpenLoopResult): string {
  const total = latenciesMs.length + missing;
  const shed = `${missing} of ${total} (${((missing / total) * 100).toFixed(1)} %)`;
  return `| ${rate}/s, answered lines | ${figures(latenciesMs, 0)} | ${shed} | ${achievedRate.toFixed(0)} |`;
}

function figures(sorted: Float64Array, missing: number): string {
  return [0.5, 0.95, 0.99, 1].map((p) => percentile(sorted, p, missing).toFixed(2)).join(" | ");
}
