import type { ItemSummary } from "@lilux/protocol";

/** A line with the id of the item that it means, or null where none of them is meant. */
export interface QualityLine {
  text: string;
  label: string | null;
}

/** What is chosen from, and lines that choose. */
export interface QualityLibrary {
  items: ItemSummary[];
  lines: QualityLine[];
}

/** A public set as it is measured: one library, or one for every line. */
export interface QualitySet {
  libraries: QualityLibrary[];
  /** Lines of its training part that a few-shot run may show; empty where it has none. */
  training: QualityLine[];
}

/** What somebody says about one line. */
export interface QualityAnswer {
  /** The item that is nearest, whether or not it is near enough. */
  item: string | undefined;
  /** How well anything fits: higher for lines that mean an item. */
  score: number;
  /** Of who says when nothing fits: that something does. */
  calls?: boolean;
  /** Of who says how sure: of the call that leads. */
  confidence?: number;
}
