import { type Static, Type } from "typebox";
import { TenantName } from "./access.ts";
import { TextEnum } from "./text-enum.ts";

/**
 * Services that hold something of tenants, each asked by itself to delete it. What streams hold, and what is
 * on record of keys, people and usage, the gateway deletes.
 */
export const DELETION_PARTS = ["kiwi", "orchestrator", "context-warmer", "flywheel"] as const;
export const DeletionPart = TextEnum(DELETION_PARTS);
export type DeletionPart = Static<typeof DeletionPart>;

const Count = Type.Integer({ minimum: 0 });
/** By kind, as people call it: "files of the library", "kept turns". */
const Counts = Type.Record(Type.String({ maxLength: 100 }), Count);

const Kept = Type.Object({
  what: Type.String({ maxLength: 2_000 }),
  why: Type.String({ maxLength: 2_000 }),
});

/**
 * What a part that holds something of a tenant is asked. `look`: what it cannot delete, before anything goes that
 * tells so; `delete`: to delete. `measure` deletes nothing: how many bytes it keeps.
 */
export const DeletionRequest = Type.Object({ do: TextEnum(["look", "delete", "measure"]) });
export type DeletionRequest = Static<typeof DeletionRequest>;

/** What one part did when it was asked to delete a tenant. Asked again it finds nothing more. */
export const DeletedPart = Type.Object({ removed: Counts, kept: Type.Array(Kept) });
export type DeletedPart = Static<typeof DeletedPart>;

/** What is on record of its beginning. */
export const DeletionBegun = Type.Object({ without: Type.Array(DeletionPart) });
/** And of each step. */
export const DeletionStepTaken = Type.Object({
  ...DeletedPart.properties,
  /** Why it did not answer; null once it did. */
  unreached: Type.Union([Type.String(), Type.Null()]),
  /** How it was done without it, where this server has none. */
  absent: Type.Optional(Type.String()),
});
export type DeletionStepTaken = Static<typeof DeletionStepTaken>;

/** What became of everything of a tenant that was, or is being, deleted. */
export const DeletionReport = Type.Object({
  tenant: TenantName,
  state: TextEnum(["deleting", "deleted"]),
  begunAt: Type.Integer({ description: "Unix milliseconds." }),
  begunBy: Type.String(),
  endedAt: Type.Union([Type.Integer({ description: "Unix milliseconds." }), Type.Null()]),
  removed: Counts,
  kept: Type.Array(Kept),
  /** What did not answer; it is asked again until it does. */
  unreached: Type.Array(Type.Object({ part: Type.String(), why: Type.String() })),
  /** What this server does not have, and what was done in its place. */
  absent: Type.Array(Type.Object({ part: Type.String(), how: Type.String() })),
  /** Parts that the operator said this server does not have: nothing was asked of them. */
  without: Type.Array(DeletionPart),
});
export type DeletionReport = Static<typeof DeletionReport>;
