import { type EnterHint, enterHint } from "../state/enter-hint.ts";
import type { LineExcess } from "../state/line-excess.ts";
import { degradedOf } from "../state/selectors.ts";
import type { TerminalState } from "../state/terminal-state.ts";
import type { BrowseWish } from "../text/browse-wish.ts";
import { CallView } from "./call-view.tsx";
import { useSelected } from "./terminal-context.ts";

const LEADS = {
  commit: "runs",
  run: "runs",
  confirm: "asks you to confirm",
  verify: "checks with the orchestrator, then runs",
} as const;

const BROWSES = {
  script: "lists all scripts",
  directive: "lists all directives",
  knowledge: "lists all knowledge",
  runnable: "lists what can be run",
  all: "lists the library",
  help: "says what can be done here",
} as const satisfies Record<BrowseWish, string>;

/** One line that says what Enter will do now. Its height never changes. */
export function EnterHintLine() {
  // Selected as a whole on purpose: the hint follows line, prediction, policy and connection.
  const state = useSelected(hintState);
  const hint = enterHint(state);
  const degraded = degradedOf(state.prediction);
  return (
    <div class="hint-line" id="enter-hint">
      <span class="hint">{hintText(hint)}</span>
      {degraded.length > 0 && (
        <span class="degraded" role="status">
          Reduced: {degraded.join(", ")}
        </span>
      )}
      <span class="hint-keys" aria-hidden="true">
        <kbd>Ctrl</kbd>
        <kbd>E</kbd> ask{" "}
        <span class="wide-only">
          · <kbd>↑</kbd> history · <kbd>F1</kbd> keys
        </span>
      </span>
    </div>
  );
}

function hintText(hint: EnterHint) {
  switch (hint.does) {
    case "nothing":
      return (
        <span class="quiet">
          <kbd>↓</kbd> what you did before
          <span class="wide-only">
            {" "}
            · <kbd>&gt;</kbd> run · <kbd>@</kbd> open · <kbd>?</kbd> ask
          </span>
        </span>
      );
    case "wait":
      return (
        <span class="quiet">
          <kbd>Enter</kbd> sends the line; what it means is not known yet
        </span>
      );
    case "keep":
      return (
        <>
          <kbd>Enter</kbd> keeps the line and sends it once connected
        </>
      );
    case "recall":
      return (
        <>
          <kbd>Enter</kbd> puts this line into the prompt
        </>
      );
    case "browse":
      return (
        <>
          <kbd>Enter</kbd> {BROWSES[hint.wish]}
        </>
      );
    case "choose":
      return (
        <>
          <kbd>↓</kbd> chooses from the list, then <kbd>Enter</kbd>
        </>
      );
    case "ask":
      return (
        <>
          <kbd>Enter</kbd> asks the orchestrator
        </>
      );
    case "refuse":
      return (
        <strong class="too-long" role="status">
          {sayExcess(hint.excess)}
        </strong>
      );
    case "commit":
    case "run":
    case "confirm":
    case "verify":
      return (
        <>
          <kbd>Enter</kbd> {LEADS[hint.does]} <CallView call={hint.call} />
        </>
      );
  }
}

function sayExcess({ characters, charactersOver, bytesOver }: LineExcess): string {
  if (charactersOver > 0) {
    const [all, over] = [characters, charactersOver].map((count) => count.toLocaleString("en"));
    return `The line is too long: ${all} characters, ${over} more than may be sent. Nothing was cut; shorten it.`;
  }
  return `The line is too long: ${bytesOver.toLocaleString("en")} bytes more than may be sent. Nothing was cut; shorten it.`;
}

function hintState(state: TerminalState): TerminalState {
  return state;
}
