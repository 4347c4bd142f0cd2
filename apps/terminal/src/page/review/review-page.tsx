import { callOfWords } from "@lilux/core/calls";
import type { NewReview } from "@lilux/protocol";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { ThemeToggle } from "../view/theme-toggle.tsx";
import { CallChoices } from "./call-choices.tsx";
import { LabelCard } from "./label-card.tsx";
import type { ReviewDoor } from "./review-door.ts";
import { NO_REVIEWS, type ReviewWish, reduceReview, wishOfKey } from "./review-state.ts";

export interface ReviewPageProps {
  door: ReviewDoor;
  onQuit(): void;
}

/** Labels to judge, one by one, by single keys. They count while the page's main part has the focus. */
export function ReviewPage({ door, onQuit }: ReviewPageProps) {
  const [state, tell] = useReducer(reduceReview, NO_REVIEWS);
  const desk = useRef<HTMLElement>(null);
  const { queue, step, isBusy, isLoaded, judged, left, notice } = state;
  const [row] = queue;
  const failed = (thrown: unknown): void =>
    tell({ type: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) });

  const isEmpty = queue.length === 0;
  useEffect(() => {
    if (!isEmpty) return;
    door
      .next()
      .then(({ rows, left: others }) => tell({ type: "came", rows, left: others }), failed);
  }, [isEmpty, door]);
  // Before anything is painted: whoever sees the next label and presses a key is heard.
  useLayoutEffect(() => {
    if (step !== "writing") desk.current?.focus();
  }, [step]);

  async function send(review: NewReview): Promise<void> {
    tell({ type: "asked" });
    await door.review(review).then(() => tell({ type: "kept", review }), failed);
  }

  async function does(wish: ReviewWish): Promise<void> {
    switch (wish.type) {
      case "quit":
        return onQuit();
      case "step":
        return tell(wish);
      case "review":
        return send(wish.review);
      case "undo":
        tell({ type: "asked" });
        return door.undo().then((answer) => tell({ type: "undone", answer }), failed);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const wish = wishOfKey(state, event.key);
    if (wish === undefined) return;
    event.preventDefault();
    void does(wish);
  }

  function onWritten(text: string): void {
    const meant = callOfWords(text);
    if (meant === undefined) tell({ type: "failed", message: `${text} is no call.` });
    else if (row !== undefined) void send({ id: row.id, verdict: "fix", meant });
  }

  const rest = left + queue.length;
  return (
    <main class="review" ref={desk} tabIndex={-1} onKeyDown={onKeyDown}>
      <header class="review-head">
        <h1>Review labels</h1>
        <p class="quiet">
          {judged} judged, {rest} left
        </p>
        <ThemeToggle />
      </header>
      {row !== undefined && <LabelCard row={row} />}
      {row === undefined && isLoaded && (
        <p class="review-empty">
          There is no label to judge. Labels come of turns that people let be kept:{" "}
          <code>lilux flywheel show</code>.
        </p>
      )}
      {row !== undefined && step !== "judging" && (
        <CallChoices row={row} isWriting={step === "writing"} onWritten={onWritten} />
      )}
      <Keys
        isChoosing={step !== "judging"}
        isBusy={isBusy}
        onKey={(key) => {
          const wish = wishOfKey(state, key);
          if (wish !== undefined) void does(wish);
          desk.current?.focus();
        }}
      />
      <p class="review-notice" aria-live="polite">
        {notice}
      </p>
    </main>
  );
}

const JUDGING: [key: string, does: string][] = [
  ["a", "accept"],
  ["f", "fix"],
  ["r", "reject"],
  ["s", "skip"],
  ["u", "undo"],
  ["q", "quit"],
];
const CHOOSING: [key: string, does: string][] = [
  ["n", "no call"],
  ["t", "write it"],
  ["Escape", "back"],
];

interface KeysProps {
  isChoosing: boolean;
  isBusy: boolean;
  onKey(key: string): void;
}

/** Every key there is; each may be pressed with a pointer as well. */
function Keys({ isChoosing, isBusy, onKey }: KeysProps) {
  return (
    <section class="review-keys" aria-label="Keys">
      {(isChoosing ? CHOOSING : JUDGING).map(([key, does]) => (
        <button
          key={key}
          type="button"
          class="button"
          aria-disabled={isBusy}
          onClick={() => onKey(key)}
        >
          <kbd>{key === "Escape" ? "Esc" : key}</kbd> {does}
        </button>
      ))}
    </section>
  );
}
