import type { Candidate } from "@lilux/protocol";
import { closestGuess, digitsCommit, shownCandidates } from "../state/selectors.ts";
import type { ShownCandidate } from "../state/terminal-state.ts";
import { CallGaps } from "./call-gaps.tsx";
import { CallView } from "./call-view.tsx";
import { ConfidenceBar } from "./confidence-bar.tsx";
import { EffectBadge } from "./effect-badge.tsx";
import { memo } from "./memo.ts";
import { useController, useSelected } from "./terminal-context.ts";

export const SUGGESTIONS_ID = "suggestions";

export function suggestionId(index: number): string {
  return `suggestion-${index}`;
}

/** The ranked calls under the line. It lies over the history, so that nothing moves. */
export function Suggestions() {
  const candidates = useSelected(shownCandidates);
  const closest = useSelected(closestGuess);
  const show = useSelected((state) => state.thresholds.show);
  const active = useSelected((state) => state.active);
  const armed = useSelected(digitsCommit);
  if (candidates.length === 0) return <NoSuggestions closest={closest} />;
  return (
    <div
      id={SUGGESTIONS_ID}
      class={`suggestions ${armed ? "digits-armed" : ""}`}
      role="listbox"
      aria-label="Predicted calls, best first"
    >
      {candidates.map((candidate, index) => (
        <Suggestion
          key={index}
          index={index}
          candidate={candidate}
          active={active === index}
          faint={candidate.confidence < show}
        />
      ))}
    </div>
  );
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
        {index === 0 && <kbd>Tab</kbd>}
        {index > 0 && <kbd class="digit">{index + 1}</kbd>}
      </span>
      <span class="suggestion-call">
        <CallView call={candidate.call} />
        <CallGaps {...candidate} />
      </span>
      <span class={`ready ${candidate.ready ? "is-ready" : ""}`}>
        {candidate.ready ? "ready" : ""}
      </span>
      <EffectBadge effect={candidate.effect} />
      <ConfidenceBar share={candidate.confidence} label="confidence" />
    </div>
  );
});

/** Too doubtful to offer: said, so that silence is not taken for slowness. */
function NoSuggestions({ closest }: { closest: Candidate | null }) {
  if (closest === null) return null;
  return (
    <div class="suggestions closest">
      <span class="closest-label">Closest guess</span>
      <CallView call={closest.call} />
      <ConfidenceBar share={closest.confidence} label="confidence" />
    </div>
  );
}
