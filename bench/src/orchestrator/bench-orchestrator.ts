import { loadavg } from "node:os";
import { describeMachine } from "../describe-machine.ts";
import { percentile } from "../percentile.ts";
import type { ProcessorTime } from "../processor-time.ts";
import { writeResults } from "../write-results.ts";
import { measureCache } from "./measure-cache.ts";
import { FLOOD_TEXT, type Flood, measureFlood } from "./measure-flood.ts";
import { measureRecovery, type Recovery } from "./measure-recovery.ts";
import { type MeasuredStreams, measureStreams } from "./measure-streams.ts";
import type { OrchestratorBenchOptions } from "./orchestrator-bench-options.ts";
import type { TimedStream } from "./time-stream.ts";

/** `npm run bench -- orchestrator`: what Lilux adds to a model server, and how it shares and loses one. */
export async function benchOrchestrator(options: OrchestratorBenchOptions): Promise<void> {
  const machine = describeMachine();
  say("streams, directly and through gateway and orchestrator …");
  const streams = await measureStreams(options);
  say("one tenant beside another's flood …");
  const flood = await measureFlood();
  say("forty turns and the prefix cache …");
  const shares = await measureCache();
  say("a server that stops …");
  const recoveries = [
    await measureRecovery({ kind: "stopped" }),
    await measureRecovery({ kind: "engine-stopped" }),
  ];
  const { streams: count, rounds } = options;
  const report = [
    `\`npm run bench -- orchestrator --streams ${count} --rounds ${rounds}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}, ${loadavg()[0]?.toFixed(2)} at the end. The model server is a strict fake without a model, in a process of its own for the streams, and writes 25 pieces of text a second to each; load generator on the same machine.`,
    "",
    ...streamRows(streams, options),
    "",
    floodText(flood),
    "",
    cacheText(shares),
    "",
    ...recoveryRows(recoveries),
  ].join("\n");
  process.stdout.write(`${report}\n`);
  if (options.write === true) writeResults("orchestrator", report);
}

function streamRows(
  { direct, through, processorTimes }: MeasuredStreams,
  { streams }: OrchestratorBenchOptions,
): string[] {
  const row = (name: string, figures: readonly number[]): string => {
    const [first, firstLate, piece, pieceLate] = figures;
    const told = [
      first?.toFixed(1),
      firstLate?.toFixed(1),
      piece?.toFixed(2),
      pieceLate?.toFixed(2),
    ];
    return `| ${name} | ${told.join(" | ")} |`;
  };
  const [alone, within] = [figuresOf(direct), figuresOf(through)];
  const whole = (name: string): number => sumOf(processorTimes.get(name));
  const own = whole("orchestrator");
  const all = [...processorTimes.values()].reduce((sum, time) => sum + sumOf(time), 0);
  const main = processorTimes.get("orchestrator")?.main ?? 0;
  return [
    `| ${streams} streams, ms | first text p50 | p99 | each piece p50 | p99 |`,
    "|---|---|---|---|---|",
    row("the model server directly", alone),
    row("through gateway, bus and orchestrator", within),
    row(
      "**added**",
      within.map((figure, at) => figure - (alone[at] ?? 0)),
    ),
    "",
    `Processor time of one turn: orchestrator ${own.toFixed(1)} ms (${main.toFixed(1)} of it on its own thread), ` +
      `gateway ${whole("gateway").toFixed(1)} ms, all services ${all.toFixed(1)} ms: ` +
      `one core of the orchestrator is good for ${Math.round(1_000 / own)} turns a second of this length.`,
  ];
}

function figuresOf(times: readonly TimedStream[]): number[] {
  const [first, piece] = [times.map(({ firstMs }) => firstMs), times.map(({ pieceMs }) => pieceMs)];
  return [at(first, 0.5), at(first, 0.99), at(piece, 0.5), at(piece, 0.99)];
}

function floodText({ aloneMs, besideMs }: Flood): string {
  const [before, beside] = [at(aloneMs, 0.5), at(besideMs, 0.5)];
  const late = besideMs.filter((ms) => ms > 2 * before).length;
  return (
    `A tenant's turn (${FLOOD_TEXT}): ${before.toFixed(0)} ms alone, ${beside.toFixed(0)} ms beside, ` +
    `${(beside / before).toFixed(2)}× at p50; ${(at(besideMs, 1) / at(aloneMs, 1)).toFixed(2)}× at the slowest; ` +
    `${late} of ${besideMs.length} above twice the median alone. That none of them waits for a place is held by ` +
    "a simulation among the tests: what is added is the work of fifty turns in the same process."
  );
}

function cacheText(shares: readonly number[]): string {
  const good = shares.filter((share) => share >= 0.75).length;
  const listed = shares.map((share) => Math.round(share * 100)).join(" ");
  return `Cached share of the prompt by turn, %: ${listed}. At least 75 % in ${good} of ${shares.length} turns.`;
}

function recoveryRows(recoveries: readonly Recovery[]): string[] {
  return [
    "| the only server | first turn, s | the next three, ms | named after, s | answers again after, s |",
    "|---|---|---|---|---|",
    ...recoveries.map(({ fault, firstMs, nextMs, namedMs, recoveredMs }) => {
      const next = nextMs.map((ms) => ms.toFixed(0)).join(", ");
      return `| ${fault} | ${(firstMs / 1_000).toFixed(1)} | ${next} | ${(namedMs / 1_000).toFixed(1)} | ${(recoveredMs / 1_000).toFixed(1)} |`;
    }),
  ];
}

function at(values: readonly number[], p: number): number {
  return percentile(Float64Array.from(values).sort(), p);
}

function sumOf(time: ProcessorTime | undefined): number {
  return (time?.main ?? 0) + (time?.others ?? 0);
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
