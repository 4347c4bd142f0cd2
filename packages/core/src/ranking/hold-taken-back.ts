import type { Call } from "@lilux/protocol";
import { valueKindOf } from "../parameters/index.ts";
import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { heldBack } from "./reshape-ranking.ts";

/** Far below any `show`: the orchestrator decides, and it knows what was done. */
const SHARE_LEFT = 0.2;

/** Closed classes of English, as far as they say no. */
const NO =
  /^(?:no|not|nope|nah|never|none|neither|nothing|dont|doesnt|didnt|wont|cant|cannot|shouldnt|isnt|wasnt|arent|werent)$|n't$/;
const TAKES_BACK = new Set(
  (
    "cancel cancelled canceled undo stop abort revert halt quit scrap scratch discard kill retract withdraw reverse forget " +
    "wait hold oops whoops ups mistake mistaken wrong incorrect nevermind leave ignore skip enough mind " +
    "mistyped misclicked accident accidentally back other"
  ).split(" "),
);
/** Asks for something to be done: there may be an item for it. */
const UNDOES = new Set("undo revert reverse rollback roll restore".split(" "));
/** May stand before what a line begins with. */
const LEAD_IN = new Set(
  (
    "oh ok okay please pls sorry hey well um uh hm hmm actually but and so ah argh damn god shit no " +
    "that that's thats this it it's its was is i you we my the a just ever to do take change changed put let let's lets sure think"
  ).split(" "),
);
const INTERJECTIONS = new Set(
  "and so but ok okay hey well hm hmm wait oh um uh ah sorry please then now".split(" "),
);
const ASKS_STATE = new Set("did was were is are am has have had does".split(" "));
const ASKS_WHAT = new Set(
  "why when how who whom whose what which where what's whats how's who's why's where's will would should shall".split(
    " ",
  ),
);
const POINTS = new Set(
  "it that this they them those these you we i he she him her one ones last did done".split(" "),
);
const ASKS_ON = /^(?:and |so |ok |okay |but )*(?:what|how) about\b/;
/** What asks for the same again, or for the same with something else. */
const ONCE_MORE = new Set(
  (
    "again same repeat repeated redo rerun retry likewise too also another ditto more next instead yes yep yeah sure " +
    "encore anew"
  ).split(" "),
);
const GOES_ON =
  /^(?:ok |okay |please |so )*(?:and|now|then|also|plus|or|this time|with|for|in|on|to|at|as|by|from|using|what about|how about|only|just|go (?:ahead|on|for it))\b/;
/** Verbs for each thing that can be done, where "it" is all that is said of the item. */
const DONE_BY: Readonly<Record<string, string>> = {
  run: "run execute start launch do perform process try kick fire trigger apply use continue proceed",
  load: "load open show read view get see display print fetch look bring pull give cat",
  update: "update edit change modify fix adjust improve rewrite revise add remove rename drop set",
  delete: "delete remove erase trash rid drop",
  publish: "publish release share push upload",
  create: "create make write draft new add",
  search: "find search look list show any which",
};

/**
 * Holds back a call whose item or query comes from the line before, unless this line asks for it.
 * There are more ways to take something back, or to ask what came of it, than anyone can list or a
 * small model has seen, and few ways to ask for more of the same: so the few are what lets a call
 * through. What is held is not forbidden: the orchestrator decides.
 */
export function holdTakenBack(ranked: RankedCalls, line: LineEvidence): RankedCalls {
  if (line.before === undefined) return ranked;
  const said = heard(line);
  return heldBack(ranked, ({ call }) => (isHeld(call, line, said) ? SHARE_LEFT : 1));
}

/** Whether a line asks for the same as the one before, with or without something else. */
export function goesOn(line: LineEvidence): boolean {
  return line.before !== undefined && heard(line).goesOn;
}

/** What a line says of its own, whatever item is meant. */
interface Heard {
  words: readonly string[];
  clauses: readonly (readonly string[])[];
  stems: ReadonlySet<string>;
  /** It was read together with the line before. */
  isJoined: boolean;
  takesBack: boolean;
  negates: boolean;
  asks: boolean;
  goesOn: boolean;
  hasValue: boolean;
}

