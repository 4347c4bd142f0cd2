import type { MonthWeek } from "./month-weeks.ts";

export interface PlottedArm {
  name: string;
  weeks: readonly MonthWeek[];
}

const [WIDTH, HEIGHT, LEFT, TOP] = [520, 240, 52, 44];
const COLOURS = ["#8a8a8a", "#9cc65a", "#2f6f9f"] as const;
const [FLOOR, MARKS] = [0.5, [0.5, 0.6, 0.7, 0.8, 0.9, 1]];

/** Week by week: what was read rightly as a line, what was one key away as a broken one. */
export function plotMonth(arms: readonly PlottedArm[]): string {
  const weeks = Math.max(1, ...arms.map((arm) => arm.weeks.length));
  const marks = MARKS.map((share) => {
    const y = yOf(share);
    return `<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y}" y2="${y}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${Math.round(share * 100)} %</text>`;
  });
  const names = Array.from({ length: weeks }, (_, at) => {
    return `<text x="${xOf(at, weeks)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">week ${at + 1}</text>`;
  });
  const drawn = arms.map(({ name, weeks: own }, at) => {
    const colour = COLOURS[at % COLOURS.length] ?? "#000";
    const right = lineOf(
      own.map(({ right: { share } }) => share),
      weeks,
    );
    const taken = lineOf(
      own.map(({ acceptance: { share } }) => share),
      weeks,
    );
    const x = LEFT + at * 180;
    return [
      `<polyline points="${right}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
      `<polyline points="${taken}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="5 4"/>`,
      `<rect x="${x}" y="14" width="14" height="4" fill="${colour}"/><text x="${x + 20}" y="20">${name}</text>`,
    ].join("");
  });
  const title = "read rightly (line) and offered as the leader (broken), of honest people's lines";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 16} ${TOP + HEIGHT + 48}" font-family="sans-serif" font-size="12"><title>${title}</title><rect width="100%" height="100%" fill="#fff"/>${marks.join("")}${names.join("")}${drawn.join("")}<text x="${LEFT + WIDTH / 2}" y="${TOP + HEIGHT + 38}" text-anchor="middle">${title}</text></svg>\n`;
}

function lineOf(shares: readonly (number | null)[], weeks: number): string {
  return shares
    .flatMap((share, at) => (share === null ? [] : [`${xOf(at, weeks)},${yOf(share)}`]))
    .join(" ");
}

function xOf(at: number, weeks: number): number {
  return Math.round(LEFT + ((at + 0.5) / weeks) * WIDTH);
}

function yOf(share: number): number {
  return Math.round(TOP + ((1 - Math.max(FLOOR, share)) / (1 - FLOOR)) * HEIGHT);
}
