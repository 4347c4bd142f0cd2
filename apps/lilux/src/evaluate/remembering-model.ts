import type { LineReading } from "@lilux/core/ranking";
import type { ItemReading, RouterModel } from "@lilux/router";

const READINGS_MAX = 100_000;

/** A model that is not asked twice for the same: equal text gives an equal reading. */
export function rememberingModel(model: RouterModel): RouterModel {
  const lines = new Map<string, Promise<LineReading>>();
  const items = new Map<string, ItemReading>();
  return {
    ...model,
    load: model.load,
    close: model.close,
    readLine(text, options) {
      const known = lines.get(text) ?? model.readLine(text, options);
      if (lines.size < READINGS_MAX) lines.set(text, known);
      return known;
    },
    async readItems(texts, options) {
      const fresh = texts.filter((text) => !items.has(text));
      const readings = await model.readItems(fresh, options);
      for (const [at, text] of fresh.entries()) {
        const reading = readings[at];
        if (reading !== undefined) items.set(text, reading);
      }
      return texts.map((text) => items.get(text) ?? { embedding: new Float32Array() });
    },
  };
}
