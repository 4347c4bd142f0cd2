import type { ErrorBody } from "@lilux/protocol";
import type { CallEntry } from "../state/terminal-state.ts";
import { formatMs } from "../text/format.ts";
import { resultKind } from "../text/result-kind.ts";
import { resultSummary } from "../text/result-summary.ts";
import { CallView } from "./call-view.tsx";
import { ErrorView } from "./error-view.tsx";
import { ExecuteView } from "./execute-view.tsx";
import { JsonView } from "./json-view.tsx";
import { LoadedView } from "./loaded-view.tsx";
import { memo } from "./memo.ts";
import { SearchView } from "./search-view.tsx";

const STATES = { running: "running", ok: "done", failed: "failed", stopped: "stopped" } as const;

export interface CallCardProps {
  entry: CallEntry;
  /** Closed until asked for: what a model looked up on its way to an answer. */
  folded: boolean;
}

/** One call of a turn: what it was, how it went, and what came of it. */
export const CallCard = memo(({ entry, folded }: CallCardProps) => {
  const hasBody = entry.error !== undefined || (entry.result ?? null) !== null;
  if (!hasBody) {
    return (
      <section class={`card card-${entry.state}`}>
        <div class="card-head">
          <CardHead entry={entry} />
        </div>
        {entry.state === "running" && entry.progress !== undefined && (
          <div class="card-progress quiet" dir="auto" title={entry.progress}>
            {entry.progress}
          </div>
        )}
      </section>
    );
  }
  return (
    <details class={`card card-${entry.state}`} open={!folded || entry.state === "failed"}>
      <summary class="card-head">
        <CardHead entry={entry} />
      </summary>
      <div class="card-body">
        {entry.error !== undefined && <EndedBadly entry={entry} error={entry.error} />}
        {(entry.result ?? null) !== null && (
          <ResultView callId={entry.callId} value={entry.result} />
        )}
      </div>
    </details>
  );
});

function CardHead({ entry }: { entry: CallEntry }) {
  const facts = [resultSummary(entry.result)];
  if (entry.durationMs !== undefined) facts.push(formatMs(entry.durationMs));
  return (
    <>
      <span class={`call-state call-state-${entry.state}`} aria-hidden="true" />
      <CallView call={entry.call} />
      <span class="card-facts quiet">
        <span class="unseen">{STATES[entry.state]} </span>
        {facts.filter((fact) => fact !== "").join(" · ")}
      </span>
    </>
  );
}

function EndedBadly({ entry, error }: { entry: CallEntry; error: ErrorBody }) {
  if (entry.state === "failed") return <ErrorView error={error} />;
  return <p class="quiet">{error.message}</p>;
}

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
