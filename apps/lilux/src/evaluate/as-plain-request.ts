import type { LineReading } from "@lilux/core/ranking";

/** What the heads give to a line that plainly asks to run something. */
const SURE = Math.log(0.985);
const UNLIKELY = Math.log(0.005);

/**
 * The reading as if its line asked outright for something to be done. In intent
 * data a question or a complaint *is* the intent ("why hasn't my card come?"),
 * so that the form of a line says nothing there, and only what it is about counts.
 */
export function asPlainRequest(reading: LineReading): LineReading {
  return {
    ...reading,
    logPrimitive: { search: UNLIKELY, load: UNLIKELY, execute: SURE, none: UNLIKELY },
    logItemType: level(reading.logItemType),
    logAction: { ...allAt(reading.logAction, UNLIKELY), run: SURE },
    logSearchSource: level(reading.logSearchSource),
    logLoadSource: level(reading.logLoadSource),
    reference: 0,
  };
}

/** Every label alike. */
function level<L extends string>(logs: Readonly<Record<L, number>>): Record<L, number> {
  return allAt(logs, -Math.log(Object.keys(logs).length));
}

function allAt<L extends string>(
  logs: Readonly<Record<L, number>>,
  value: number,
): Record<L, number> {
  const labels = Object.keys(logs) as L[];
  return Object.fromEntries(labels.map((label) => [label, value])) as Record<L, number>;
}
