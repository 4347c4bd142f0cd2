import {
  ArtifactPart,
  BrokenItem,
  createParser,
  DiscoverResult,
  ExecuteResult,
  Grant,
  ItemSummary,
  LibraryRecord,
  LoadResult,
  OfferedModel,
  REQUEST_PARSERS,
  SearchResult,
  SecretsResult,
  TurnEvent,
  TurnRequest,
} from "@lilux/protocol";
import { Type } from "typebox";

/** What a server takes: a wrong field is the caller's mistake and says so. */
export const requests = {
  ...REQUEST_PARSERS,
  grants: createParser(Type.Array(Grant), "execute grants"),
  turn: createParser(TurnRequest, "turn"),
} as const;

/** What a client takes: a wrong field is the server's mistake. */
export const results = {
  search: createParser(SearchResult, "search result", "internal"),
  load: createParser(LoadResult, "load result", "internal"),
  execute: createParser(ExecuteResult, "execute result", "internal"),
  anything: createParser(Type.Unknown(), "result", "internal"),
  artifact: createParser(ArtifactPart, "part of a file", "internal"),
  secrets: createParser(SecretsResult, "secrets result", "internal"),
  discover: createParser(DiscoverResult, "discover result", "internal"),
  items: createParser(Type.Array(ItemSummary), "items", "internal"),
  broken: createParser(Type.Array(BrokenItem), "broken items", "internal"),
  library: createParser(LibraryRecord, "library", "internal"),
  models: createParser(Type.Array(OfferedModel), "models", "internal"),
  turnEvent: createParser(TurnEvent, "turn event", "internal"),
} as const;
