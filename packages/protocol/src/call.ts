import { type Static, Type } from "typebox";
import { ItemType } from "./item-type.ts";
import { TextEnum } from "./text-enum.ts";

/** The longest text a person may type or submit, in UTF-16 code units. */
export const TEXT_CHARACTERS_MAX = 8_000;

export const ItemId = Type.String({
  minLength: 1,
  maxLength: 256,
  description: "A bare id, or a category-qualified one such as email/outreach/validate.",
});

/** Where a search looks. */
export const SearchSource = TextEnum(["local", "registry", "all"]);
export type SearchSource = Static<typeof SearchSource>;

/** Where an item lives. Resolution order is project, then user, then registry. */
export const ItemSource = TextEnum(["project", "user", "registry"]);
export type ItemSource = Static<typeof ItemSource>;

export const ExecuteAction = TextEnum(["run", "create", "update", "delete", "publish"]);
export type ExecuteAction = Static<typeof ExecuteAction>;

export const SearchArguments = Type.Object(
  {
    item_type: ItemType,
    query: Type.String({ minLength: 1, maxLength: 1_000, description: "Words to look for." }),
    source: Type.Optional(SearchSource),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  },
  { additionalProperties: false },
);
export type SearchArguments = Static<typeof SearchArguments>;

export const LoadArguments = Type.Object(
  {
    item_type: ItemType,
    item_id: ItemId,
    source: ItemSource,
    destination: Type.Optional(TextEnum(["project", "user"])),
    version: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
);
export type LoadArguments = Static<typeof LoadArguments>;

export const ExecuteArguments = Type.Object(
  {
    item_type: ItemType,
    item_id: ItemId,
    action: ExecuteAction,
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);
export type ExecuteArguments = Static<typeof ExecuteArguments>;

export const SearchCall = Type.Object(
  { name: Type.Literal("search"), arguments: SearchArguments },
  { additionalProperties: false },
);
export const LoadCall = Type.Object(
  { name: Type.Literal("load"), arguments: LoadArguments },
  { additionalProperties: false },
);
export const ExecuteCall = Type.Object(
  { name: Type.Literal("execute"), arguments: ExecuteArguments },
  { additionalProperties: false },
);
export type SearchCall = Static<typeof SearchCall>;
export type LoadCall = Static<typeof LoadCall>;
export type ExecuteCall = Static<typeof ExecuteCall>;

/** One of the three primitives with its arguments. */
export const Call = Type.Union([SearchCall, LoadCall, ExecuteCall]);
export type Call = Static<typeof Call>;
export type Primitive = Call["name"];

/** "No call": the line is the orchestrator's business. */
export const NoCall = Type.Object({ name: Type.Null() });
export type NoCall = Static<typeof NoCall>;
