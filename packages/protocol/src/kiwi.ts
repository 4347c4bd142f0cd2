import { type Static, Type } from "typebox";
import {
  ExecuteAction,
  ExecuteArguments,
  ItemSource,
  LoadArguments,
  SearchArguments,
  SearchSource,
} from "./call.ts";
import { ContextCandidate } from "./context.ts";
import { Effect, ItemSummary, LibraryPosition } from "./item.ts";
import { ItemType } from "./item-type.ts";
import { CallActor } from "./provenance.ts";
import type { OfTenant } from "./tenant.ts";
import { TextEnum } from "./text-enum.ts";

/** One thing a directive may do. The tag is the verb, the attributes name the resource. */
export const Grant = Type.Object({
  verb: Type.String(),
  attributes: Type.Record(Type.String(), Type.String()),
});
export type Grant = Static<typeof Grant>;

/** The turn a call belongs to. A question is answered in the session it was put in. */
export const CallOrigin = Type.Object({
  sessionId: Type.String({ maxLength: 128 }),
  turnId: Type.String({ maxLength: 128 }),
});
export type CallOrigin = Static<typeof CallOrigin>;

const onBehalf = {
  by: Type.Optional(CallActor),
  /**
   * Its arguments or existence derive from text that nobody vouches for. Where nothing is said,
   * what is no person's is taken for such.
   */
  tainted: Type.Optional(Type.Boolean()),
  /** The grants of the directive on whose behalf this is done; absent for a person's own call. */
  grants: Type.Optional(Type.Array(Grant)),
  origin: Type.Optional(CallOrigin),
};

export const SearchRequest = Type.Object({
  tenant: Type.String(),
  arguments: SearchArguments,
  ...onBehalf,
});
export type SearchRequest = OfTenant<Static<typeof SearchRequest>>;

/** Whether meaning took part beside words: in part while items are still being embedded. */
export const MeaningState = TextEnum(["used", "partial", "absent"]);
export type MeaningState = Static<typeof MeaningState>;

export const SearchHit = Type.Object({
  item_type: ItemType,
  item_id: Type.String(),
  qualified_id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  category: Type.String(),
  source: ItemSource,
  version: Type.String(),
  effect: Type.Optional(Effect),
  effect_reason: Type.Optional(Type.String()),
  score: Type.Number({ description: "0 to 1, comparable within one answer only." }),
  why: Type.Array(Type.String({ description: "The words and fields that matched." })),
  broken: Type.Optional(
    Type.String({
      description: "Why nothing of it is shown: it is not what its publisher signed.",
    }),
  ),
  license: Type.Optional(Type.String({ description: "SPDX, as its publisher signed it." })),
  source_repository: Type.Optional(Type.String()),
  downloads: Type.Optional(Type.Integer({ description: "Tenants that pulled it, each once." })),
  similarity: Type.Optional(
    Type.Number({ description: "How near its meaning lies to the query's: a cosine, -1 to 1." }),
  ),
});
export type SearchHit = Static<typeof SearchHit>;

export const SearchResult = Type.Object({
  query: Type.String(),
  source: SearchSource,
  results: Type.Array(SearchHit),
  total: Type.Integer(),
  meaning: Type.Optional(MeaningState),
  warnings: Type.Optional(
    Type.Array(Type.String({ description: "What is missing from the answer, and why." })),
  ),
});
export type SearchResult = Static<typeof SearchResult>;

/** One step of a directive, in the order it is to be followed. */
export const Step = Type.Object({
  name: Type.String(),
  description: Type.String(),
  action: Type.String(),
  attributes: Type.Record(Type.String(), Type.String()),
});
export type Step = Static<typeof Step>;

