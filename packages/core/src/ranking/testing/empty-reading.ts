import type { LineReading } from "../line-reading.ts";

/** A line of which the model has heard nothing. */
export const EMPTY_READING: LineReading = {
  words: [],
  queryLogits: [],
  logPrimitive: { search: 0, load: 0, execute: 0, none: 0 },
  logItemType: { directive: 0, script: 0, knowledge: 0 },
  logAction: { run: 0, create: 0, update: 0, delete: 0, publish: 0 },
  logSearchSource: { local: 0, registry: 0, all: 0 },
  logLoadSource: { project: 0, user: 0, registry: 0 },
  reference: 0,
  embedding: undefined,
};
