import { percentile } from "../percentile.ts";
import { WORTHS, type Worth } from "./judge-screen.ts";
import { TYPED_LINES } from "./lines.ts";
import type { ReplayedLine } from "./replay-line.ts";

export interface Figure {
  what: string;
  figure: string;
}

/** What a replay comes to, in the order it is told. */
export function figuresOf(lines: readonly ReplayedLine[]): Figure[] {
  const characters = lines.flatMap(({ worths }) => worths);
  const kinds = new Map(TYPED_LINES.map(({ text, means }) => [text, means]));
  const calls = lines.filter(({ text }) => typeof kinds.get(text) === "object");
  const others = lines.filter(({ text }) => typeof kinds.get(text) !== "object");
  const firstRight = calls.map(firstRightShare).sort((a, b) => a - b);
  const paints = Float64Array.from(lines.flatMap(({ paintMs }) => paintMs)).sort();
  return [
    row("lines; characters", `${lines.length}; ${characters.length}`),
    row("**characters with something right or harmless**", share(characters, isHelpful)),
    ...WORTHS.map((worth) =>
      row(
        `… ${worth}`,
        share(characters, (each) => each === worth),
      ),
    ),
    row(
      "the same of lines that mean a call",
      share(
        calls.flatMap(({ worths }) => worths),
        isHelpful,
      ),
    ),
    row(
      "… what is meant leads or is named",
      share(
        calls.flatMap(({ worths }) => worths),
        (each) => each === "right" || each === "named",
      ),
    ),
    row(
      "what is meant first leads or is named, share of the line, median",
      percent(middle(firstRight)),
    ),
    row(
      "**disappearances a line**",
      perLine(lines, ({ disappearances }) => disappearances),
    ),
    row(
      "leader gone without a trace, a line",
      perLine(lines, ({ leaderLost }) => leaderLost),
    ),
    row("**wrong calls at the end**", String(count(lines, ({ end }) => end === "wrong"))),
    row(
      "call lines at the end: right, named, harmless, wrong, nothing",
      WORTHS.map((worth) => count(calls, ({ end }) => end === worth)).join(", "),
    ),
    row(
      "talk and browse at the end: right, named, harmless, wrong, nothing",
      WORTHS.map((worth) => count(others, ({ end }) => end === worth)).join(", "),
    ),
    row(
      "**first paint after a key, p50 / p90 / p99**",
      [0.5, 0.9, 0.99].map((p) => `${percentile(paints, p).toFixed(0)} ms`).join(" / "),
    ),
  ];
}

export function isHelpful(worth: Worth): boolean {
  return worth === "right" || worth === "named" || worth === "harmless";
}

/** How much of a line was typed when what it means first led or was named; 1 when it never was. */
function firstRightShare({ worths }: ReplayedLine): number {
  const at = worths.findIndex((worth) => worth === "right" || worth === "named");
  return at < 0 ? 1 : (at + 1) / worths.length;
}

function row(what: string, figure: string): Figure {
  return { what, figure };
}

function count<T>(all: readonly T[], is: (each: T) => boolean): number {
  return all.filter(is).length;
}

function share<T>(all: readonly T[], is: (each: T) => boolean): string {
  return percent(all.length === 0 ? 0 : count(all, is) / all.length);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 1;
}

function perLine(lines: readonly ReplayedLine[], of: (line: ReplayedLine) => number): string {
  const sum = lines.reduce((all, line) => all + of(line), 0);
  return (sum / Math.max(1, lines.length)).toFixed(2);
}
