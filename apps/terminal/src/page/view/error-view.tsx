import type { ErrorBody } from "@lilux/protocol";
import { isRecord } from "../text/result-kind.ts";

/** What went wrong and what to do next, in the server's own sentence. */
export function ErrorView({ error }: { error: ErrorBody }) {
  const candidates = namesOf(error.details?.["candidates"]);
  const fields = error.details?.["fields"];
  return (
    <div class="error">
      <p dir="auto">
        {error.message} <code class="error-code">{error.code}</code>
      </p>
      {candidates.length > 0 && (
        <ul>
          {candidates.map((name) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
        </ul>
      )}
      {Array.isArray(fields) && fields.length > 1 && (
        <ul>
          {fields.filter(isRecord).map((field, at) => (
            <li key={at}>
              <code>{String(field["field"])}</code> {String(field["problem"])}
            </li>
          ))}
        </ul>
      )}
      {error.retryable && <p class="quiet">This may pass: ↑ brings the line back to try again.</p>}
    </div>
  );
}

const NAMES_MAX = 12;

function namesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, NAMES_MAX).map((entry) => {
    if (!isRecord(entry)) return String(entry);
    return String(entry["qualified_id"] ?? entry["item_id"] ?? JSON.stringify(entry));
  });
}
