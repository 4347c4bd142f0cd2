import { type Static, Type } from "typebox";

/**
 * What of a tenant's is kept, as a bill tells it apart. `items`: its folder, with earlier versions and what runs
 * left behind. `registry`: what it published. `turns`: what was sent and what came of it, and who did what.
 * `history`: conversations that models were told. `contexts`: what sessions are warm with. `learning`: what
 * lines taught, and what the flywheel keeps.
 */
export const STORAGE_KINDS = [
  "items",
  "registry",
  "turns",
  "history",
  "contexts",
  "learning",
] as const;
export type StorageKind = (typeof STORAGE_KINDS)[number];

const Bytes = Type.Optional(Type.Integer({ minimum: 0 }));

/** By kind. What could not be measured is not there. */
export const StorageBytes = Type.Object({
  items: Bytes,
  registry: Bytes,
  turns: Bytes,
  history: Bytes,
  contexts: Bytes,
  learning: Bytes,
});
export type StorageBytes = Static<typeof StorageBytes>;

/** What one part says of a tenant when it is asked how much it keeps. */
export const MeasuredPart = Type.Object({ bytes: StorageBytes });
export type MeasuredPart = Static<typeof MeasuredPart>;

/** What a tenant kept on one day. It is measured once an hour, and each measure stands for its hour. */
export const StorageRow = Type.Object({
  day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "UTC." }),
  measures: Type.Integer({ minimum: 1, maximum: 24 }),
  measuredAt: Type.Integer({ description: "Of the last measure, in Unix milliseconds." }),
  /** As of the last measure; of a part that was away then, as of the one before. */
  bytes: StorageBytes,
  /** Of all measures and all kinds. */
  byteHours: Type.Integer({ minimum: 0 }),
  /** By the prices of the server, where it has any. */
  cost: Type.Optional(Type.Number({ minimum: 0 })),
});
export type StorageRow = Static<typeof StorageRow>;

/** The parts that were measured, all together. */
export function bytesOf(bytes: StorageBytes): number {
  return STORAGE_KINDS.reduce((sum, kind) => sum + (bytes[kind] ?? 0), 0);
}