/** Where content of the registry comes from, as its signature says. */
export const RegistryOrigin = Type.Object({
  namespace: Type.String({ description: "The tenant that published it." }),
  version: Type.String(),
  sha256: Type.String({ description: "Over the whole text, line ends normalised." }),
  key_id: Type.String({ description: "The fingerprint of the key that signed it." }),
  published_at: Type.String({ description: "ISO 8601, UTC." }),
  changelog: Type.Optional(Type.String()),
  visibility: Type.Optional(TextEnum(["private", "unlisted", "public"])),
  license: Type.Optional(Type.String({ description: "SPDX, as its publisher signed it." })),
  source_repository: Type.Optional(Type.String()),
  source_commit: Type.Optional(Type.String()),
  built_by: Type.Optional(Type.String()),
  downloads: Type.Optional(
    Type.Integer({ description: "Tenants that pulled this version, each once." }),
  ),
});
export type RegistryOrigin = Static<typeof RegistryOrigin>;

/** A version of a local item that was replaced or deleted, and is kept. */
export const KeptVersion = Type.Object({
  version: Type.String({ description: "What load's `version` and `restore` take." }),
  saved_at: Type.String({ description: "When it was replaced, ISO 8601 in UTC." }),
});
export type KeptVersion = Static<typeof KeptVersion>;

export const LoadResult = Type.Object({
  item: ItemSummary,
  mode: TextEnum(["read_only", "copied"]),
  path: Type.String({ description: "Relative to the source's .ai folder." }),
  content: Type.String(),
  permissions: Type.Array(Grant),
  steps: Type.Array(Step),
  outputs: Type.Record(Type.String(), Type.String()),
  model_class: Type.Union([
    Type.Object({ tier: Type.String(), fallback: Type.Optional(Type.String()) }),
    Type.Null(),
  ]),
  /** Present for content of the registry, also when it was pulled. */
  registry: Type.Optional(RegistryOrigin),
  warnings: Type.Optional(Type.Array(Type.String())),
  /** What of a project's or user's item is kept from before, newest first. */
  versions: Type.Optional(Type.Array(KeptVersion)),
});
export type LoadResult = Static<typeof LoadResult>;

/** Names one call within its tenant: a repeat of it runs nothing. */
const CallId = Type.String({ minLength: 1, maxLength: 256 });

/** A person's yes to one call, bound to its exact arguments and to the content it was asked about. */
export const Confirmation = Type.Object({
  callId: CallId,
  /** `digestCall` of the call that was shown. */
  callDigest: Type.String({ maxLength: 128 }),
  /** Of the question, from the details of `confirm_required`; good once, in the session that was asked. */
  nonce: Type.Optional(Type.String({ maxLength: 128 })),
});
export type Confirmation = Static<typeof Confirmation>;

export const LoadRequest = Type.Object({
  tenant: Type.String(),
  arguments: LoadArguments,
  /** Names the question, where one is asked. */
  callId: Type.Optional(CallId),
  confirmation: Type.Optional(Confirmation),
  ...onBehalf,
});
export type LoadRequest = OfTenant<Static<typeof LoadRequest>>;

export const ExecuteRequest = Type.Object({
  tenant: Type.String(),
  callId: CallId,
  arguments: ExecuteArguments,
  confirmation: Type.Optional(Confirmation),
  ...onBehalf,
});
export type ExecuteRequest = OfTenant<Static<typeof ExecuteRequest>>;

/** A file that a script made and that was kept. */
export const Artifact = Type.Object({
  name: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  path: Type.String({ description: "Relative to the project's folder." }),
});
export type Artifact = Static<typeof Artifact>;

/** What came of one call that ran before, by its name. */
export const RecallRunRequest = Type.Object({ tenant: Type.String(), callId: CallId });
export type RecallRunRequest = OfTenant<Static<typeof RecallRunRequest>>;

/** A part of one file that a run made: from `offset` on. */
export const ReadArtifactRequest = Type.Object({
  tenant: Type.String(),
  callId: CallId,
  name: Type.String({ minLength: 1, maxLength: 1_024, description: "As the run lists it." }),
  offset: Type.Integer({ minimum: 0 }),
});
export type ReadArtifactRequest = OfTenant<Static<typeof ReadArtifactRequest>>;

export const ArtifactPart = Type.Object({
  /** Of the whole file. */
  bytes: Type.Integer({ minimum: 0 }),
  content: Type.String({ description: "Base64; empty only at the end." }),
});
export type ArtifactPart = Static<typeof ArtifactPart>;

