import type { InputSpec } from "@lilux/protocol";
import type { NearestChoice } from "./take-choices-by-meaning.ts";

/** An item as far as its values in a line go. */
export interface ParameterTarget {
  inputs: readonly InputSpec[];
  /** The words of the id a call names it by, in order. */
  idWords: readonly string[];
  /** Words that belong to the item itself: a `v2` among them is no value. */
  knownWords: ReadonlySet<string>;
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  today?: string | undefined;
  /** Which of an input's choices some words mean; without it only its own words do. */
  nearestChoice?: NearestChoice | undefined;
}
