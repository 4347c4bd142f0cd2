import type { FollowerState, LibraryIndex } from "@lilux/library-index";

/** `absent`: not listed yet. `unavailable`: listing failed. `partial`: not all is embedded. */
export type LibraryState = "absent" | "unavailable" | "partial" | "complete";

export function stateOf(state: FollowerState, { meaning, size }: LibraryIndex): LibraryState {
  switch (state) {
    case "absent":
      return "absent";
    case "failed":
      return "unavailable";
    case "listed":
      return meaning.embedded < size ? "partial" : "complete";
  }
}