/** What a run did to the project's files, and what it tried and was not done. Paths are the project's. */
export const FilesChanged = Type.Object({
  written: Type.Array(Type.String()),
  removed: Type.Array(Type.String()),
  refused: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
  /** Of all three lists, what there was no room for. */
  more: Type.Optional(Type.Integer()),
});
export type FilesChanged = Static<typeof FilesChanged>;

export const ExecuteResult = Type.Object({
  /** `ready`: steps or content for the caller to follow. Else how the run ended. */
  status: TextEnum(["ready", "success", "error"]),
  item_type: ItemType,
  item_id: Type.String(),
  action: ExecuteAction,
  /** A script's JSON, a knowledge entry's {title, content}, a directive's {description}. */
  data: Type.Unknown(),
  steps: Type.Optional(Type.Array(Step)),
  inputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  permissions: Type.Optional(Type.Array(Grant)),
  outputs: Type.Optional(Type.Record(Type.String(), Type.String())),
  metadata: Type.Object({
    durationMs: Type.Number(),
    sandbox: Type.Optional(Type.String()),
    truncated: Type.Optional(Type.Boolean()),
    outputFile: Type.Optional(Type.String()),
    exitCode: Type.Optional(Type.Integer()),
    /** Paths in `data`: what a script printed there is a number that JSON readers would change. */
    numbersAsText: Type.Optional(Type.Array(Type.String())),
    /** What a script did to the project's files, where it may write to any. */
    files: Type.Optional(FilesChanged),
  }),
  artifacts: Type.Optional(Type.Array(Artifact)),
  logs: Type.Optional(Type.Array(Type.String())),
});
export type ExecuteResult = Static<typeof ExecuteResult>;

export const ExecuteEvent = Type.Union([
  Type.Object({ type: Type.Literal("progress"), text: Type.String() }),
  Type.Object({ type: Type.Literal("result"), result: ExecuteResult }),
]);
export type ExecuteEvent = Static<typeof ExecuteEvent>;

export const DiscoverRequest = Type.Object({
  tenant: Type.String(),
  text: Type.String(),
  limit: Type.Integer({ minimum: 1, maximum: 50 }),
  /** An item whose neighbours by meaning are asked for as well. */
  near: Type.Optional(Type.Object({ item_type: ItemType, item_id: Type.String() })),
});
export type DiscoverRequest = OfTenant<Static<typeof DiscoverRequest>>;

export const DiscoverResult = Type.Object({
  candidates: Type.Array(ContextCandidate),
  meaning: Type.Optional(MeaningState),
  /** Nearest first, by the cosine of their embeddings; left out where there are none. */
  near: Type.Optional(
    Type.Array(Type.Object({ item_type: ItemType, item_id: Type.String(), cosine: Type.Number() })),
  ),
});
export type DiscoverResult = Static<typeof DiscoverResult>;

export const ListItemsRequest = Type.Object({ tenant: Type.String() });
export type ListItemsRequest = OfTenant<Static<typeof ListItemsRequest>>;

/** A key and what stands there now; without `item` nothing does. */
export const ChangedItem = Type.Object({
  key: Type.String({ description: "item_type:qualified_id" }),
  item: Type.Optional(ItemSummary),
});
export type ChangedItem = Static<typeof ChangedItem>;

/**
 * Published on the tenant's `library` subject whenever an item appears, changes or goes.
 * Announcements may be lost, repeated and overtaken. Who holds the library in version `before`
 * has it in `version` after `changes`; who does not, or hears no changes, lists it anew.
 */
export const LibraryChange = Type.Object({
  tenant: Type.String(),
  version: Type.String(),
  /** Keys, as a hint for caches; not all of them when there are many. */
  changed: Type.Array(Type.String({ description: "item_type:qualified_id" })),
  position: Type.Optional(LibraryPosition),
  before: Type.Optional(Type.String()),
  /** Left out when they are too many for one message. */
  changes: Type.Optional(Type.Array(ChangedItem)),
});
export type LibraryChange = Static<typeof LibraryChange>;
