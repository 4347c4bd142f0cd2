import type { CallEntry } from "../state/terminal-state.ts";
import { formatMs } from "../text/format.ts";
import { resultKind } from "../text/result-kind.ts";
import { CallView } from "./call-view.tsx";
import { ErrorView } from "./error-view.tsx";
import { ExecuteView } from "./execute-view.tsx";
import { JsonView } from "./json-view.tsx";
import { LoadedView } from "./loaded-view.tsx";
import { memo } from "./memo.ts";
import { SearchView } from "./search-view.tsx";

const STATES = { running: "running", ok: "done", failed: "failed", stopped: "stopped" } as const;

/** One call of a turn: what it was, how it went, and what came of it. */
export const CallCard = memo(({ entry }: { entry: CallEntry }) => (
  <section class={`card card-${entry.state}`}>
    <header class="card-head">
      <span class={`call-state call-state-${entry.state}`} aria-hidden="true" />
      <CallView call={entry.call} />
      <span class="card-time quiet">
        <span class="unseen">{STATES[entry.state]} </span>
        {entry.durationMs === undefined ? "" : formatMs(entry.durationMs)}
      </span>
    </header>
    {entry.error !== undefined && (
      <div class="card-body">
        <ErrorView error={entry.error} />
      </div>
    )}
    {entry.result !== undefined && entry.result !== null && (
      <div class="card-body">
        <ResultView callId={entry.callId} value={entry.result} />
      </div>
    )}
  </section>
));

function ResultView({ callId, value }: { callId: string; value: unknown }) {
  const known = resultKind(value);
  switch (known.kind) {
    case "search":
      return <SearchView callId={callId} result={known.result} />;
    case "load":
      return <LoadedView result={known.result} />;
    case "execute":
      return <ExecuteView result={known.result} />;
    case "other":
      return <JsonView value={known.result} />;
  }
}
