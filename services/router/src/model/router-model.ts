import type { LineReading } from "@lilux/core/ranking";
import type { WordList } from "@lilux/core/spelling";
import type { ItemReading } from "./item-reading.ts";
import type { LinePurpose } from "./job-queue.ts";
import type { ModelManifest } from "./model-manifest.ts";

export interface RouterModelCapabilities {
  /** Width of the embeddings, or undefined when the model makes none. */
  embeddingDimensions: number | undefined;
  /** Width of the vectors of single tokens; undefined when it gives none. */
  tokenDimensions?: number | undefined;
  /** Longer lines are cut to their first so many tokens. */
  textTokensMax: number;
  /** Whether it was trained to read a line joined to the one before. */
  joinsContext: boolean;
  /** The words it reads as one; another may be misspelt. Undefined when it does not tell. */
  vocabulary?: WordList | undefined;
}

export interface ReadLineOptions {
  /** Whose line it is: tenants take turns. One nobody names is a tenant of its own. */
  tenant?: string;
  /** How urgent it is; somebody types it unless told. */
  purpose?: LinePurpose;
  /** Lines of one key replace each other while they wait: the newest wins. */
  key?: string;
  /** Unix milliseconds. Work not begun by then is not begun any more. */
  deadlineAt: number;
  signal?: AbortSignal | undefined;
}

export interface ReadItemsOptions {
  /** Whose items they are: tenants take turns. */
  tenant?: string;
  signal?: AbortSignal | undefined;
}

/** How the model copes right now, for metrics. */
export interface RouterModelLoad {
  waitingLines: number;
  waitingItems: number;
  /** Parts of it that can read a line now; with none, lines wait. */
  workersReady: number;
}

/**
 * A model that reads typed lines and embeds items.
 *
 * `readLine` never waits for item embedding that has not begun, nor for a less
 * urgent line; among equals tenants take turns. A line is
 * answered in full or rejected: `cancelled` when a newer line of its key took
 * its place or its signal ended, `deadline_exceeded` when its time passed,
 * `overloaded` when too many lines wait, `shutting_down` after `close`. Equal
 * text gives an equal reading, whatever else runs. An empty line has no words
 * and still reads.
 *
 * `readItems` answers one reading per text, in order, however
 * long that takes; a model that makes no embeddings rejects it with
 * `not_available_yet` and says so in its capabilities.
 *
 * A part that crashes is replaced and what it was doing is tried once more;
 * what fails twice rejects with `router_unavailable`. `close` takes no new
 * work, finishes what was begun and what waits, and may be called twice.
 */
export interface RouterModel {
  readonly manifest: ModelManifest;
  readonly capabilities: RouterModelCapabilities;
  readLine(text: string, options: ReadLineOptions): Promise<LineReading>;
  readItems(texts: readonly string[], options?: ReadItemsOptions): Promise<ItemReading[]>;
  load(): RouterModelLoad;
  close(): Promise<void>;
}
