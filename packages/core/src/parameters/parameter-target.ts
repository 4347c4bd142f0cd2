import type { InputSpec } from "@lilux/protocol";

/** An item as far as its values in a line go. */
export interface ParameterTarget {
  inputs: readonly InputSpec[];
  /** The words of the id a call names it by, in order. */
  idWords: readonly string[];
  /** Words that belong to the item itself: a `v2` among them is no value. */
  knownWords: ReadonlySet<string>;
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  today?: string | undefined;
}
