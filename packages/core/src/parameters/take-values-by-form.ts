import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { amountInWord } from "./amount-in-word.ts";
import { takesDays, takesMonths } from "./dated-input.ts";
import { dayForInput, orderDays } from "./day-for-input.ts";
import { freeWord, give, isOpen, type LineValues, saidAt } from "./line-values.ts";
import {
  amountAt,
  isAmountInText,
  isForeignUnit,
  isNumeric,
  isOfSomethingElse,
} from "./take-amounts.ts";
import { takeAssignments } from "./take-assignments.ts";
import { takeMeasured } from "./take-measured.ts";
import { valueAs } from "./value-as.ts";
import type { ValueReading } from "./value-confidence.ts";
import { type ValueKind, valueKindOf } from "./value-kind.ts";
import { isWeakRole, onlyOfRole, roleOfValue } from "./value-roles.ts";

/** Words in an input's name or description that say it takes such a value. */
const HINTS: Readonly<
  Record<Exclude<ValueKind, "number" | "quantity" | "date" | "month">, RegExp>
> = {
  time: /^(?:time|at|when|start|end|hour|since|until)$/,
  email: /^(?:e?mails?|address(?:es)?|recipients?|sender|contact|notify)$/,
  url: /^(?:urls?|uris?|links?|endpoint|address|site|page|webhook)$/,
  path: /^(?:files?|paths?|folder|directory|dir|images?|source|target|destination|document)$/,
  identifier:
    /^(?:ids?|version|branch|tag|ticket|ref|reference|commit|key|code|release|number|numbers)$/,
};

interface FormValue {
  at: number;
  text: string;
}

const KINDS = ["date", "month", "time", "email", "url", "path", "identifier", "number"] as const;

/**
 * What is left of a line's values goes by its form: dates to inputs for dates,
 * files to inputs for files. Only where it is plain which input takes which: by the words beside value and
 * input ("until" for `end`), as many values as open inputs of the kind, in their order, or one that takes a list.
 */
export function takeValuesByForm(line: LineValues, inputs: readonly InputSpec[]): void {
  takeMeasured(line, inputs);
  takeAssignments(line, inputs);
  for (const kind of KINDS) {
    giveByRole(line, inputs, kind);
    const found = valuesOf(line, kind);
    if (found.length === 0) continue;
    const open = likeliest(openFor(line, inputs, kind), { kind, count: found.length });
    const [first] = open;
    if (open.length === 1 && first?.type === "array") {
      giveList(line, first, found);
    } else if (open.length === found.length) {
      for (const [order, spec] of open.entries()) {
        giveOne(line, spec, { found: found[order], kind, by: readingOf(kind) });
      }
    }
  }
  takeStructures(line, inputs);
}

/** Of two dates the one behind "until" is the end, in whatever order they are said. */
function giveByRole(line: LineValues, inputs: readonly InputSpec[], kind: ValueKind): void {
  const found = valuesOf(line, kind).map((value) => ({
    ...value,
    role: roleOfValue(line, value.at),
  }));
  // What stands behind "and" is the other end of what stands before it.
  const begun = found.findIndex(({ role }) => role === "start");
  const next = begun === -1 ? undefined : found[begun + 1];
  if (next !== undefined && next.role === undefined) next.role = "end";
  for (const role of ["start", "end"] as const) {
    const [value, ...more] = found.filter((each) => each.role === role);
    const spec = onlyOfRole(openFor(line, inputs, kind), role);
    if (value === undefined || spec === undefined || more.length > 0) continue;
    const isSpan = found.some((each) => each.role === "start") || found.length === 1;
    if (kind === "number" && isWeakRole(line, value.at) && (!isSpan || isLimit(spec))) continue;
    if (spec.type !== "array") giveOne(line, spec, { found: value, kind, by: "role" });
  }
  if (kind === "date") {
    orderDays(line, { start: onlyOfRole(inputs, "start"), end: onlyOfRole(inputs, "end") });
  }
}

function isLimit({ name }: InputSpec): boolean {
  return splitIdentifier(name).some((word) =>
    /^(?:high|highest|max|maximum|upper|last)$/.test(word),
  );
}

function openFor(line: LineValues, inputs: readonly InputSpec[], kind: ValueKind): InputSpec[] {
  return inputs.filter((spec) => isOpen(line, spec) && takesForm(spec, kind));
}

/** Of more inputs than values: the required ones, those named for the kind, at last the first. */
function likeliest(
  open: readonly InputSpec[],
  { kind, count }: { kind: ValueKind; count: number },
): readonly InputSpec[] {
  if (kind === "number" || kind === "quantity") {
    const required = open.filter((spec) => spec.required);
    return open.length > count && required.length === count ? required : open;
  }
  const list = open.filter((spec) => spec.type === "array" && isNamedFor(spec, kind));
  if (count > 1 && list.length === 1) return list;
  const narrowed = [
    open.filter(({ required }) => required),
    open.filter((spec) => isNamedFor(spec, kind)),
    open.slice(0, count),
  ];
  return open.length <= count ? open : (narrowed.find(({ length }) => length === count) ?? open);
}

