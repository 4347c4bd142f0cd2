import { hash } from "node:crypto";
import type { LessonBook } from "@lilux/core/learning";
import type { PredictRequest, WarmContext } from "@lilux/protocol";
import type { TenantLibrary } from "../library/libraries.ts";

/** What a line's answer depends on besides itself. */
interface MemoSetting {
  modelKey: string;
  tenantLibrary: TenantLibrary;
  context: WarmContext | undefined;
  book: LessonBook | undefined;
}

/** Never the text itself as a key: what is typed is kept nowhere in a readable form. */
export function memoKeyOf(
  { tenant, sessionId, text, history, person }: PredictRequest,
  { modelKey, tenantLibrary, context, book }: MemoSetting,
  /** "Tomorrow" is another day then. */
  today: string,
): string | undefined {
  if (tenantLibrary.state !== "complete") return undefined;
  const contextKey = context === undefined ? "cold" : `${sessionId}:${context.version}`;
  const parts = [
    tenant,
    modelKey,
    tenantLibrary.version,
    contextKey,
    today,
    // Whose lessons they are matters only where there are any.
    book === undefined || book.size === 0 ? "" : `${book.revision} ${person}`,
    history?.at(-1) ?? "",
    text,
  ];
  return hash("sha256", JSON.stringify(parts), "base64url");
}
