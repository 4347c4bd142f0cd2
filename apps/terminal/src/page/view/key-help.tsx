import { useEffect, useRef } from "preact/hooks";
import { ACCEPT_KEYS, acceptLabel, isAcceptKey } from "../state/accept-key.ts";
import { AcceptLabel } from "./accept-label.tsx";
import { isApple } from "./is-apple.ts";
import { useController, useSelected } from "./terminal-context.ts";

/** Option writes signs on a Mac, so there Ctrl takes Alt's part. */
const RANK_MODIFIER = isApple() ? "Ctrl" : "Alt";

const KEYS: [keys: string[], does: string][] = [
  [["→"], "At the end of the line: to the inputs of the first suggestion. Enter there runs it."],
  [[RANK_MODIFIER, "1…9"], "Run the suggestion of that rank, at any time."],
  [
    ["1…9"],
    "The same without it, once you pause after a letter and the key caps light up. After a space, or while you type on, a digit is text; so is every key that writes a letter or a sign.",
  ],
  [["Enter"], "What the line under the prompt says: run, check first, confirm, or ask."],
  [["Ctrl", "E"], "Ask the orchestrator, whatever the prediction."],
  [
    ["↓"],
    "Into the list; Enter runs or opens the marked row. On an empty line: the lines of before.",
  ],
  [["↑"], "Earlier lines; ↓ comes back to the one you were typing."],
  [["Esc"], "Leave the list, cancel the running turn, or clear the line."],
  [["Y", "N"], "Answer a confirm. N, Enter and Esc all decline."],
  [["F2"], "To the first call of somebody else that waits for your yes."],
  [["Shift", "Enter"], "A new line."],
  [["Ctrl", "L"], "Clear the history on the page."],
  [["PgUp", "PgDn"], "Scroll the history."],
  [
    [">", "@", "/", "?"],
    "At the start of a line: run something, open any item, look among scripts, directives or knowledge, ask.",
  ],
  [["F1"], "Show or hide this list."],
];

/** Every key there is. */
export function KeyHelp() {
  const controller = useController();
  const open = useSelected((state) => state.helpOpen);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="key-help"
      aria-labelledby="key-help-title"
      onClose={() => controller.toggleHelp(false)}
      onKeyDown={(event) => {
        if (event.key !== "F1" && event.key !== "?") return;
        event.preventDefault();
        controller.toggleHelp(false);
      }}
    >
      <h2 id="key-help-title">Keys</h2>
      <dl>
        <div>
          <dt>
            <AcceptLabel />
          </dt>
          <dd>
            Run the first suggestion, or the marked one; where it needs something, go to the field
            that asks for it. Of items to look at it marks the next.
            <AcceptKeyChoice />
          </dd>
        </div>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={() => controller.toggleHelp(false)}>
        Close
      </button>
    </dialog>
  );
}

/** Whoever wants Tab to move the focus, as everywhere else, takes another key. */
function AcceptKeyChoice() {
  const controller = useController();
  const chosen = useSelected((state) => state.acceptKey);
  return (
    <label class="accept-key">
      Accept with
      <select
        value={chosen}
        onChange={({ currentTarget: { value } }) => {
          if (isAcceptKey(value)) controller.chooseAcceptKey(value);
        }}
      >
        {ACCEPT_KEYS.map((key) => (
          <option key={key} value={key}>
            {acceptLabel(key)}
          </option>
        ))}
      </select>
    </label>
  );
}