function isNamedFor(spec: InputSpec, kind: ValueKind): boolean {
  if (kind === "number" || kind === "quantity") return false;
  if (kind === "date" || kind === "month") return takesDays(spec);
  return splitIdentifier(spec.name).some((word) => HINTS[kind].test(word));
}

function valuesOf(line: LineValues, kind: ValueKind): FormValue[] {
  return line.tokens.flatMap(({ kind: form, name, text }, at) => {
    const isFree = line.taken[at] === false && name === undefined && form !== "structure";
    if (!isFree) return [];
    if (valueKindOf(text) === kind) return [{ at, text }];
    // "2k" is a number with nothing counted behind it.
    const scaled = kind === "number" ? amountInWord(text.toLowerCase(), undefined) : undefined;
    return scaled?.unit === "" ? [{ at, text: scaled.text }] : [];
  });
}

/** Whether an input is made for values of such a form, by what it is called and said to be. */
export function takesForm(spec: InputSpec, kind: ValueKind): boolean {
  const { type, name, description = "", schema } = spec;
  if (kind === "quantity") return false;
  if (kind === "number") return isNumeric(spec) || isAmountInText(spec);
  if (kind === "month") return takesDays(spec) && takesMonths(spec);
  if (kind === "date") return takesDays(spec) && !takesMonths(spec);
  if ((type !== "string" && type !== "array") || Array.isArray(schema?.["enum"])) return false;
  if (takesDays(spec) && kind !== "time") return false;
  const hint = HINTS[kind];
  const byName = splitIdentifier(name).some((word) => hint.test(word));
  // "JSON text, or the path of a JSON file" says so at any place, a release id only at the first.
  const words = splitIdentifier(description).slice(
    0,
    kind === "path" ? 12 : kind === "identifier" ? 3 : 4,
  );
  return byName || words.some((word) => hint.test(word));
}

function readingOf(kind: ValueKind): ValueReading {
  if (kind === "number") return "number";
  return kind === "date" || kind === "month" ? "date" : "form";
}

function giveOne(
  line: LineValues,
  spec: InputSpec,
  { found, kind, by }: { found: FormValue | undefined; kind: ValueKind; by: ValueReading },
): void {
  if (found === undefined) return;
  const amount = kind === "number" ? amountAt(line, found.at) : undefined;
  if (amount !== undefined && isForeignUnit(spec, amount.unit)) return;
  if (amount !== undefined && isOfSomethingElse(amount, line)) return;
  if (kind === "date" || kind === "month") {
    giveDay(line, spec, found.at);
    return;
  }
  const value = valueAs(spec, kind === "time" ? timeFor(spec, found.text) : found.text);
  if (value === undefined) return;
  give(line, spec, { value, origin: "inferred", by, from: [found.at] });
}

function giveDay(line: LineValues, spec: InputSpec, at: number): void {
  const day = dayForInput(line, spec, at);
  if (day === undefined || !isOpen(line, spec)) return;
  if (line.tokens[at]?.days !== undefined) line.yearless.add(spec.name);
  give(line, spec, { ...day, origin: "inferred", from: [at] });
}

/** "8am" as "08:00" where an input says how it wants its times; else as typed. */
function timeFor({ description = "" }: InputSpec, text: string): string {
  const parts = /^(\d{1,2})(?:[:h](\d{2}))?\s?(am|pm)?$/iu.exec(text);
  if (parts === null || !/HH:MM/u.test(description)) return text;
  const [, hour = "", minute = "00", half = ""] = parts;
  const isAfternoon = half.toLowerCase() === "pm";
  const hours = half === "" ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  return `${String(hours).padStart(2, "0")}:${minute}`;
}

function giveList(line: LineValues, spec: InputSpec, found: readonly FormValue[]): void {
  const value = found.map(({ at, text }) =>
    freeWord(line, at) === undefined ? text : saidAt(line, at),
  );
  give(line, spec, { value, origin: "inferred", by: "form", from: found.map(({ at }) => at) });
}

/** JSON goes to the one open input that takes its shape. */
function takeStructures(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const [at, { kind, text, name }] of line.tokens.entries()) {
    if (kind !== "structure" || name !== undefined || line.taken[at] === true) continue;
    const type = text.startsWith("[") ? "array" : "object";
    const open = inputs.filter((spec) => isOpen(line, spec) && spec.type === type);
    const [only] = open;
    if (only === undefined || open.length > 1) continue;
    const value = valueAs(only, text);
    if (value !== undefined)
      give(line, only, { value, origin: "inferred", by: "structure", from: [at] });
  }
}
