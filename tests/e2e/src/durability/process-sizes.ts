import type { Running } from "../start-mode.ts";

/** What a process has taken. */
export interface ProcessSize {
  mib: number;
  descriptors: number;
}

export type ProcessSizes = Readonly<Record<string, ProcessSize>>;

/** More than any one fault leaves for a moment; a descriptor a turn is more. */
const DESCRIPTORS_MORE_MAX = 150;
const MIB_MORE_MAX = 768;

/** Of every service, as its own metrics say. */
export async function sizesOf({ adminPorts, metrics }: Running): Promise<ProcessSizes> {
  if (adminPorts === undefined) return { lilux: sizeIn(await metrics()) };
  const sizes = Object.entries(adminPorts).map(async ([name, port]) => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(10_000),
    });
    return [name, sizeIn(await answer.text())] as const;
  });
  return Object.fromEntries(await Promise.all(sizes));
}

/** Those that take far more in quiet than they did under the first of the traffic. */
export function grownFrom(before: ProcessSizes, after: ProcessSizes): string[] {
  return Object.entries(after).flatMap(([name, { mib, descriptors }]) => {
    const first = before[name];
    if (first === undefined) return [];
    const grown = [];
    if (descriptors > first.descriptors + DESCRIPTORS_MORE_MAX) {
      grown.push(`${name}: ${first.descriptors} descriptors, then ${descriptors}`);
    }
    if (mib > first.mib + MIB_MORE_MAX) grown.push(`${name}: ${first.mib} MiB, then ${mib}`);
    return grown;
  });
}

function sizeIn(text: string): ProcessSize {
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  return {
    mib: Math.round(value("process_resident_memory_bytes") / 1_024 ** 2),
    descriptors: value("process_open_fds"),
  };
}
