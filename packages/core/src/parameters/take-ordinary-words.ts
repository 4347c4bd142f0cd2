import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { takesDays } from "./dated-input.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { stemsOfWords } from "./own-words.ts";
import { takesForm } from "./take-values-by-form.ts";
import { valueAs } from "./value-as.ts";
import type { ValueReading } from "./value-confidence.ts";
import { valueKindOf } from "./value-kind.ts";
import { onlyOfRole, roleOfValue } from "./value-roles.ts";
import { type Run, runsOf } from "./word-runs.ts";

const OF_TIME = /\b(?:day|days|weekday|date|when|time|week|month|period|hour)\b/iu;

/**
 * Last, ordinary words: "restart the pods of mailer", "give Noor editor on the wiki". What is left
 * of the line and says nothing of the item itself goes to the open inputs for text: to one whose
 * name stands beside it, else in their order, required ones first. All of it is inferred, so that
 * nothing runs on it unasked.
 */
export function takeOrdinaryWords(
  line: LineValues,
  inputs: readonly InputSpec[],
  knownWords: ReadonlySet<string>,
): void {
  const open = inputs.filter((spec) => isOpen(line, spec) && takesWords(spec));
  if (open.length === 0) return;
  const names = new Set(inputs.flatMap(({ name }) => splitIdentifier(name)).map(stemWord));
  const own = new Set([...names, ...stemsOfWords(knownWords)]);
  for (const run of runsOf(line, { own, names })) takeBesideName(line, open, run);
  giveByRole(line, open, runsOf(line, { own, names }));
  const runs = runsOf(line, { own, names }).filter(({ isPlaced }) => isPlaced);
  const needed = open.filter((spec) => spec.required && isOpen(line, spec));
  if (needed.length > 0) {
    giveInOrder(
      line,
      needed,
      runs.filter((run) => needed.some((spec) => !isDayOfNone(line, spec, run))),
    );
  }
  // What need not be given takes only what cannot be a date or a number of something else.
  const [sole, ...more] = open.filter((spec) => isOpen(line, spec));
  if (sole === undefined || sole.required || more.length > 0) return;
  const plain = runs.filter(
    ({ text, from, goesOn, isQuoted, isAlone, isLed }) =>
      (isQuoted || isAlone || isLed || /^\p{Lu}/u.test(text)) &&
      !isDayOfNone(line, sole, { from }) &&
      (isQuoted || (!goesOn && !(isAlone && isElsewhere(sole, text)))) &&
      line.taken[from[0] ?? 0] === false,
  );
  giveInOrder(line, [sole], plain);
}

function takesWords(spec: InputSpec): boolean {
  const { type, schema, name } = spec;
  const isChoice = Array.isArray(schema?.["enum"]);
  const isDated =
    /(?:^|_)(?:date|day|since|until|start|end|time|received|sent_on|week|month)(?:_|$)/.test(name);
  return (type === "string" || type === "array") && !isChoice && !isDated && !takesDays(spec);
}

/** A day or a time in words is no floor and no name: "clean the stairs tomorrow". */
function isDayOfNone(
  { tokens }: LineValues,
  { name, description = "" }: InputSpec,
  { from }: Pick<Run, "from">,
): boolean {
  const [token, ...more] = from.map((at) => tokens[at]);
  if (token?.said === undefined || more.length > 0) return false;
  if (!/^(?:date|time)$/.test(valueKindOf(token.text) ?? "")) return false;
  return !OF_TIME.test(`${name.replaceAll("_", " ")} ${description}`);
}

/** By its form it is the value of another input than one for text: a date, a place, a number. */
function isElsewhere(spec: InputSpec, text: string): boolean {
  const kind = valueKindOf(text);
  if (kind === undefined || kind === "identifier") return false;
  return !takesForm(spec, kind) && !(kind === "path" && takesForm(spec, "identifier"));
}

