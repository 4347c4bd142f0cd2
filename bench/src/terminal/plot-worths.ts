import { WORTHS, type Worth } from "./judge-screen.ts";
import type { ReplayedLine } from "./replay-line.ts";

const PARTS = 20;
const [WIDTH, HEIGHT, LEFT, TOP] = [640, 260, 44, 40];
const COLOURS: Record<Worth, string> = {
  right: "#5a8f1f",
  named: "#9cc65a",
  harmless: "#cfd8c0",
  wrong: "#b5382c",
  nothing: "#ffffff",
};

/** What was on the screen, by how much of the line was typed: one stacked bar for each twentieth. */
export function plotWorths(name: string, lines: readonly ReplayedLine[]): string {
  const bars = Array.from({ length: PARTS }, (_, part) => barOf(lines, part)).join("");
  const legend = WORTHS.map((worth, at) => {
    const x = LEFT + at * 110;
    return `<rect x="${x}" y="14" width="12" height="12" fill="${COLOURS[worth]}" stroke="#777"/><text x="${x + 17}" y="24">${worth}</text>`;
  }).join("");
  const marks = [0, 0.5, 0.8, 1].map((share) => {
    const y = yOf(share);
    return `<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y}" y2="${y}" stroke="#999" stroke-dasharray="2 3"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${share * 100} %</text>`;
  });
  const foot = `<text x="${LEFT + WIDTH / 2}" y="${TOP + HEIGHT + 22}" text-anchor="middle">${name}: share of the line that is typed</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 16} ${TOP + HEIGHT + 34}" font-family="sans-serif" font-size="12"><title>${name}: what was on the screen while lines were typed</title><rect width="100%" height="100%" fill="#fff"/>${legend}${bars}${marks.join("")}${foot}</svg>\n`;
}

function yOf(share: number): number {
  return Math.round(TOP + (1 - share) * HEIGHT);
}

function barOf(lines: readonly ReplayedLine[], part: number): string {
  const worths = lines.map(({ worths: all }) => {
    const at = Math.min(all.length - 1, Math.floor(((part + 0.5) / PARTS) * all.length));
    return all[at];
  });
  const width = WIDTH / PARTS;
  let below = 0;
  return WORTHS.map((worth) => {
    const share = worths.filter((each) => each === worth).length / Math.max(1, lines.length);
    const [from, to] = [yOf(below), yOf(below + share)];
    below += share;
    return `<rect x="${LEFT + part * width + 1}" y="${to}" width="${width - 2}" height="${from - to}" fill="${COLOURS[worth]}"/>`;
  }).join("");
}
