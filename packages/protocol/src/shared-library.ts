import { type Static, Type } from "typebox";
import { ItemId } from "./call.ts";
import { ItemType } from "./item-type.ts";
import { NamespaceName } from "./registry.ts";
import { TextEnum } from "./text-enum.ts";

const strict = { additionalProperties: false };
const Version = Type.String({ minLength: 1, maxLength: 64 });

/** `@acme/mail`: a set of items at a version, which others subscribe to. */
export const LibraryId = Type.String({ pattern: "^@[a-z0-9-]{1,32}/[a-z0-9-]{1,64}$" });

/** One of its items, by content hash and signature. */
export const LibraryItem = Type.Object({
  item_type: ItemType,
  /** Without its namespace, which is the library's. */
  qualified_id: ItemId,
  version: Version,
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  signature: Type.String(),
});
export type LibraryItem = Static<typeof LibraryItem>;

export const LibraryItems = Type.Array(LibraryItem);

const LIBRARY_ITEMS_MAX = 500;

export const NewSharedLibrary = Type.Object(
  {
    library: LibraryId,
    version: Version,
    description: Type.Optional(Type.String({ maxLength: 1_000 })),
    changelog: Type.Optional(Type.String({ maxLength: 4_000 })),
    visibility: Type.Optional(TextEnum(["private", "unlisted", "public"])),
    /** Each at its newest release, unless a version is said. */
    items: Type.Array(
      Type.Object(
        { item_type: ItemType, item_id: ItemId, version: Type.Optional(Version) },
        strict,
      ),
      { minItems: 1, maxItems: LIBRARY_ITEMS_MAX },
    ),
  },
  strict,
);
export type NewSharedLibrary = Static<typeof NewSharedLibrary>;

export const SharedLibrary = Type.Object({
  library: LibraryId,
  version: Version,
  visibility: TextEnum(["private", "unlisted", "public"]),
  description: Type.String(),
  changelog: Type.String(),
  items: Type.Array(LibraryItem),
  publishedAt: Type.Integer({ description: "Unix milliseconds." }),
});
export type SharedLibrary = Static<typeof SharedLibrary>;
export const SharedLibraryList = Type.Object({ libraries: Type.Array(SharedLibrary) });

export const Subscription = Type.Object({
  library: LibraryId,
  range: Type.String(),
  /** Whether a patch that does no more than before applies by itself. */
  automatic: Type.Boolean(),
  /** What the tenant has; null until something is applied. */
  applied: Type.Union([Version, Type.Null()]),
  /** What a rollback goes back to. */
  before: Type.Union([Version, Type.Null()]),
  /** A newer version that fits, which waits for a yes. */
  update: Type.Union([Version, Type.Null()]),
  items: Type.Array(ItemId),
  /** Items that the tenant has itself: its own win. */
  hidden: Type.Array(ItemId),
  /** Items that the operator took down: they are not offered. */
  takenDown: Type.Array(ItemId),
});
export type Subscription = Static<typeof Subscription>;
export const SubscriptionList = Type.Object({ subscriptions: Type.Array(Subscription) });
export type SubscriptionList = Static<typeof SubscriptionList>;

/** One thing that an item may do or needs, which came or went. */
export const EffectChange = Type.Object({
  kind: TextEnum(["class", "host", "grant", "package", "variable", "runs"]),
  /** As people read it. */
  what: Type.String(),
  /** More than before. */
  grew: Type.Boolean(),
});
export type EffectChange = Static<typeof EffectChange>;

const Said = Type.Union([Type.String(), Type.Null()]);
const SignedFacts = Type.Object({ license: Said, repository: Said, commit: Said });

export const LibraryItemChange = Type.Object({
  change: TextEnum(["came", "went", "changed"]),
  item_type: ItemType,
  item_id: ItemId,
  from: Type.Union([Version, Type.Null()]),
  to: Type.Union([Version, Type.Null()]),
  effects: Type.Array(EffectChange),
  /** What its publisher signed of its licence and of where it comes from; null for what is not said. */
  said: Type.Object({ from: SignedFacts, to: SignedFacts }),
  /** A unified diff of the text. */
  text: Type.String(),
});
export type LibraryItemChange = Static<typeof LibraryItemChange>;

/** What applying would do: what items may do beyond now stands first. */
export const LibraryDiff = Type.Object({
  library: LibraryId,
  from: Type.Union([Version, Type.Null()]),
  to: Version,
  changelog: Type.String(),
  /** Names all of this: a yes to it counts for nothing else. */
  digest: Type.String(),
  /** Whether somebody who may approve has to say so. */
  effectsGrew: Type.Boolean(),
  changes: Type.Array(LibraryItemChange),
  hidden: Type.Array(ItemId),
  takenDown: Type.Array(ItemId),
});
export type LibraryDiff = Static<typeof LibraryDiff>;

export const NewSubscription = Type.Object(
  {
    library: LibraryId,
    range: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    automatic: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type NewSubscription = Static<typeof NewSubscription>;

export const ApplyUpdate = Type.Object(
  {
    /** Of the diff that was shown. */
    digest: Type.String({ minLength: 1, maxLength: 128 }),
    /** The yes to what items may do beyond now, of somebody who may approve. */
    acceptEffects: Type.Optional(Type.Boolean()),
  },
  strict,
);

const library = LibraryId;

/** Orders to the registry about libraries. */
export const LibraryOrder = Type.Union([
  Type.Object({ do: Type.Literal("publish-library"), ...NewSharedLibrary.properties }, strict),
  Type.Object(
    { do: Type.Literal("list-libraries"), namespace: Type.Optional(NamespaceName) },
    strict,
  ),
  Type.Object({ do: Type.Literal("subscribe"), ...NewSubscription.properties }, strict),
  Type.Object({ do: Type.Literal("list-subscriptions") }, strict),
  Type.Object({ do: Type.Literal("diff-library"), library }, strict),
  Type.Object({ do: Type.Literal("apply-library"), library, ...ApplyUpdate.properties }, strict),
  Type.Object({ do: Type.Literal("rollback-library"), library }, strict),
  Type.Object({ do: Type.Literal("unsubscribe"), library }, strict),
]);
export type LibraryOrder = Static<typeof LibraryOrder>;
