import { ERRORS } from "@lilux/protocol";
import { cell, tableOf } from "./table-of.ts";

/** Every error there is, from the one table of them. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, traits]) => [
    `[\`${code}\`](../operations/failure-modes.md#${code})`,
    traits.category,
    String(traits.http),
    traits.retryable ? "yes" : "no",
    cell(traits.sentence),
  ]);
  return `# Errors\n\nOver every door an error is \`{code, message, retryable, details?}\`. What to do about each is in [failure modes](../operations/failure-modes.md).\n\n${tableOf(["code", "category", "HTTP", "again?", "says"], rows)}`;
}
