import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";

const DAY_MS = 86_400_000;
const DISTANCES: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  tomorrow: 1,
  yesterday: -1,
};
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const DATED = /^(?:date|day|since|until|start|end|from|due|deadline|week|when|on)$/;

/** "tomorrow", "since yesterday", "next monday": a day by its distance, for the one open input for days. */
export function takeRelativeDates(
  line: LineValues,
  inputs: readonly InputSpec[],
  today: string | undefined,
): void {
  if (today === undefined) return;
  for (const [at, token] of line.tokens.entries()) {
    const isFree = token.kind === "word" && line.taken[at] === false;
    const days = isFree ? distanceOf(token.text, today) : undefined;
    if (days === undefined) continue;
    const open = inputs.filter((spec) => isOpen(line, spec) && takesDays(spec));
    const [spec] = open.some(({ required }) => required)
      ? open.filter(({ required }) => required)
      : open;
    if (spec === undefined) continue;
    const value = new Date(Date.parse(today) + days * DAY_MS).toISOString().slice(0, 10);
    give(line, spec, { value, origin: "inferred", from: [at] });
  }
}

function takesDays({ type, name, description = "" }: InputSpec): boolean {
  const isDated = splitIdentifier(name).some((word) => DATED.test(word));
  return type === "string" && (isDated || /YYYY-MM-DD/.test(description));
}

/** The next such weekday: none is today. */
function distanceOf(text: string, today: string): number | undefined {
  const word = text.toLowerCase().replace(/['’]s$/u, "");
  const distance = DISTANCES[word];
  if (distance !== undefined) return distance;
  const weekday = WEEKDAYS.indexOf(word);
  if (weekday === -1) return undefined;
  const now = new Date(Date.parse(today)).getUTCDay();
  return ((weekday - now + 6) % 7) + 1;
}
