import type { Candidate, ResultPreview } from "@lilux/protocol";
import { type Row, rowsOf, wishOf } from "../state/rows.ts";
import { closestGuess, digitsCommit } from "../state/selectors.ts";
import type { ShownCandidate, TerminalState } from "../state/terminal-state.ts";
import { AcceptLabel } from "./accept-label.tsx";
import { CallGaps } from "./call-gaps.tsx";
import { CallView } from "./call-view.tsx";
import { ConfidenceBar } from "./confidence-bar.tsx";
import { EffectBadge } from "./effect-badge.tsx";
import { Fields } from "./fields.tsx";
import { MatchRow } from "./match-row.tsx";
import { memo } from "./memo.ts";
import { useController, useSelected } from "./terminal-context.ts";

export const SUGGESTIONS_ID = "suggestions";

export function suggestionId(index: number): string {
  return `suggestion-${index}`;
}

/** What is listed under the line. It lies over the history, so that nothing moves. */
export function Suggestions() {
  // Selected as a whole: the rows follow line, prediction, library and what was typed before.
  const state = useSelected(wholeState);
  const rows = rowsOf(state);
  const closest = closestGuess(state);
  const isRanked = rows[0]?.kind === "call";
  const isLooking = rows[0]?.kind === "recent" || wishOf(state.line.text) !== null;
  const held = isRanked || isLooking ? null : state.held;
  const wish = state.line.text === "" ? null : wishOf(state.line.text);
  if (wish === "help") return <HelpRow />;
  if (rows.length === 0 && held === null && closest === null) return null;
  return (
    <div class={`suggestions ${digitsCommit(state) ? "digits-armed" : ""}`}>
      {isRanked && <Fields state={state} />}
      {held !== null && <Held candidate={held} />}
      {held === null && !isRanked && closest !== null && <Closest closest={closest} />}
      {rows.length > 0 && <RowList state={state} rows={rows} />}
    </div>
  );
}

/** The answer to "help", before it is asked for. */
function HelpRow() {
  return (
    <div class="suggestions">
      <p class="list-lead quiet" data-offer="browse help">
        Say what you want done. At the start of a line <kbd>&gt;</kbd> runs something, <kbd>@</kbd>{" "}
        opens any item, <kbd>/scripts</kbd> looks among one kind, and <kbd>?</kbd> asks the
        orchestrator. <kbd>F1</kbd> shows every key.
      </p>
    </div>
  );
}

const LABELS = {
  call: "Predicted calls, best first",
  match: "Items to look at",
  recent: "Lines of before, on this device only",
} as const;

function RowList({ state, rows }: { state: TerminalState; rows: Row[] }) {
  const kind = rows[0]?.kind ?? "match";
  return (
    <>
      {kind !== "call" && <ListLead state={state} kind={kind} />}
      <div id={SUGGESTIONS_ID} role="listbox" aria-label={LABELS[kind]}>
        {rows.map((row, index) => (
          <RowView
            key={index}
            row={row}
            index={index}
            active={state.active === index}
            faint={row.kind === "call" && row.candidate.confidence < state.thresholds.show}
          />
        ))}
      </div>
      {kind === "recent" && <ForgetRecents />}
    </>
  );
}

function ListLead({ state, kind }: { state: TerminalState; kind: "match" | "recent" }) {
  const wish = wishOf(state.line.text);
  const isBrowsed = kind === "match" && wish !== null;
  const what = isBrowsed ? "In the library" : "Items that match";
  return (
    <p class="list-lead quiet" data-offer={isBrowsed ? `browse ${wish}` : undefined}>
      {kind === "recent" ? LABELS.recent : what} · <kbd>↓</kbd> chooses one
    </p>
  );
}

function ForgetRecents() {
  const controller = useController();
  return (
    <button
      type="button"
      class="button forget"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => controller.clearRecents()}
    >
      Forget these lines
    </button>
  );
}

interface RowViewProps {
  row: Row;
  index: number;
  active: boolean;
  faint: boolean;
}

function RowView({ row, index, active, faint }: RowViewProps) {
  switch (row.kind) {
    case "call":
      return <Suggestion candidate={row.candidate} index={index} active={active} faint={faint} />;
    case "match":
      return <MatchRow match={row.match} id={suggestionId(index)} index={index} active={active} />;
    case "recent":
      return <RecentRow text={row.text} index={index} active={active} />;
  }
}

interface SuggestionProps {
  index: number;
  candidate: ShownCandidate;
  active: boolean;
  faint: boolean;
}

const Suggestion = memo(({ index, candidate, active, faint }: SuggestionProps) => {
  const controller = useController();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the line's, by aria-activedescendant
    <div
      id={suggestionId(index)}
      class={`suggestion ${faint ? "faint" : ""}`}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => controller.perform({ do: "commit", index })}
    >
      <span class="suggestion-keys" aria-hidden="true">
        {index === 0 && <AcceptLabel />}
        {index > 0 && <kbd class="digit">{index + 1}</kbd>}
      </span>
      <span class="suggestion-call">
        <CallView call={candidate.call} />
        <CallGaps {...candidate} />
        {index === 0 && candidate.preview !== undefined && <Preview preview={candidate.preview} />}
      </span>
      <span class={`ready ${candidate.ready ? "is-ready" : ""}`}>
        {candidate.ready ? "ready" : ""}
      </span>
      <EffectBadge effect={candidate.effect} />
      <ConfidenceBar share={candidate.confidence} label="confidence" />
    </div>
  );
});

/** What a search that is ready has found, before it is asked for. */
function Preview({ preview: { hits, total } }: { preview: ResultPreview }) {
  if (total === 0) return <span class="preview quiet">finds nothing</span>;
  const more = total - hits.length;
  return (
    <span class="preview">
      {hits.map(({ item_type, item_id, description }) => (
        <span key={`${item_type}:${item_id}`} class="preview-hit">
          <bdi class="preview-id">{item_id}</bdi>{" "}
          <span class="quiet" dir="auto">
            {description}
          </span>
        </span>
      ))}
      {more > 0 && <span class="quiet">and {more} more</span>}
    </span>
  );
}

/** The call that led and gave way to no other yet. No key runs it. */
function Held({ candidate }: { candidate: ShownCandidate }) {
  return (
    <div class="suggestion is-held">
      <span class="suggestion-keys" />
      <span class="suggestion-call">
        <CallView call={candidate.call} />
      </span>
      <span class="ready" />
      <EffectBadge effect={candidate.effect} />
      <span class="quiet held-word">was likely</span>
    </div>
  );
}

/** Too doubtful to offer: said, so that silence is not taken for slowness. */
function Closest({ closest }: { closest: Candidate }) {
  return (
    <div class="closest">
      <span class="closest-label">Closest guess</span>
      <CallView call={closest.call} />
      <ConfidenceBar share={closest.confidence} label="confidence" />
    </div>
  );
}

function RecentRow({ text, index, active }: { text: string; index: number; active: boolean }) {
  const controller = useController();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the line's, by aria-activedescendant
    <div
      id={suggestionId(index)}
      class="match recent"
      role="option"
      tabIndex={-1}
      aria-selected={active}
      data-offer="recent"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => controller.perform({ do: "commit", index })}
    >
      <span class="match-name" dir="auto">
        {text}
      </span>
    </div>
  );
}

function wholeState(state: TerminalState): TerminalState {
  return state;
}
