import type { Call, ItemSummary } from "@lilux/protocol";
import type { TokenCloseness } from "../embedding/index.ts";
import type { NearestChoice } from "../parameters/index.ts";
import type { ExtractedQuery } from "./extract-query.ts";
import type { ItemMention } from "./item-mention.ts";
import type { LineReading } from "./line-reading.ts";

/** An item that a line may mean, with everything that speaks for it. */
export interface ItemEvidence {
  /** `item_type:qualified_id`. */
  key: string;
  item: Pick<ItemSummary, "item_type" | "source" | "effect" | "description" | "tags" | "inputs">;
  /** The id a call names it by: bare when that is unambiguous. */
  callId: string;
  /** Of line and item embedding; undefined while the item is not embedded. */
  cosine: number | undefined;
  /** The lexical index's score, 0 to 1. */
  lexical: number;
  mention: ItemMention;
  /** How many times likelier the conversation makes it than one that is not warm; 0 for such a one. */
  warm: number;
  /** It is what the line before was about. */
  isPrevious: boolean;
  /** How near the line is to what is known to be typed for it; undefined when nothing is. */
  phrases?: PhraseCloseness | undefined;
  /** Of line and item, token by token; undefined when one of them has none. */
  tokens?: TokenCloseness | undefined;
}

/** A line beside an item's phrasings: cosines of its embedding with theirs. */
export interface PhraseCloseness {
  nearest: number;
  /** The mean of the three nearest, or of as many as there are. */
  three: number;
  centroid: number;
  count: number;
}

/** A line that was typed here before and what came of it, near the one that is typed now. */
export interface NearLesson {
  /** From `signatureOf`: the call it is about. */
  signature: string;
  /** The cosine of both lines, weakened by age. */
  near: number;
  /** The call was meant; false: it was offered for such a line and was not. */
  right: boolean;
}

/** What the features of all of a line's candidates have in common. */
export interface LineEvidence {
  reading: LineReading;
  /** Trimmed. */
  text: string;
  /** The last word may still be growing. */
  lastOpen: boolean;
  hasPrevious: boolean;
  /** The line committed before; its values count where this one points back at it. */
  before?: string | undefined;
  /** YYYY-MM-DD where the line is typed: what "tomorrow" is counted from. */
  today?: string | undefined;
  /** Which of an input's choices some words mean, where that was looked up. */
  nearestChoice?: NearestChoice | undefined;
  /** Every item considered. */
  items: readonly ItemEvidence[];
  /** What was learnt from lines like it; the nearest first. */
  lessons?: readonly NearLesson[] | undefined;
}

/** A call that may be meant; `call` is null for "no call". */
export type Proposal =
  | { kind: "none"; call: null }
  | { kind: "search"; call: Extract<Call, { name: "search" }>; query: ExtractedQuery }
  | { kind: "create"; call: Extract<Call, { name: "execute" }>; query: ExtractedQuery }
  | { kind: "load"; call: Extract<Call, { name: "load" }>; item: ItemEvidence }
  | { kind: "execute"; call: Extract<Call, { name: "execute" }>; item: ItemEvidence };
