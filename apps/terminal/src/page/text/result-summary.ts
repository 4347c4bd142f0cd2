import type { SearchResult } from "@lilux/protocol";
import { formatCount } from "./format.ts";
import { resultKind } from "./result-kind.ts";

/** A result in a few words, for a card that is closed. */
export function resultSummary(value: unknown): string {
  const known = resultKind(value);
  switch (known.kind) {
    case "search":
      return hitCount(known.result);
    case "load":
      return known.result.item.version;
    case "execute":
      return known.result.status === "ready" ? "steps" : known.result.status;
    case "other":
      return "";
  }
}

function hitCount({ results, total }: SearchResult): string {
  if (results.length === 0) return "no hits";
  const shown = total > results.length ? `${results.length} of ` : "";
  return `${shown}${formatCount(total, "hit")}`;
}
