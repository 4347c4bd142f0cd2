import { openConfirm } from "../state/selectors.ts";
import { EmptyState } from "./empty-state.tsx";
import { useSelected } from "./terminal-context.ts";
import { TurnView } from "./turn-view.tsx";

export const TRANSCRIPT_ID = "transcript";

/** The history, newest first, next to the line. */
export function Transcript() {
  const turns = useSelected((state) => state.turns);
  const confirming = useSelected((state) => openConfirm(state)?.entry ?? null);
  const confirmTurn = useSelected((state) => openConfirm(state)?.turn.turnId ?? null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
    <main id={TRANSCRIPT_ID} class="transcript" tabIndex={0} aria-label="History, newest first">
      {turns.length === 0 ? (
        <EmptyState />
      ) : (
        <ol class="turns">
          {turns.map((turn) => (
            <TurnView
              key={turn.turnId}
              turn={turn}
              confirmCallId={turn.turnId === confirmTurn ? (confirming?.callId ?? null) : null}
            />
          ))}
        </ol>
      )}
    </main>
  );
}