function heard({ text, reading }: LineEvidence): Heard {
  const plain = text.toLowerCase().replaceAll("’", "'");
  const words = wordsOf(plain);
  const parts = text.split(/\s+/u).filter((part) => part !== "");
  const opening = openingOf(words);
  return {
    words,
    clauses: plain.split(/[,;:.!?]+(?=\s|$)/u).map(wordsOf),
    stems: new Set(splitIdentifier(text).map(stemWord)),
    isJoined: reading.words.length > parts.length,
    takesBack: opening.some((word) => NO.test(word) || TAKES_BACK.has(word)),
    negates: words.some((word) => NO.test(word)),
    asks: asksAboutIt(words, plain),
    goesOn: words.some((word) => ONCE_MORE.has(word)) || GOES_ON.test(plain),
    hasValue: parts.some((part) => valueKindOf(part.replace(/[,;:.!?]+$/u, "")) !== undefined),
  };
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}']+/gu) ?? [];
}

/** The first word that is no lead-in, and the lead-ins before it. */
function openingOf(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !LEAD_IN.has(word));
  return first === -1 ? words : words.slice(0, first + 1);
}

function asksAboutIt(words: readonly string[], plain: string): boolean {
  if (ASKS_ON.test(plain)) return false;
  const first = words.find((word) => !INTERJECTIONS.has(word)) ?? "";
  if (ASKS_STATE.has(first) || /\bdo (?:you|we|they|i|these|those)\b/.test(plain)) return true;
  return (
    ASKS_WHAT.has(first) && words.slice(1).some((word) => POINTS.has(word) || ASKS_STATE.has(word))
  );
}

function isHeld(call: Call, line: LineEvidence, said: Heard): boolean {
  const named = namedHere(call, line, said);
  const isFromBefore = named.isPrevious || (said.isJoined && isLentBefore(call, line, said));
  if (!isFromBefore) return false;
  const isNamed = named.share > 0.99 || (named.share >= 0.5 && said.hasValue);
  if (said.takesBack || said.asks) return !isNamed;
  const isAsked = saysDoneBy(call, said.clauses);
  if (said.negates && named.share < 0.5) return !isAsked;
  return named.share === 0 && !said.goesOn && !isAsked;
}

/**
 * A call made of the words of both lines, of which this one gives too few. After a taking back that
 * is any call but one that undoes: "wrong file" does not validate a library.
 */
function isLentBefore(call: Call, line: LineEvidence, said: Heard): boolean {
  const { share } = namedHere(call, line, said);
  if (call.name === "search") return share < 1;
  if (said.takesBack && !said.words.some((word) => UNDOES.has(word))) return share < 0.5;
  return share === 0 && !line.hasPrevious;
}

/** In a clause of its own that says no nothing: "not needed any more, delete it". */
function saysDoneBy(call: Call, clauses: readonly (readonly string[])[]): boolean {
  const verbs = doneBy(call);
  return clauses.some(
    (words) => words.some((word) => verbs.has(word)) && !words.some((word) => NO.test(word)),
  );
}

function doneBy(call: Call): ReadonlySet<string> {
  const name = call.name === "execute" ? call.arguments.action : call.name;
  return new Set((DONE_BY[name] ?? "").split(" "));
}

/** How much of what a call is about stands in the line itself, 0 to 1. */
function namedHere(
  call: Call,
  { items }: LineEvidence,
  { stems }: Heard,
): { share: number; isPrevious: boolean } {
  if (call.name === "search")
    return { share: shareSaid(call.arguments.query, stems), isPrevious: false };
  const { item_type, item_id } = call.arguments;
  const item = items.find((each) => each.callId === item_id && each.item.item_type === item_type);
  if (item === undefined) return { share: shareSaid(item_id, stems), isPrevious: false };
  const byId = shareSaid(item_id.split("/").at(-1) ?? "", stems);
  return {
    share: byId === 0 && isDescribed(item, stems) ? 0.1 : byId,
    isPrevious: item.isPrevious,
  };
}

function shareSaid(text: string, stems: ReadonlySet<string>): number {
  const words = splitIdentifier(text).filter((word) => !STOP_WORDS.has(word));
  const said = words.filter((word) => stems.has(stemWord(word)));
  return words.length === 0 ? 0 : said.length / words.length;
}

function isDescribed({ item }: ItemEvidence, stems: ReadonlySet<string>): boolean {
  const about = [item.description, ...item.tags].flatMap(splitIdentifier);
  return about.some(
    (word) => word.length > 2 && !STOP_WORDS.has(word) && stems.has(stemWord(word)),
  );
}
