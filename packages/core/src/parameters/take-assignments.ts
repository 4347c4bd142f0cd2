import type { InputSpec } from "@lilux/protocol";
import { give, isOpen, type LineValues } from "./line-values.ts";

/** A list of "name=value" entries, by what its description shows of one. */
const OF_ASSIGNMENTS = /[\p{L}_]+=[\p{L}_]/u;

/** "needs=60 wants=40" for the one list of such entries: names of no input are entries of it. */
export function takeAssignments(line: LineValues, inputs: readonly InputSpec[]): void {
  const [spec, ...more] = inputs.filter(
    (each) =>
      each.type === "array" && isOpen(line, each) && OF_ASSIGNMENTS.test(each.description ?? ""),
  );
  if (spec === undefined || more.length > 0) return;
  const from = line.tokens.flatMap(({ kind, text }, at) =>
    kind === "assignment" && text !== "" && line.taken[at] === false ? [at] : [],
  );
  if (from.length === 0) return;
  const value = from.map((at) => `${line.tokens[at]?.name}=${line.tokens[at]?.text}`);
  give(line, spec, { value, origin: "inferred", by: "form", from });
}
