import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { valueAs } from "./value-as.ts";
import { type ValueKind, valueKindOf } from "./value-kind.ts";

/** Words in an input's name or description that say it takes such a value. */
const HINTS: Readonly<Record<Exclude<ValueKind, "number" | "quantity">, RegExp>> = {
  date: /^(?:date|day|from|to|since|until|start|end|begin|due|when|deadline)$/,
  time: /^(?:time|at|when|start|end|hour)$/,
  email: /^(?:e?mails?|address(?:es)?|recipients?|sender|contact)$/,
  url: /^(?:urls?|uris?|links?|endpoint|address|site|page|webhook)$/,
  path: /^(?:files?|paths?|folder|directory|dir|images?|source|target|destination|document)$/,
  identifier: /^(?:ids?|version|branch|tag|ticket|ref|reference|commit|key|code|release|number)$/,
};

interface FormValue {
  at: number;
  text: string;
}

/**
 * What is left of a line's values goes by its form: dates to inputs for dates,
 * files to inputs for files. Only where it is plain which input takes which: as
 * many values as open inputs of the kind, in their order, or one that takes a list.
 */
export function takeValuesByForm(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const kind of ["date", "time", "email", "url", "path", "identifier", "number"] as const) {
    const found = valuesOf(line, kind);
    if (found.length === 0) continue;
    const open = likeliest(
      inputs.filter((spec) => isOpen(line, spec) && takes(spec, kind)),
      { kind, count: found.length },
    );
    const [first] = open;
    if (open.length === 1 && first?.type === "array") {
      giveList(line, first, found);
    } else if (open.length === found.length) {
      for (const [order, spec] of open.entries()) giveOne(line, spec, found[order]);
    }
  }
  takeStructures(line, inputs);
}

/** Of more inputs than values: the required ones, those named for the kind, at last the first. */
function likeliest(
  open: readonly InputSpec[],
  { kind, count }: { kind: ValueKind; count: number },
): readonly InputSpec[] {
  if (kind === "number" || kind === "quantity") return open;
  const list = open.filter((spec) => spec.type === "array" && isNamedFor(spec, kind));
  if (count > 1 && list.length === 1) return list;
  const narrowed = [
    open.filter(({ required }) => required),
    open.filter((spec) => isNamedFor(spec, kind)),
    open.slice(0, count),
  ];
  return open.length <= count ? open : (narrowed.find(({ length }) => length === count) ?? open);
}

function isNamedFor({ name }: InputSpec, kind: ValueKind): boolean {
  if (kind === "number" || kind === "quantity") return false;
  return splitIdentifier(name).some((word) => HINTS[kind].test(word));
}

function valuesOf(line: LineValues, kind: ValueKind): FormValue[] {
  return line.tokens.flatMap(({ kind: form, name, text }, at) => {
    const isFree = line.taken[at] === false && name === undefined && form !== "structure";
    return isFree && valueKindOf(text) === kind ? [{ at, text }] : [];
  });
}

function takes({ type, name, description = "" }: InputSpec, kind: ValueKind): boolean {
  if (kind === "quantity") return false;
  if (kind === "number") return type === "integer" || type === "number";
  if (type !== "string" && type !== "array") return false;
  const hint = HINTS[kind];
  const byName = splitIdentifier(name).some((word) => hint.test(word));
  return (
    byName ||
    splitIdentifier(description)
      .slice(0, 4)
      .some((word) => hint.test(word))
  );
}

function giveOne(line: LineValues, spec: InputSpec, found: FormValue | undefined): void {
  const value = found === undefined ? undefined : valueAs(spec, found.text);
  if (found === undefined || value === undefined) return;
  give(line, spec, { value, origin: "inferred", from: [found.at] });
}

function giveList(line: LineValues, spec: InputSpec, found: readonly FormValue[]): void {
  const value = found.map(({ text }) => text);
  give(line, spec, { value, origin: "inferred", from: found.map(({ at }) => at) });
}

/** JSON goes to the one open input that takes its shape. */
function takeStructures(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const [at, { kind, text, name }] of line.tokens.entries()) {
    if (kind !== "structure" || name !== undefined || line.taken[at] === true) continue;
    const type = text.startsWith("[") ? "array" : "object";
    const open = inputs.filter((spec) => isOpen(line, spec) && spec.type === type);
    const [only] = open;
    if (only !== undefined && open.length === 1) giveOne(line, only, { at, text });
  }
}
