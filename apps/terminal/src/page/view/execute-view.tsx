import type { ExecuteResult } from "@lilux/protocol";
import { formatCount, formatMs } from "../text/format.ts";
import { isRecord } from "../text/result-kind.ts";
import { Artifacts } from "./artifacts.tsx";
import { JsonView } from "./json-view.tsx";
import { Markdown } from "./markdown.tsx";
import { SourceText } from "./source-text.tsx";
import { StepList } from "./steps-view.tsx";

/** What a run gave: a script's data and logs, a directive's steps, a knowledge entry's text. */
export function ExecuteView({ callId, result }: { callId: string; result: ExecuteResult }) {
  const artifacts = result.artifacts ?? [];
  const steps = result.steps ?? [];
  const logs = result.logs ?? [];
  return (
    <div class="execute">
      <ExecuteData result={result} />
      {steps.length > 0 && <StepList steps={steps} />}
      {artifacts.length > 0 && <Artifacts callId={callId} artifacts={artifacts} />}
      {logs.length > 0 && (
        <details open={result.status === "error"}>
          <summary>{formatCount(logs.length, "log line")}</summary>
          <SourceText text={logs.join("\n")} />
        </details>
      )}
      <p class="quiet figures">{factsOf(result).join(" · ")}</p>
    </div>
  );
}

function ExecuteData({ result: { data, item_type } }: { result: ExecuteResult }) {
  if (data === null || data === undefined) return null;
  if (item_type === "knowledge" && isRecord(data) && typeof data["content"] === "string") {
    return (
      <>
        {typeof data["title"] === "string" && (
          <p class="heading heading-2" dir="auto">
            {data["title"]}
          </p>
        )}
        <Markdown text={data["content"]} />
      </>
    );
  }
  if (item_type === "directive" && isRecord(data) && typeof data["description"] === "string") {
    return <p dir="auto">{data["description"]}</p>;
  }
  return <JsonView value={data} />;
}

function factsOf({ metadata, status }: ExecuteResult): string[] {
  const facts = [status === "ready" ? "steps to follow" : status];
  facts.push(formatMs(metadata.durationMs));
  if (metadata.sandbox !== undefined) facts.push(`sandbox: ${metadata.sandbox}`);
  if (metadata.exitCode !== undefined && metadata.exitCode !== 0) {
    facts.push(`exit code ${metadata.exitCode}`);
  }
  if (metadata.truncated === true) facts.push("output was cut");
  if (metadata.outputFile !== undefined) facts.push(`whole output in ${metadata.outputFile}`);
  return facts;
}
