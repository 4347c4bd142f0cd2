import { percentile } from "../percentile.ts";
import type { KeystrokeBenchOptions } from "./keystroke-bench-options.ts";
import type { TypingResult } from "./measure-typing.ts";

export interface KeystrokeReport {
  options: KeystrokeBenchOptions;
  machine: string;
  product: TypingResult;
  echo: TypingResult;
  /** Sorted ms of single forward passes over the same lines. */
  forward: Float64Array;
}

const GOOD_MS = 80;

/** The report as Markdown, the same in the terminal and in RESULTS.md. */
export function reportKeystroke({
  options,
  machine,
  product,
  echo,
  forward,
}: KeystrokeReport): string {
  const command = `pnpm bench keystroke --sockets ${options.sockets} --rate ${options.rate} --seconds ${options.seconds} --items ${options.items}`;
  const ratio = (p: number): string =>
    (
      percentile(product.latenciesMs, p, product.missing) /
      percentile(echo.latenciesMs, p, echo.missing)
    ).toFixed(1);
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. Load generator on the same machine.`,
    "",
    "| from intended send to answer, ms | p50 | p95 | p99 | max | within 80 ms | missing | sent per second |",
    "|---|---|---|---|---|---|---|---|",
    row("Lilux: gateway → NATS → router → back", product),
    row("floor: bare WebSocket → NATS echo", echo),
    `| floor: bare forward pass, one worker thread | ${figures(forward, 0)} | | | |`,
    "",
    `Lilux over the echo floor: ${ratio(0.5)}× at p50, ${ratio(0.99)}× at p99. ` +
      `${product.degraded} of ${product.latenciesMs.length} predictions were degraded; ` +
      `${product.withCandidates} had candidates to show. ` +
      `The driver itself sent at most ${product.sendLagMsMax.toFixed(1)} ms late.`,
  ].join("\n");
}

function row(name: string, { latenciesMs, missing, achievedRate }: TypingResult): string {
  const total = latenciesMs.length + missing;
  const good = latenciesMs.filter((latency) => latency <= GOOD_MS).length;
  const share = ((good / total) * 100).toFixed(2);
  return `| ${name} | ${figures(latenciesMs, missing)} | ${share} % | ${missing} | ${achievedRate.toFixed(0)} |`;
}

function figures(sorted: Float64Array, missing: number): string {
  return [0.5, 0.95, 0.99, 1].map((p) => percentile(sorted, p, missing).toFixed(2)).join(" | ");
}
