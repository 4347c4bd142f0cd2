import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeResults } from "../write-results.ts";
import { plotWorths } from "./plot-worths.ts";
import type { ReplayedLine } from "./replay-line.ts";
import { figuresOf } from "./terminal-figures.ts";

const KEPT = join(import.meta.dirname, "..", "..", "terminal");

/** One replay of all lines. */
export interface Replay {
  name: string;
  machine: string;
  meanMs: number;
  lines: ReplayedLine[];
}

/** Keeps a replay beside those of before, so that the report can tell what changed. */
export function keepReplay(replay: Replay): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(join(KEPT, `${replay.name}.json`), `${JSON.stringify(replay)}\n`);
}

/** A table with a column for each replay; with `write` of all kept ones, in RESULTS.md with a plot of each. */
export function reportReplays(given: readonly Replay[], write: boolean): string {
  const replays = write ? keptReplays() : given;
  const report = [
    `\`npm run bench -- terminal --name ${given[0]?.name ?? ""}\``,
    "",
    ...replays.map(({ name, machine }) => `* ${name}: ${machine}`),
    "",
    tableOf(replays),
    ...(write ? ["", ...replays.map(({ name }) => `![${name}](terminal/${name}.svg)`)] : []),
  ].join("\n");
  if (!write) return report;
  for (const replay of replays) {
    writeFileSync(join(KEPT, `${replay.name}.svg`), plotWorths(replay.name, replay.lines));
  }
  writeResults("terminal", report);
  return report;
}

function keptReplays(): Replay[] {
  return readdirSync(KEPT)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(KEPT, name), "utf8")) as Replay);
}

function tableOf(replays: readonly Replay[]): string {
  const columns = replays.map(({ lines }) => figuresOf(lines));
  const rows = (columns[0] ?? []).map(({ what }, at) =>
    [what, ...columns.map((figures) => figures[at]?.figure ?? "")].join(" | "),
  );
  const head = ["", ...replays.map(({ name }) => name)].join(" | ");
  return [head, ["---", ...replays.map(() => "---:")].join(" | "), ...rows]
    .map((row) => `| ${row} |`)
    .join("\n");
}
