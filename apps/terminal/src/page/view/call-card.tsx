import { undoOf } from "@lilux/client";
import type { ErrorBody } from "@lilux/protocol";
import type { CallEntry } from "../state/terminal-state.ts";
import { formatMs } from "../text/format.ts";
import { isRecord, resultKind } from "../text/result-kind.ts";
import { resultSummary } from "../text/result-summary.ts";
import { CallView } from "./call-view.tsx";
import { CopyButton } from "./copy-button.tsx";
import { DownloadButton } from "./download-button.tsx";
import { Elapsed } from "./elapsed.tsx";
import { ErrorView } from "./error-view.tsx";
import { ExecuteView } from "./execute-view.tsx";
import { FetchButton } from "./fetch-button.tsx";
import { JsonView } from "./json-view.tsx";
import { LoadedView } from "./loaded-view.tsx";
import { memo } from "./memo.ts";
import { SearchView } from "./search-view.tsx";
import { SourceText } from "./source-text.tsx";
import { useController } from "./terminal-context.ts";

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
        {entry.state === "running" && (
          <div class="card-progress quiet" dir="auto" title={entry.progress}>
            <Elapsed /> <kbd>Esc</kbd> cancels
            {entry.progress !== undefined && ` · ${entry.progress}`}
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
          <>
            <ResultView callId={entry.callId} value={entry.result} />
            <ResultActions entry={entry} />
          </>
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

/** The whole result, however much of it is drawn. */
function ResultActions({ entry }: { entry: CallEntry }) {
  const known = resultKind(entry.result);
  // What a search found has its own buttons, hit by hit.
  if (known.kind === "search" || isCut(entry.result)) return null;
  const value = known.kind === "load" ? known.result.content : dataOf(known);
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <p class="result-actions">
      <UndoButton entry={entry} />
      <CopyButton text={text} what="the result" />
      <DownloadButton text={text} name={fileNameOf(entry, typeof value === "string")} />
    </p>
  );
}

/** Takes back what a write did, as a call like any other: what may do damage asks first. */
function UndoButton({ entry }: { entry: CallEntry }) {
  const controller = useController();
  const undo = undoOf(entry.call, entry.result);
  if (undo === null) return null;
  const { action, item_id } = undo.arguments;
  return (
    <button
      type="button"
      class="quiet-button"
      aria-label={`Undo: ${action} ${item_id}`}
      onClick={() => controller.choose(undo)}
    >
      Undo
    </button>
  );
}

/** What was too large to be told in a session: the whole of it is fetched when it is wanted. */
function isCut(result: unknown): result is { truncated: true; preview: string } {
  return isRecord(result) && result["truncated"] === true && typeof result["preview"] === "string";
}

function CutResult({ callId, preview }: { callId: string; preview: string }) {
  return (
    <>
      <p class="quiet">The result is large: this is its beginning.</p>
      <SourceText text={preview} />
      <p class="result-actions">
        <FetchButton path={`v1/runs/${encodeURIComponent(callId)}`} name="result.json" />
      </p>
    </>
  );
}

function dataOf(known: Exclude<ReturnType<typeof resultKind>, { kind: "search" | "load" }>) {
  return known.kind === "execute" ? known.result.data : known.result;
}

function fileNameOf({ call }: CallEntry, isText: boolean): string {
  const { name } = call;
  const about = name === "search" ? "search" : (call.arguments.item_id.split("/").at(-1) ?? name);
  return `${about.replaceAll(/[^\w.-]/g, "_")}.${isText ? "txt" : "json"}`;
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
      return <ExecuteView callId={callId} result={known.result} />;
    case "other":
      return isCut(known.result) ? (
        <CutResult callId={callId} preview={known.result.preview} />
      ) : (
        <JsonView value={known.result} />
      );
  }
}