/** "the payments service", "team data" is read by name before. */
function takeBesideName(line: LineValues, open: readonly InputSpec[], run: Run): void {
  const after = (run.from.at(-1) ?? 0) + 1;
  const next = line.tokens[after];
  if (next?.kind !== "word" || line.taken[after] === true) return;
  const name = stemWord(next.text.toLowerCase());
  // The "to" of `to_unit` names nothing.
  if (STOP_WORDS.has(next.text.toLowerCase())) return;
  const spec = open.find(
    (each) =>
      each.type === "string" &&
      isOpen(line, each) &&
      splitIdentifier(each.name).map(stemWord).includes(name),
  );
  if (spec !== undefined) giveRun(line, spec, { run, by: "beside_name" });
}

/** "from fahrenheit to celsius": each to the one input that is such an end, where there are both. */
function giveByRole(line: LineValues, open: readonly InputSpec[], runs: readonly Run[]): void {
  const specs = open.filter((spec) => isOpen(line, spec) && spec.type === "string");
  const ends = { start: onlyOfRole(specs, "start"), end: onlyOfRole(specs, "end") };
  if (ends.start === undefined || ends.end === undefined) return;
  for (const role of ["start", "end"] as const) {
    const spec = ends[role];
    const [run, ...more] = runs.filter(
      ({ from: [first = -1] }) => roleOfValue(line, first) === role,
    );
    if (spec !== undefined && run !== undefined && more.length === 0)
      giveRun(line, spec, { run, by: "beside_name" });
  }
}

function giveInOrder(line: LineValues, wanted: readonly InputSpec[], runs: readonly Run[]): void {
  const rest = [...runs];
  for (const spec of wanted) {
    const still = wanted.filter((each) => isOpen(line, each));
    if (spec.type === "array") {
      const list = listOf(rest);
      rest.splice(0, list.length);
      if (list.length === 0) return;
      const from = list.flatMap((run) => run.from);
      const value = list.map(({ text }) => text);
      give(line, spec, { value, origin: "inferred", by: "words", from });
      continue;
    }
    // Who is spoken to comes before what is said.
    const plain = rest.findIndex(({ isQuoted }) => !isQuoted);
    const at = still.length === 1 || plain === -1 ? 0 : plain;
    const places = still.filter(({ type }) => type === "string").length;
    // "S-1 and S-2" is no value of one input: neither of both is.
    if (isListLongerThan(rest.slice(plain === -1 ? 0 : at), places)) return;
    const [run] = rest.splice(plain === -1 ? 0 : at, 1);
    if (run === undefined) return;
    if (isNumberFor(spec, run)) giveRun(line, spec, { run, by: "words" });
  }
}

/** The first run and those that go on from it. */
function listOf(runs: readonly Run[]): readonly Run[] {
  const end = runs.findIndex(({ goesOn }, at) => at > 0 && !goesOn);
  return runs.slice(0, end === -1 ? undefined : end);
}

function isListLongerThan(runs: readonly Run[], places: number): boolean {
  const list = listOf(runs);
  const isOfValues = list.every(({ isAlone, isQuoted }) => isAlone && !isQuoted);
  const isJoined = list.some(({ isJoined: joined }) => joined);
  return list.length > places && (isOfValues || isJoined);
}

/** A bare number is the value of a text only where that is one. */
function isNumberFor({ name, description = "" }: InputSpec, { text }: Run): boolean {
  if (valueKindOf(text) !== "number") return true;
  return /\b(?:number|id|code|amount|version|port|phone|year|account|key|pin)\b/iu.test(
    `${splitIdentifier(name).join(" ")} ${description}`,
  );
}

function giveRun(
  line: LineValues,
  spec: InputSpec,
  { run, by }: { run: Run; by: ValueReading },
): void {
  const value = valueAs(spec, run.text);
  if (value !== undefined) give(line, spec, { value, origin: "inferred", by, from: run.from });
}
