import { type Static, Type } from "typebox";
import { ItemType } from "./item-type.ts";
import { TextEnum } from "./text-enum.ts";

/** Lines that a model writes for one item. */
export const PHRASINGS_PER_ITEM = 12;
export const PHRASING_CHARACTERS_MAX = 120;
/** Items that one entry, and one request to write, may be about. */
export const TAUGHT_ITEMS_MAX = 8;

/** The sha256 (base64url) of the text that an item is embedded by. */
const TextHash = Type.String({ minLength: 1, maxLength: 64 });
/** `item_type:qualified_id`, for people: what counts is the text's hash. */
const ItemKeyText = Type.String({ minLength: 1, maxLength: 400 });
const Line = Type.String({ minLength: 1, maxLength: PHRASING_CHARACTERS_MAX });
const ModelName = Type.String({ maxLength: 256 });

/** What a language model wrote for some items. Another text of an item has another hash, and is not taught by this. */
const PhrasingsTaught = Type.Object({
  type: Type.Literal("taught"),
  /** Unix milliseconds. */
  at: Type.Integer(),
  model: ModelName,
  items: Type.Array(
    Type.Object({
      key: ItemKeyText,
      textHash: TextHash,
      lines: Type.Array(Line, { maxItems: PHRASINGS_PER_ITEM }),
    }),
    { maxItems: TAUGHT_ITEMS_MAX },
  ),
});

/** What was written before counts no more: for one text, or for all. It is not written again by itself. */
const PhrasingsForgotten = Type.Object({
  type: Type.Literal("forgotten"),
  at: Type.Integer(),
  textHash: Type.Optional(TextHash),
});

/** An entry of a tenant's `phrasing` subject in the stream PHRASINGS. */
export const PhrasingEntry = Type.Union([PhrasingsTaught, PhrasingsForgotten]);
export type PhrasingEntry = Static<typeof PhrasingEntry>;

const ITEM_NAME = { item_type: ItemType, item_id: Type.String({ minLength: 1, maxLength: 400 }) };
const ItemName = Type.Object(ITEM_NAME);

/** Why a line that a model wrote was left out. */
export const PhrasingFault = TextEnum([
  "form",
  "length",
  "language",
  "personal",
  "placeholder",
  "repeated",
  "near_another_item",
  "alike",
]);
export type PhrasingFault = Static<typeof PhrasingFault>;

/** `write`: asks the model now, also for items that it wrote for before. */
const TeachWrite = Type.Object({
  do: Type.Literal("write"),
  items: Type.Array(ItemName, { minItems: 1, maxItems: TAUGHT_ITEMS_MAX }),
  dryRun: Type.Optional(Type.Boolean()),
});
/** Lines that a library ships: written elsewhere, and judged here as those of our own model are. */
const TeachTake = Type.Object({
  do: Type.Literal("take"),
  model: ModelName,
  items: Type.Array(
    Type.Object({
      ...ITEM_NAME,
      /** Of the text that they were written for. */
      textHash: TextHash,
      lines: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 2 * PHRASINGS_PER_ITEM }),
    }),
    { minItems: 1, maxItems: TAUGHT_ITEMS_MAX },
  ),
});
const TeachList = Type.Object({
  do: Type.Literal("list"),
  item: Type.Optional(ItemName),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
});
const TeachForget = Type.Object({
  do: Type.Literal("forget"),
  item: Type.Optional(ItemName),
});

/** The body of a request on a tenant's `teach` subject. */
export const TeachRequest = Type.Union([TeachWrite, TeachTake, TeachList, TeachForget]);
export type TeachRequest = Static<typeof TeachRequest>;

/** What came of asking the model for one item. */
export const WrittenPhrasings = Type.Object({
  key: ItemKeyText,
  lines: Type.Array(Line),
  dropped: Type.Array(Type.Object({ line: Type.String(), fault: PhrasingFault })),
  /** The lines are in use now; false for a dry run, and where too few were of use. */
  kept: Type.Boolean(),
});
export type WrittenPhrasings = Static<typeof WrittenPhrasings>;

export const TeachWritten = Type.Object({
  model: ModelName,
  tokens: Type.Integer({ minimum: 0, description: "Prompt and answers together." }),
  items: Type.Array(WrittenPhrasings),
});
export type TeachWritten = Static<typeof TeachWritten>;

/** What is known to be typed for one item, and who said so. */
export const KnownPhrasings = Type.Object({
  key: ItemKeyText,
  textHash: TextHash,
  /** Lines that its author wrote; they come first, and count beside those below. */
  authored: Type.Integer({ minimum: 0 }),
  lines: Type.Array(Line),
  model: Type.Optional(ModelName),
  at: Type.Optional(Type.Integer({ description: "When they were written, in Unix ms." })),
  /** Somebody had them forgotten: they are not written again by themselves. */
  forgotten: Type.Optional(Type.Boolean()),
});
export type KnownPhrasings = Static<typeof KnownPhrasings>;

export const TeachingState = Type.Object({
  state: TextEnum(["off", "no_model", "idle", "working", "waiting"]),
  /** What it waits for, in a sentence. */
  reason: Type.Optional(Type.String()),
});
export type TeachingState = Static<typeof TeachingState>;

export const TeachListed = Type.Object({
  total: Type.Integer({ description: "Items of the library." }),
  taught: Type.Integer({ description: "Of these, items with lines of a model." }),
  authored: Type.Integer({ description: "Items whose author wrote enough lines." }),
  open: Type.Integer({ description: "Items that nobody wrote lines for yet." }),
  teaching: TeachingState,
  items: Type.Array(KnownPhrasings),
  nextOffset: Type.Optional(Type.Integer()),
});
export type TeachListed = Static<typeof TeachListed>;

export const TeachForgotten = Type.Object({ forgotten: Type.Integer({ minimum: 0 }) });
export type TeachForgotten = Static<typeof TeachForgotten>;
