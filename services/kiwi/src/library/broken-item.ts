import type { BrokenItem, ItemSource } from "@lilux/protocol";
import { ParseFailure } from "../parse/parse-failure.ts";
import type { ItemPlace } from "./item-place.ts";

/** Why a file is no item, for people. What the system says stays out of it, but for its code. */
export function brokenItem(place: ItemPlace, source: ItemSource, error: unknown): BrokenItem {
  const failure =
    error instanceof ParseFailure
      ? error
      : new ParseFailure({
          cause: `the file cannot be read (${errorCode(error) ?? "unexpected problem"})`,
          fix: "Check that it exists and that the server may read it.",
        });
  const { line, column, fix } = failure;
  return {
    item_type: place.item_type,
    source,
    path: place.path,
    line,
    column,
    cause: failure.message,
    fix,
  };
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
