import type { ProcessorTime } from "../processor-time.ts";
import type { TypingResult } from "./measure-typing.ts";

type Times = ReadonlyMap<string, ProcessorTime>;

/** Processor time for each keystroke sent, one row a run; nothing where the system does not tell it. */
export function reportProcessorTimes(
  runs: readonly (readonly [string, Pick<TypingResult, "processorTimes">])[],
): string[] {
  if (runs.every(([, { processorTimes }]) => processorTimes.size === 0)) return [];
  return [
    "| processor time of one keystroke, ms | gateway | router: own thread | its others, the model's among them | NATS | other services, Redis | load generator | all |",
    "|---|---|---|---|---|---|---|---|",
    ...runs.map(([name, { processorTimes }]) => rowOf(name, processorTimes)),
  ];
}

const SHOWN = ["gateway", "router", "nats-server", "load generator"] as const;

function rowOf(name: string, times: Times): string {
  const [gateway, , nats, driver] = SHOWN.map((process) => wholeOf(times.get(process)));
  const router = times.get("router");
  const rest = [...times].filter(([process]) => !SHOWN.some((shown) => shown === process));
  const figures = [
    gateway,
    router?.main,
    router?.others,
    nats,
    sumOf(rest.map(([, time]) => time)),
    driver,
    sumOf([...times.values()]),
  ];
  return `| ${name} | ${figures.map((ms = 0) => ms.toFixed(2)).join(" | ")} |`;
}

function sumOf(times: readonly ProcessorTime[]): number {
  return times.reduce((sum, time) => sum + wholeOf(time), 0);
}

function wholeOf(time: ProcessorTime | undefined): number {
  return (time?.main ?? 0) + (time?.others ?? 0);
}
