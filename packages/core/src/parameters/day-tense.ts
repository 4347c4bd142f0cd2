import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";

/** Whether days without a year are of what was or of what is to come. */
export type DayTense = "past" | "ahead";

const WAS =
  /\b(?:was|were|had|happened|has been|have been|occurred|took place|came|went|so far|in the past|past|previous|born|birth(?:day)?)\b/iu;
const WILL =
  /\b(?:will|shall|due|deadline|deliver(?:y|ed by)|pick ?up|expir\w+|valid from|from which|takes effect|upcoming|planned|to come|going to|no later than|remind)\b/iu;
/** Of an input's name, each by the form of its verb or by what it means. */
const NAMED_WAS =
  /^(?:since|received|filled|paid|sent|held|happened|bought|taken|made|born|birthday|issued|occurred|arrived|left|done|seen|reported|finished|completed|ended|measured|recorded|visited|sold|founded|admitted|last)$/;
const NAMED_WILL =
  /^(?:due|deadline|deliver|delivery|pickup|expires?|expiry|valid|return|departure|remind)$/;
/** What is asked for: what is planned lies ahead, what is written down or counted has been. */
const PLANS = new Set(
  (
    "book plan schedule reserve order invite deliver postpone move remind reminder appointment prepare arrange start open " +
    "launch set announce extend renew request rent hire lend change call upcoming agenda"
  ).split(" "),
);
const LOOKS_BACK = new Set(
  (
    "record log report list takings history count sum total add adds note writes register file export attendance absences " +
    "measure measured statistics stats usage spent sold received expense reading readings summarise summarize compare " +
    "what was were who audit changes changed review archive find"
  ).split(" "),
);
const SAID_WAS =
  /\b(?:was|were|had|happened|came|went|took|gave|got|broke|did|made|bought|sold|paid|left|fell|saw|since|yesterday|so far|\p{L}{3,}ed)\b/iu;
const SAID_WILL = /\b(?:will|shall|going to|upcoming|tomorrow|due|next)\b|\b\p{L}+'ll\b/iu;

/** Told by what an input is said to be; undefined where that leaves it open. */
export function tenseOfInput({ name, description = "" }: InputSpec): DayTense | undefined {
  const words = splitIdentifier(name);
  return one({
    past: words.some((word) => NAMED_WAS.test(word)) || WAS.test(description),
    ahead: words.some((word) => NAMED_WILL.test(word)) || WILL.test(description),
  });
}

/** Told by what the item does, its id first, and then by the line's own verbs. */
export function tenseOfRequest(
  text: string,
  { idWords, knownWords }: { idWords: readonly string[]; knownWords: ReadonlySet<string> },
): DayTense | undefined {
  const [planned, back] = [among(PLANS, idWords), among(LOOKS_BACK, idWords)];
  return (
    one({ past: back, ahead: planned }) ??
    one({ past: SAID_WAS.test(text), ahead: SAID_WILL.test(text) }) ??
    one({ past: among(LOOKS_BACK, knownWords), ahead: among(PLANS, knownWords) })
  );
}

function among(words: ReadonlySet<string>, said: Iterable<string>): boolean {
  for (const word of said) if (words.has(word)) return true;
  return false;
}

function one({ past, ahead }: Record<DayTense, boolean>): DayTense | undefined {
  if (past === ahead) return undefined;
  return past ? "past" : "ahead";
}
