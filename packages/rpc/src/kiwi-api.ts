import type {
  ArtifactPart,
  DiscoverRequest,
  DiscoverResult,
  ExecuteEvent,
  ExecuteRequest,
  ExecuteResult,
  ItemList,
  LibraryRecord,
  LibraryRequest,
  ListItemsRequest,
  LoadRequest,
  LoadResult,
  Mandate,
  ReadArtifactRequest,
  RecallRunRequest,
  RegistryRequest,
  SearchRequest,
  SearchResult,
  SecretsRequest,
  SecretsResult,
} from "@lilux/protocol";

export interface KiwiCallOptions {
  signal?: AbortSignal | undefined;
  deadlineMs?: number | undefined;
  traceparent?: string | undefined;
  /** Who it is done for. Undefined of what a service does for itself, which may only read. */
  mandate?: Mandate | undefined;
}

/**
 * The tool core as every caller sees it. Each method rejects with a
 * `LiluxError`: the library's own codes as they are, `kiwi_unavailable` when it
 * cannot be reached, `cancelled` and `deadline_exceeded` by signal and deadline.
 *
 * `execute` streams progress and then exactly one result; a failure before the
 * result throws from the iterable. Leaving the loop early stops the work. A
 * destructive call without a confirmation bound to its exact arguments rejects
 * with `confirm_required`, whoever asks.
 */
export interface KiwiApi {
  search(request: SearchRequest, options?: KiwiCallOptions): Promise<SearchResult>;
  load(request: LoadRequest, options?: KiwiCallOptions): Promise<LoadResult>;
  execute(request: ExecuteRequest, options?: KiwiCallOptions): AsyncIterable<ExecuteEvent>;
  discover(request: DiscoverRequest, options?: KiwiCallOptions): Promise<DiscoverResult>;
  listItems(request: ListItemsRequest, options?: KiwiCallOptions): Promise<ItemList>;
  /** What came of a call that ran before; `not_found` where none of that name is on record. */
  recallRun(request: RecallRunRequest, options?: KiwiCallOptions): Promise<ExecuteResult>;
  /** Whose namespaces are, what was reported, shared libraries: the answer has the form that the order says. */
  registry(request: RegistryRequest, options?: KiwiCallOptions): Promise<unknown>;
  /** A part of one file that such a call made, as it was when it was made, or `not_found`. */
  readArtifact(request: ReadArtifactRequest, options?: KiwiCallOptions): Promise<ArtifactPart>;
  /** Lists, sets and removes secrets of scripts; no value of one ever comes back. */
  secrets(request: SecretsRequest, options?: KiwiCallOptions): Promise<SecretsResult>;
  /** Where a tenant's library lives, and having it live elsewhere; what a Git server tells of it. */
  library(request: LibraryRequest, options?: KiwiCallOptions): Promise<LibraryRecord>;
}

/** The tool core of another process. */
export type KiwiClient = KiwiApi & { close(): Promise<void>; connected(): boolean };
