import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { type LineValues, saidAt } from "./line-values.ts";
import { numberOfWord } from "./number-words.ts";
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
  (
    "last latest newest next first second third new old every only directive directives script scripts knowledge tool tools entry times time " +
    "some any something anything someone anyone everything else quickly really simply immediately urgently actually properly briefly " +
    "finally asap morning afternoon evening night today tonight tomorrow yesterday thx cheers bitte danke merci"
  ).split(" "),
);
const COURTESIES = new Set(
  "please pls can could would will you we i i'd like want need to now ok okay hey just let's lets go and then".split(
    " ",
  ),
);
const JOINS = new Set(["and", "&", "+", "or"]);

/** Words beside each other that nothing took and that are not the item's own. */
export interface Run {
  from: number[];
  text: string;
  /** Plain words only where their place shows that they are a value. */
  isPlaced: boolean;
  /** Behind "of", "to", "named" or the like, or what is done is done to it: "deploy main". */
  isLed: boolean;
  isQuoted: boolean;
  /** Shows by its form that it is a value: no word beside it belongs to it. */
  isAlone: boolean;
  /** Follows the run before it after a comma or "and". */
  goesOn: boolean;
  /** By "and" and not by a comma alone. */
  isJoined: boolean;
}

/** The runs of a line's free words, in order. */
export function runsOf(
  line: LineValues,
  { own, names }: { own: ReadonlySet<string>; names: ReadonlySet<string> },
): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const [at, token] of line.tokens.entries()) {
    const isFree =
      line.taken[at] === false && token.name === undefined && token.kind !== "structure";
    const goesOnName = isFree && run !== undefined && belongsToName(line, at, run);
    if (!isFree || !(goesOnName || isContent(line, at, own))) {
      run = undefined;
      continue;
    }
    const isQuoted = token.kind === "quoted";
    const isValue = valueKindOf(token.text) !== undefined && !isCount(line, at, own);
    const isAlone = isQuoted || (isValue && !goesOnName);
    if (run === undefined || isAlone || run.isAlone) {
      run = {
        from: [],
        text: "",
        isPlaced: isPlaced(line, at, names),
        isLed: isLed(line, at),
        isQuoted,
        isAlone,
        goesOn: goesOn(line, at),
        isJoined: JOINS.has(wordAt(line, at - 1)),
      };
      runs.push(run);
    }
    run.from.push(at);
    const said = saidAt(line, at);
    run.text = run.text === "" ? said : `${run.text} ${said}`;
    if (token.isClosed) run = undefined;
  }
  return runs;
}

/** "70 percent ethanol": a number directly before a word that is not the item's own is a part of the name. */
function isCount(line: LineValues, at: number, own: ReadonlySet<string>): boolean {
  const [token, next] = [line.tokens[at], line.tokens[at + 1]];
  if (token === undefined || token.isClosed || valueKindOf(token.text) !== "number") return false;
  const isFree = next?.kind === "word" && line.taken[at + 1] === false;
  return isFree && valueKindOf(next.text) === undefined && isContent(line, at + 1, own);
}

/** "Summer Day", "Hotel 1900", "buffer 7.00": a capital or a number directly behind a word of a name. */
function belongsToName({ tokens }: LineValues, at: number, run: Run): boolean {
  const [before, token] = [tokens[at - 1], tokens[at]];
  if (token?.kind !== "word" || run.from.at(-1) !== at - 1 || run.isAlone) return false;
  const isCapital = /^\p{Lu}/u.test(token.text);
  const isAfterCapital = /^\p{Lu}/u.test(before?.text ?? "");
  const kind = valueKindOf(token.text);
  return (
    (isCapital && isAfterCapital) || kind === "number" || (isAfterCapital && kind === "identifier")
  );
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
  if (at <= verbOf(line) && !isSubject(line, at, own)) return false;
  if (words.length === 0 || STOP_WORDS.has(word) || NO_VALUES.has(word) || LEADS.has(word))
    return false;
  if (numberOfWord(word) !== undefined) return false;
  return !words.every((word) => own.has(stemWord(word)));
}

/** "Jonas is ill": who it is about may stand where else the verb does. */
function isSubject(line: LineValues, at: number, own: ReadonlySet<string>): boolean {
  const text = line.tokens[at]?.text ?? "";
  const isName = /^\p{Lu}\p{Ll}/u.test(text) && !own.has(stemWord(text.toLowerCase()));
  return (
    isName && /^(?:is|has|was|had|needs|wants|will|gets|took|went)$/.test(wordAt(line, at + 1))
  );
}

function isPlaced(line: LineValues, at: number, names: ReadonlySet<string>): boolean {
  const token = line.tokens[at];
  if (token === undefined) return false;
  if (token.kind === "quoted" || valueKindOf(token.text) !== undefined) return true;
  if (/^\p{Lu}/u.test(token.text) || goesOn(line, at)) return true;
  const before = leadOf(line, at);
  const word = wordAt(line, before);
  const verb = verbOf(line);
  const isVerb = before <= verb || (before === verb + 1 && PARTICLES.has(word));
  return isVerb || LEADS.has(word) || names.has(stemWord(word)) || isTakenName(line, before);
}

function isLed(line: LineValues, at: number): boolean {
  const before = leadOf(line, at);
  return LEADS.has(wordAt(line, before)) || before === verbOf(line);
}

/** What stands before a word and its articles. */
function leadOf(line: LineValues, at: number): number {
  let before = at - 1;
  while (before > 0 && ARTICLES.has(wordAt(line, before))) before -= 1;
  return before;
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
