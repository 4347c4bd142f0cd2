import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** Text on what it stands on, as the page uses them. */
const TEXT_PAIRS = [
  ["ink", ["paper", "surface", "raised", "sunken", "kiwi-wash", "red-wash"]],
  ["quiet", ["paper", "surface", "raised", "sunken", "kiwi-wash", "red-wash"]],
  ["kiwi", ["paper", "surface", "raised", "sunken", "kiwi-wash", "red-wash"]],
  ["string", ["surface", "raised", "sunken", "kiwi-wash", "red-wash"]],
  ["amber", ["paper", "amber-wash"]],
  ["red", ["paper", "surface", "red-wash"]],
  ["blue", ["paper", "blue-wash"]],
  ["on-red", ["red-fill"]],
  ["on-kiwi", ["kiwi"]],
] as const;

/** Edges of controls and marks that carry meaning. */
const SHAPE_PAIRS = [["line-strong", ["paper", "surface"]]] as const;

it.each(["light", "dark"] as const)(
  "text in the %s theme has a contrast of 4.5 at least",
  (theme) => {
    for (const [text, grounds] of TEXT_PAIRS) {
      for (const ground of grounds) {
        expect(contrast(text, ground, theme), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  },
);

it.each(["light", "dark"] as const)(
  "edges in the %s theme have a contrast of 3 at least",
  (theme) => {
    for (const [edge, grounds] of SHAPE_PAIRS) {
      for (const ground of grounds) {
        expect(contrast(edge, ground, theme), `${edge} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  },
);

/** The ratio of WCAG 2.2: (lighter + 0.05) / (darker + 0.05). */
function contrast(a: string, b: string, theme: "light" | "dark"): number {
  const [light, dark] = [luminance(a, theme), luminance(b, theme)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(token: string, theme: "light" | "dark"): number {
  const match = new RegExp(`--${token}: light-dark\\(#(\\w{6}), #(\\w{6})\\)`).exec(css);
  const hex = match?.[theme === "light" ? 1 : 2];
  if (hex === undefined) throw new Error(`tokens.css has no colour ${token}`);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
