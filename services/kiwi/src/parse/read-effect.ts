import type { Effect } from "@lilux/protocol";

/** An effect class by its name; undefined when it is none. */
export function readEffect(value: unknown): Effect | undefined {
  return value === "read" || value === "write" || value === "destructive" ? value : undefined;
}
