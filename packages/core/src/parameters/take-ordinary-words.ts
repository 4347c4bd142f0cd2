import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { numberOfWord } from "./number-words.ts";
import { valueAs } from "./value-as.ts";
import { valueKindOf } from "./value-kind.ts";

/** What a value follows: "of checkout", "to the wiki". */
const LEADS = new Set(
  "of for to on in from at by with into onto against called named is about below under because".split(
    " ",
  ),
);
const ARTICLES = new Set("the a an my our this that all".split(" "));
/** "back up", "roll back": the verb is both words. */
const PARTICLES = new Set("up down off out back over through".split(" "));
/** Of grammar and of libraries: no value by themselves. */
const NO_VALUES = new Set(
  "last latest newest next first second third new old every only directive directives script scripts knowledge tool tools entry times time".split(
    " ",
  ),
);
const COURTESIES = new Set(
  "please pls can could would will you we i i'd like want need to now ok okay hey just let's lets go and then".split(
    " ",
  ),
);
const JOINS = new Set(["and", "&", "+"]);

/** Words beside each other that nothing took and that are not the item's own. */
interface Run {
  from: number[];
  text: string;
  /** Plain words only where their place shows that they are a value. */
  isPlaced: boolean;
  isQuoted: boolean;
  /** Shows by its form that it is a value: no word beside it belongs to it. */
  isAlone: boolean;
  /** Follows the run before it after a comma or "and". */
  goesOn: boolean;
}

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
  const own = new Set([...names, ...[...knownWords].map(stemWord)]);
  for (const run of runsOf(line, { own, names })) takeBesideName(line, open, run);
  const runs = runsOf(line, { own, names }).filter(({ isPlaced }) => isPlaced);
  const needed = open.filter((spec) => spec.required && isOpen(line, spec));
  if (needed.length > 0) giveInOrder(line, needed, runs);
  // What need not be given takes only what cannot be a date or a number of something else.
  const plain = runs.filter(
    ({ text, from, goesOn, isQuoted }) =>
      !/^[\d-]+$/.test(text) && (isQuoted || !goesOn) && line.taken[from[0] ?? 0] === false,
  );
  giveInOrder(line, soleOf(open.filter((spec) => isOpen(line, spec))), plain);
}

function takesWords({ type, schema, name }: InputSpec): boolean {
  const isChoice = Array.isArray(schema?.["enum"]);
  const isDated =
    /(?:^|_)(?:date|day|since|until|start|end|time|received|sent_on|week|month)(?:_|$)/.test(name);
  return (type === "string" || type === "array") && !isChoice && !isDated;
}

function soleOf(specs: readonly InputSpec[]): readonly InputSpec[] {
  return specs.length === 1 ? specs : [];
}

/** "the payments service", "team data" is read by name before. */
function takeBesideName(line: LineValues, open: readonly InputSpec[], run: Run): void {
  const after = (run.from.at(-1) ?? 0) + 1;
  const next = line.tokens[after];
  if (next?.kind !== "word" || line.taken[after] === true) return;
  const name = stemWord(next.text.toLowerCase());
  const spec = open.find(
    (each) =>
      each.type === "string" &&
      isOpen(line, each) &&
      splitIdentifier(each.name).map(stemWord).includes(name),
  );
  if (spec !== undefined) giveRun(line, spec, run);
}

function giveInOrder(line: LineValues, wanted: readonly InputSpec[], runs: readonly Run[]): void {
  const rest = [...runs];
  for (const spec of wanted) {
    const last = wanted.filter((each) => isOpen(line, each)).length === 1;
    if (spec.type === "array") {
      const first = rest.shift();
      if (first === undefined) return;
      const list = [first];
      while (rest[0]?.goesOn === true) list.push(...rest.splice(0, 1));
      const from = list.flatMap((run) => run.from);
      give(line, spec, { value: list.map(({ text }) => text), origin: "inferred", from });
      continue;
    }
    // Who is spoken to comes before what is said.
    const plain = rest.findIndex(({ isQuoted }) => !isQuoted);
    const at = last || plain === -1 ? 0 : plain;
    const [run] = rest.splice(plain === -1 ? 0 : at, 1);
    if (run === undefined) return;
    giveRun(line, spec, run);
  }
}

function giveRun(line: LineValues, spec: InputSpec, { text, from }: Run): void {
  const value = valueAs(spec, text);
  if (value !== undefined) give(line, spec, { value, origin: "inferred", from });
}

function runsOf(
  line: LineValues,
  { own, names }: { own: ReadonlySet<string>; names: ReadonlySet<string> },
): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const [at, token] of line.tokens.entries()) {
    const isFree =
      line.taken[at] === false && token.name === undefined && token.kind !== "structure";
    if (!isFree || !isContent(line, at, own)) {
      run = undefined;
      continue;
    }
    const isQuoted = token.kind === "quoted";
    const isAlone = isQuoted || valueKindOf(token.text) !== undefined;
    if (run === undefined || isAlone || run.isAlone) {
      run = {
        from: [],
        text: "",
        isPlaced: isPlaced(line, at, names),
        isQuoted,
        isAlone,
        goesOn: goesOn(line, at),
      };
      runs.push(run);
    }
    run.from.push(at);
    run.text = run.text === "" ? token.text : `${run.text} ${token.text}`;
    if (token.isClosed) run = undefined;
  }
  return runs;
}

/** The first word behind a courtesy is what is to be done. */
function verbOf({ tokens }: LineValues): number {
  return tokens.findIndex(({ text }) => !COURTESIES.has(text.toLowerCase()));
}

function isContent(line: LineValues, at: number, own: ReadonlySet<string>): boolean {
  const token = line.tokens[at];
  if (token === undefined || token.text === "") return false;
  if (token.kind === "quoted" || valueKindOf(token.text) !== undefined) return true;
  const words = splitIdentifier(token.text);
  const word = token.text.toLowerCase();
  if (at <= verbOf(line) || words.length === 0 || STOP_WORDS.has(word) || NO_VALUES.has(word))
    return false;
  if (numberOfWord(word) !== undefined) return false;
  return !words.every((word) => own.has(stemWord(word)));
}

function isPlaced(line: LineValues, at: number, names: ReadonlySet<string>): boolean {
  const token = line.tokens[at];
  if (token === undefined) return false;
  if (token.kind === "quoted" || valueKindOf(token.text) !== undefined) return true;
  if (/^\p{Lu}/u.test(token.text) || goesOn(line, at)) return true;
  let before = at - 1;
  while (before > 0 && ARTICLES.has(wordAt(line, before))) before -= 1;
  const word = wordAt(line, before);
  const verb = verbOf(line);
  const isVerb = before <= verb || (before === verb + 1 && PARTICLES.has(word));
  return isVerb || LEADS.has(word) || names.has(stemWord(word)) || isTakenName(line, before);
}

/** Directly behind the item's name or an input's. */
function isTakenName(line: LineValues, at: number): boolean {
  return line.taken[at] === true && line.tokens[at]?.isClosed === false;
}

function goesOn(line: LineValues, at: number): boolean {
  const isAfterComma = line.tokens[at - 1]?.isClosed === true;
  return isAfterComma || JOINS.has(wordAt(line, at - 1));
}

function wordAt(line: LineValues, at: number): string {
  return line.tokens[at]?.text.toLowerCase() ?? "";
}
