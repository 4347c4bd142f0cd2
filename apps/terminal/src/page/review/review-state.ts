import type { Call, NewReview, ReviewRow, ReviewUndone } from "@lilux/protocol";

/** What a reviewer sees. One label at a time is judged; `isBusy` while a verdict is on its way. */
export interface ReviewState {
  queue: readonly ReviewRow[];
  /** `choosing`: which call was meant; `writing`: it is written. */
  step: "judging" | "choosing" | "writing";
  isBusy: boolean;
  /** False until the first labels came. */
  isLoaded: boolean;
  judged: number;
  /** Of labels that are not on the page, by all rules. */
  left: number;
  /** What is said of the last key. */
  notice: string;
}

export const NO_REVIEWS: ReviewState = {
  queue: [],
  step: "judging",
  isBusy: true,
  isLoaded: false,
  judged: 0,
  left: 0,
  notice: "",
};

export type ReviewEvent =
  | { type: "came"; rows: readonly ReviewRow[]; left: Readonly<Record<string, number>> }
  | { type: "step"; step: ReviewState["step"] }
  | { type: "asked" }
  | { type: "kept"; review: NewReview }
  | { type: "undone"; answer: ReviewUndone }
  | { type: "failed"; message: string };

export function reduceReview(state: ReviewState, event: ReviewEvent): ReviewState {
  switch (event.type) {
    case "came": {
      const left = Object.values(event.left).reduce((a, b) => a + b, 0);
      return { ...state, queue: event.rows, left, isBusy: false, isLoaded: true };
    }
    case "step":
      return { ...state, step: event.step, notice: "" };
    case "asked":
      return { ...state, isBusy: true };
    case "kept":
      return {
        ...state,
        queue: state.queue.filter(({ id }) => id !== event.review.id),
        step: "judging",
        isBusy: false,
        judged: state.judged + 1,
        notice: SAID[event.review.verdict],
      };
    case "undone":
      return undone(state, event.answer);
    case "failed":
      return { ...state, isBusy: false, isLoaded: true, notice: event.message };
  }
}

const SAID: Readonly<Record<NewReview["verdict"], string>> = {
  accept: "Accepted.",
  fix: "Fixed.",
  reject: "Rejected.",
  skip: "Skipped.",
};

function undone(state: ReviewState, { undone: last, row }: ReviewUndone): ReviewState {
  const now = { ...state, step: "judging", isBusy: false } as const;
  if (last === null) return { ...now, notice: "There is nothing to take back." };
  const queue =
    row === null ? state.queue : [row, ...state.queue.filter(({ id }) => id !== row.id)];
  const judged = Math.max(0, state.judged - 1);
  return { ...now, queue, judged, notice: `Taken back: ${last.verdict}.` };
}

const CHOICES_MAX = 9;

/** What was shown and what was done, each once: what may have been meant. */
export function choicesOf({ shown, done }: ReviewRow): Call[] {
  const calls = [...shown, ...done].map(({ call }) => call);
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()].slice(
    0,
    CHOICES_MAX,
  );
}

/** What a key asks for, of the label that is judged. */
export type ReviewWish =
  | { type: "review"; review: NewReview }
  | { type: "step"; step: ReviewState["step"] }
  | { type: "undo" }
  | { type: "quit" };

export function wishOfKey(state: ReviewState, key: string): ReviewWish | undefined {
  const [row] = state.queue;
  if (state.step === "writing") {
    return key === "Escape" ? { type: "step", step: "choosing" } : undefined;
  }
  if (key === "q") return { type: "quit" };
  if (state.isBusy) return undefined;
  if (state.step === "choosing") return row && wishOfChoice(row, key);
  if (key === "u") return { type: "undo" };
  if (row === undefined) return undefined;
  if (key === "f") return { type: "step", step: "choosing" };
  const verdict = VERDICTS[key];
  return verdict && { type: "review", review: { id: row.id, verdict } };
}

const VERDICTS: Readonly<Record<string, "accept" | "reject" | "skip">> = {
  a: "accept",
  r: "reject",
  s: "skip",
};

function wishOfChoice(row: ReviewRow, key: string): ReviewWish | undefined {
  if (key === "Escape") return { type: "step", step: "judging" };
  if (key === "t") return { type: "step", step: "writing" };
  const meant = key === "n" ? null : choicesOf(row)[Number(key) - 1];
  if (meant === undefined) return undefined;
  return { type: "review", review: { id: row.id, verdict: "fix", meant } };
}
