import { percentile } from "../percentile.ts";
import type { AnswerPaths } from "./answer-paths.ts";
import type { KeystrokeBenchOptions } from "./keystroke-bench-options.ts";
import type { TypingResult } from "./measure-typing.ts";
import { reportProcessorTimes } from "./report-processor-times.ts";

type ProductResult = TypingResult & { paths: AnswerPaths };

export interface KeystrokeReport {
  options: KeystrokeBenchOptions;
  machine: string;
  /** The first seconds after the services were ready, nothing embedded yet. */
  start: ProductResult;
  /** No text sent twice. */
  fresh: ProductResult;
  /** Lines that begin alike. */
  people: ProductResult;
  /** New lines, more than can be read. */
  fast: ProductResult;
  echo: TypingResult;
  /** Sorted ms of single forward passes over the same lines. */
  forward: Float64Array;
}

const GOOD_MS = 80;

/** The report as Markdown, the same in the terminal and in RESULTS.md. */
export function reportKeystroke(given: KeystrokeReport): string {
  const { options, machine, start, fresh, people, fast, echo, forward } = given;
  const command = `npm run bench -- keystroke --sockets ${options.sockets} --rate ${options.rate} --fast-rate ${options.fastRate} --seconds ${options.seconds} --items ${options.items}`;
  const ratio = (p: number): string =>
    (
      percentile(fresh.latenciesMs, p, fresh.missing) /
      percentile(echo.latenciesMs, p, echo.missing)
    ).toFixed(1);
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. Load generator on the same machine.`,
    "",
    "| from send to answer, ms | p50 | p95 | p99 | max | within 80 ms | missing | sent per second | driver late, p99 and max |",
    "|---|---|---|---|---|---|---|---|---|",
    row("Lilux, no text twice: gateway → NATS → router → back", fresh),
    row("Lilux, lines that begin alike, as people's", people),
    row("Lilux, first ten seconds after a first start, no text twice", start),
    row(`Lilux, no text twice, ${options.fastRate} a second`, fast),
    row("floor: bare WebSocket → NATS echo", echo),
    `| floor: bare forward pass, one worker thread | ${figures(forward, 0)} | | | | |`,
    "",
    "| answered by | model | memo | joined to an equal one | in time but empty | without the whole library or context | had candidates to show |",
    "|---|---|---|---|---|---|---|",
    pathsRow("no text twice", fresh),
    pathsRow("lines that begin alike", people),
    pathsRow("first ten seconds", start),
    pathsRow(`${options.fastRate} a second`, fast),
    "",
    ...reportProcessorTimes([
      ["no text twice", fresh],
      ["lines that begin alike", people],
      ["first ten seconds", start],
      [`${options.fastRate} a second`, fast],
      ["floor: echo", echo],
    ]),
    "",
    `No text twice, over the echo floor: ${ratio(0.5)}× at p50, ${ratio(0.99)}× at p99.`,
  ].join("\n");
}

function row(
  name: string,
  { latenciesMs, missing, achievedRate, sendLagsMs }: TypingResult,
): string {
  const total = latenciesMs.length + missing;
  const good = latenciesMs.filter((latency) => latency <= GOOD_MS).length;
  const share = ((good / total) * 100).toFixed(2);
  const late = [0.99, 1].map((p) => percentile(sendLagsMs, p).toFixed(1)).join(", ");
  return `| ${name} | ${figures(latenciesMs, missing)} | ${share} % | ${missing} | ${achievedRate.toFixed(0)} | ${late} |`;
}

function pathsRow(name: string, result: ProductResult): string {
  const { model, memo, joined } = result.paths;
  const all = model + memo + joined;
  const share = (count: number): string => `${((100 * count) / (all || 1)).toFixed(1)} %`;
  const answered = result.latenciesMs.length;
  return `| ${name} | ${share(model)} | ${share(memo)} | ${share(joined)} | ${result.empty} of ${answered} | ${result.degraded} | ${result.withCandidates} |`;
}

function figures(sorted: Float64Array, missing: number): string {
  const told = (ms: number): string => (Number.isFinite(ms) ? ms.toFixed(2) : "missing");
  return [0.5, 0.95, 0.99, 1].map((p) => told(percentile(sorted, p, missing))).join(" | ");
}
