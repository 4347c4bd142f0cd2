import { callOfWords, describeCall } from "@lilux/core/calls";
import type {
  Call,
  NewReview,
  ReviewRow,
  ReviewRows,
  ReviewTaken,
  ReviewUndone,
} from "@lilux/protocol";
import type { Print } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";
import type { Keys } from "./keys-of.ts";
import { printReviewRow } from "./print-review-row.ts";

/** Where labels come from and verdicts go. */
export interface ReviewDoor {
  next(): Promise<ReviewRows>;
  review(review: NewReview): Promise<ReviewTaken>;
  undo(): Promise<ReviewUndone>;
}

interface Desk {
  keys: Pick<Keys, "next">;
  print: Print;
}

const HELP = "a accept  f fix  r reject  s skip  u undo  q quit";
const VERDICTS: Readonly<Record<string, "accept" | "reject" | "skip">> = {
  a: "accept",
  r: "reject",
  s: "skip",
};

/** Shows label after label and takes a key for each, until there are none or somebody quits. */
export async function reviewByKeys(door: ReviewDoor, desk: Desk): Promise<void> {
  const { print } = desk;
  let judged = 0;
  let queue: ReviewRow[] = [];
  for (;;) {
    if (queue.length === 0) queue = [...(await door.next()).rows];
    const [row] = queue;
    if (row === undefined) {
      print("There is no label left to judge.");
      break;
    }
    printReviewRow(row, print);
    print(style.dim(HELP));
    const review = await verdictOf(row, desk);
    if (review === "quit") break;
    if (review === "undo") {
      const { undone, row: again } = await door.undo();
      print(undone === null ? "There is nothing to take back." : `Taken back: ${undone.verdict}.`);
      if (undone !== null) judged -= 1;
      if (again !== null) queue = [again, ...queue.filter(({ id }) => id !== again.id)];
      continue;
    }
    const { verdict } = await door.review(review);
    print(`${verdict}.`);
    judged += 1;
    queue = queue.slice(1);
  }
  print(line`${judged} judged. ${style.bold("lilux flywheel noise")} says what that shows.`);
}

async function verdictOf(row: ReviewRow, desk: Desk): Promise<NewReview | "undo" | "quit"> {
  for (;;) {
    const key = await desk.keys.next();
    if (key === undefined || key === "q") return "quit";
    if (key === "u") return "undo";
    const verdict = VERDICTS[key];
    if (verdict !== undefined) return { id: row.id, verdict };
    if (key !== "f") continue;
    const meant = await meantCall(row, desk);
    if (meant !== undefined) return { id: row.id, verdict: "fix", meant };
    desk.print(style.dim(HELP));
  }
}

/** The call that was meant: one of those at hand, none, or one that is written. Undefined: they thought better of it. */
async function meantCall(row: ReviewRow, { keys, print }: Desk): Promise<Call | null | undefined> {
  const choices = choicesOf(row);
  for (const [index, call] of choices.entries()) {
    print(line`  ${style.bold(index + 1)} ${describeCall(call)}`);
  }
  print(line`  ${style.bold("n")} no call   ${style.bold("t")} write it   any other key: back`);
  const key = await keys.next();
  if (key === "n") return null;
  if (key === "t") return writtenCall({ keys, print });
  return choices[Number(key) - 1];
}

async function writtenCall({ keys, print }: Desk): Promise<Call | undefined> {
  print("search <type> <words>, load <type> <id>, run <type> <id>; then Enter:");
  let text = "";
  for (;;) {
    const key = await keys.next();
    if (key === undefined || key === "\u001b") return undefined;
    if (key === "\r" || key === "\n") break;
    text = key === "\u007f" || key === "\b" ? text.slice(0, -1) : text + key;
  }
  const call = callOfWords(text);
  print(call === undefined ? `${text} is no call.` : describeCall(call));
  return call;
}

const CHOICES_MAX = 9;

/** What was shown and what was done, each once. */
function choicesOf({ shown, done }: ReviewRow): Call[] {
  const calls = [...shown, ...done].map(({ call }) => call);
  const known = new Map(calls.map((call) => [JSON.stringify(call), call]));
  return [...known.values()].slice(0, CHOICES_MAX);
}
