import type { CallEntry, Entry, Turn } from "../state/terminal-state.ts";
import { formatCount, formatMs } from "../text/format.ts";
import { CallCard } from "./call-card.tsx";
import { CallView } from "./call-view.tsx";
import { ConfirmCard } from "./confirm-card.tsx";
import { CopyButton } from "./copy-button.tsx";
import { ErrorView } from "./error-view.tsx";
import { LibraryView } from "./library-view.tsx";
import { Markdown } from "./markdown.tsx";
import { memo } from "./memo.ts";
import { PlanView } from "./steps-view.tsx";
import { useController } from "./terminal-context.ts";
import { isAnswered, ThoughtsView } from "./thoughts-view.tsx";

const PATHS = {
  fast: "Ran at once",
  verify: "The orchestrator checked it first",
  slow: "The orchestrator decided",
} as const;

export interface TurnViewProps {
  turn: Turn;
  /** The call whose confirm has the focus, when it is one of this turn's. */
  confirmCallId: string | null;
}

/** One committed line and everything that came of it. */
export const TurnView = memo(({ turn, confirmCallId }: TurnViewProps) => (
  <li class={`turn turn-${turn.phase}`}>
    <header class="turn-head">
      <span class="line-mark" aria-hidden="true">
        ❯
      </span>
      <h2 class="turn-text" dir="auto">
        {turn.text === "" ? "(from an earlier page)" : turn.text}
      </h2>
      <TurnMark turn={turn} />
    </header>
    <div class="turn-body">
      {turn.steps.length > 0 && <PlanView steps={turn.steps} />}
      {turn.thoughts !== null && (
        <ThoughtsView thoughts={turn.thoughts} isOver={isAnswered(turn)} />
      )}
      {turn.entries.map((entry, at) => (
        <EntryView key={at} turn={turn} entry={entry} confirmCallId={confirmCallId} />
      ))}
      {waits(turn) && <Waiting turn={turn} />}
      {turn.error !== null && !isShown(turn) && <ErrorView error={turn.error} />}
      {turn.phase === "ended" && <TurnFoot turn={turn} />}
    </div>
  </li>
));

function TurnMark({ turn }: { turn: Turn }) {
  return (
    <span class="turn-mark">
      {turn.kind === "ask" && <span class="quiet">asked</span>}
      {turn.path !== null && (
        <span class={`path path-${turn.path}`} title={PATHS[turn.path]}>
          {turn.path}
        </span>
      )}
    </span>
  );
}

interface EntryViewProps {
  turn: Turn;
  entry: Entry;
  confirmCallId: string | null;
}

function EntryView({ turn, entry, confirmCallId }: EntryViewProps) {
  switch (entry.kind) {
    case "text":
      return <Markdown text={entry.text} />;
    case "call":
      return <CallCard entry={entry} folded={isLookup(turn, entry)} />;
    case "library":
      return <LibraryView listId={turn.turnId} wish={entry.wish} />;
    case "confirm":
      return (
        <ConfirmCard turnId={turn.turnId} entry={entry} focused={entry.callId === confirmCallId} />
      );
  }
}

/** In a turn the orchestrator leads, its searches and loads are the way, not the answer. */
function isLookup(turn: Turn, { call }: CallEntry): boolean {
  return turn.path === "slow" && call.name !== "execute";
}

const WAITING = {
  sending: "Sending",
  accepted: "Accepted",
  running: "Working",
  ended: "",
} as const;

/** Whether the turn goes on without anything on the page showing it. */
function waits(turn: Turn): boolean {
  if (turn.phase === "ended") return false;
  return !turn.entries.some(
    (entry) =>
      (entry.kind === "call" && entry.state === "running") ||
      (entry.kind === "confirm" && entry.answer === null),
  );
}

function Waiting({ turn }: { turn: Turn }) {
  return (
    <p class="waiting">
      <span class="call-state call-state-running" aria-hidden="true" />
      <span class="quiet">
        {WAITING[turn.phase]}
        {turn.phase !== "sending" && (
          <>
            {" · "}
            <kbd>Esc</kbd> cancels
          </>
        )}
      </span>
      {turn.chosen !== null && turn.entries.length === 0 && <CallView call={turn.chosen} />}
    </p>
  );
}

function TurnFoot({ turn }: { turn: Turn }) {
  const controller = useController();
  const rate = (rating: "up" | "down") => (
    <button
      type="button"
      class={`rate rate-${rating}`}
      aria-label={rating === "up" ? "This was right" : "This was wrong"}
      title={rating === "up" ? "This was right" : "This was wrong"}
      aria-pressed={turn.rating === rating}
      onClick={() => controller.rate(turn.turnId, rating)}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M6 9v8H3V9zm1.5 0L11 2.5c1.4 0 2.2 1 2 2.3L12.5 8H16a1.6 1.6 0 0 1 1.6 1.9l-1 5.6A1.8 1.8 0 0 1 14.800 17H7.500z" />
      </svg>
    </button>
  );
  if (turn.isLocal === true) return null;
  return (
    <footer class="turn-foot">
      {rate("up")}
      {rate("down")}
      {answerOf(turn) !== "" && <CopyButton text={answerOf(turn)} what="the answer" />}
      <span class="quiet">{footOf(turn).join(" · ")}</span>
    </footer>
  );
}

function answerOf({ entries }: Turn): string {
  return entries.flatMap((entry) => (entry.kind === "text" ? [entry.text] : [])).join("\n\n");
}

function footOf({ usage, outcome }: Turn): string[] {
  const facts: string[] = [];
  if (outcome !== null && outcome !== "completed") facts.push(outcome);
  if (usage === null) return facts;
  facts.push(formatMs(usage.durationMs));
  if (usage.calls > 0) facts.push(formatCount(usage.calls, "call"));
  if (usage.model !== "") facts.push(usage.model);
  if (usage.completionTokens !== undefined) facts.push(`${usage.completionTokens} tokens`);
  return facts;
}

/** Whether a failed call already says what the turn's error says. */
function isShown(turn: Turn): boolean {
  return turn.entries.some(
    (entry) => entry.kind === "call" && entry.error?.message === turn.error?.message,
  );
}
