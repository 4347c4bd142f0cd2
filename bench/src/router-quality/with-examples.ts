import { chance } from "lilux/evaluate";
import type { QualitySet } from "./quality-set.ts";

/** The set with so many training lines as examples of each item, chosen by chance that is the same each time. */
export function withExamples({ libraries, training }: QualitySet, count: number): QualitySet {
  const byLabel = Map.groupBy(training, ({ label }) => label);
  const examplesOf = (id: string): string[] => {
    const texts = [...new Set((byLabel.get(id) ?? []).map(({ text }) => text))];
    return texts
      .map((text) => ({ text, place: chance(`${id}\n${text}`, "example") }))
      .sort((a, b) => a.place - b.place)
      .slice(0, count)
      .map(({ text }) => text);
  };
  return {
    training,
    libraries: libraries.map(({ items, lines }) => ({
      lines,
      items: items.map((item) => ({ ...item, examples: examplesOf(item.item_id) })),
    })),
  };
}
