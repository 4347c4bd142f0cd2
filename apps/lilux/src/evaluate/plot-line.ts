import { wilsonInterval } from "./wilson-interval.ts";

export interface LinePlot {
  title: string;
  x: string;
  y: string;
  /** Both from 0 to 1. */
  points: readonly (readonly [x: number, y: number])[];
  /** How many lines stand behind each point, where y is a share of them: its interval is drawn. */
  counts?: readonly number[];
  /** The line on which y equals x, for comparison. */
  withDiagonal: boolean;
}

const SIZE = 300;
const EDGE = 36;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** A small line plot as SVG, in the colours of the text around it. */
export function plotLine({ title, x, y, points, counts, withDiagonal }: LinePlot): string {
  const across = (value: number): number => EDGE + value * (SIZE - 2 * EDGE);
  const up = (value: number): number => SIZE - EDGE - value * (SIZE - 2 * EDGE);
  const place = ([px, py]: readonly [number, number]): string =>
    `${across(px).toFixed(1)},${up(py).toFixed(1)}`;
  const grid = TICKS.map(
    (tick) =>
      `<line x1="${across(0)}" x2="${across(1)}" y1="${up(tick)}" y2="${up(tick)}" stroke="currentColor" opacity=".15"/>` +
      `<text x="${across(0) - 4}" y="${up(tick) + 4}" text-anchor="end">${tick}</text>` +
      `<text x="${across(tick)}" y="${up(0) + 14}" text-anchor="middle">${tick}</text>`,
  );
  const diagonal = withDiagonal
    ? `<polyline points="${place([0, 0])} ${place([1, 1])}" stroke="currentColor" opacity=".4" stroke-dasharray="4 4" fill="none"/>`
    : "";
  const dots = points.map((point, at) => {
    const [cx, cy] = place(point).split(",");
    const dot = `<circle cx="${cx}" cy="${cy}" r="2.5" fill="#2f7ed8"/>`;
    const count = counts?.[at] ?? 0;
    const interval = wilsonInterval(point[1], count);
    if (interval === null) return dot;
    const [low, high] = interval;
    const bar = `<line x1="${cx}" x2="${cx}" y1="${up(low).toFixed(1)}" y2="${up(high).toFixed(1)}" stroke="#2f7ed8" opacity=".5"/>`;
    return `<g><title>${count} lines, ${low.toFixed(2)} to ${high.toFixed(2)}</title>${bar}${dot}</g>`;
  });
  return (
    `<figure><figcaption>${title}</figcaption><svg width="${SIZE}" height="${SIZE}" role="img" aria-label="${title}">` +
    `${grid.join("")}${diagonal}` +
    `<polyline points="${points.map(place).join(" ")}" stroke="#2f7ed8" stroke-width="2" fill="none"/>${dots.join("")}` +
    `<text x="${SIZE / 2}" y="${SIZE - 4}" text-anchor="middle">${x}</text>` +
    `<text x="${across(0)}" y="${EDGE - 12}">${y}</text></svg></figure>`
  );
}
