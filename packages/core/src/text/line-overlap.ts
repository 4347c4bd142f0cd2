import { createNearLines, type NearLines, normalForm } from "./near-lines.ts";

/** Words that two texts have in a row by no accident. */
const GRAM = 8;

/** A named set of lines that models are judged by. */
export interface LineSet {
  name: string;
  lines: readonly string[];
}

export interface LineOverlap {
  /** The first set that has this line, nearly this line, or eight words of it in a row. */
  setOf(line: string): string | undefined;
}

/** What must not be trained on: lines of sets that models are judged by, and what is nearly one. */
export function createLineOverlap(sets: readonly LineSet[]): LineOverlap {
  const held = sets.map(({ name, lines }) => {
    const near: NearLines = createNearLines();
    const grams = new Set<string>();
    for (const line of lines) {
      if (normalForm(line) === "") continue;
      near.add(line);
      for (const gram of gramsOf(line)) grams.add(gram);
    }
    return { name, near, grams };
  });
  return {
    setOf: (line) =>
      held.find(
        ({ near, grams }) => gramsOf(line).some((gram) => grams.has(gram)) || near.hasNear(line),
      )?.name,
  };
}

function gramsOf(line: string): string[] {
  const words = normalForm(line).split(" ");
  return words.slice(GRAM - 1).map((_, at) => words.slice(at, at + GRAM).join(" "));
}
