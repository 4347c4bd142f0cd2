import { useEffect } from "preact/hooks";
import { recentLines } from "../text/past-lines.ts";
import { AcceptLabel } from "./accept-label.tsx";
import { BrokenItems } from "./broken-items.tsx";
import { LINE_ID } from "./line-id.ts";
import { useController, useSelected } from "./terminal-context.ts";
import { Welcome } from "./welcome.tsx";

const EXAMPLES = [
  ["find email scripts", "searches the library"],
  ["load the clean_csv directive", "opens one item"],
  ["how do I plan an on-call rota?", "asks the orchestrator"],
  ["what can you do", "lists what there is"],
] as const;

const WAY_IN = ["what can you do", "lists what there is"] as const;

/** What the page says before the first line. */
export function EmptyState() {
  const controller = useController();
  const inputs = useSelected((state) => state.inputs);
  const recents = recentLines(inputs).map((text) => [text, "from before"] as const);
  const offered = recents.length === 0 ? EXAMPLES : [...recents.slice(0, 5), WAY_IN];
  const phase = useSelected((state) => state.connection.phase);
  const library = useSelected((state) => state.library);
  useEffect(() => {
    if (phase === "open") controller.lookAtLibrary();
  }, [phase, controller]);
  function fill(text: string): void {
    controller.type(text);
    document.getElementById(LINE_ID)?.focus();
  }
  if (library?.total === 0 && library.broken.length === 0) return <Welcome />;
  return (
    <div class="empty">
      <p class="empty-lead">
        Type what you want done. The call you mean appears while you type; <AcceptLabel /> runs it.
      </p>
      <ul>
        {offered.map(([text, does]) => (
          <li key={text}>
            <button type="button" class="example" onClick={() => fill(text)}>
              <span class="line-mark" aria-hidden="true">
                ❯
              </span>
              <span class="example-text">{text}</span>
              <span class="quiet">{does}</span>
            </button>
          </li>
        ))}
      </ul>
      {library !== null && <BrokenItems broken={library.broken} />}
      {phase === "connecting" && <p class="quiet">Connecting to the server…</p>}
    </div>
  );
}
