import { createHash } from "node:crypto";

/** Somebody of a tenant, at a server. */
export interface As {
  url: string;
  tenant: string;
}

/**
 * What came of one thing that was asked: `late` is done, after a keystroke's 80 ms; it was refused when it
 * was told to come again, and is lost when neither.
 */
export type Outcome = "done" | "late" | "refused" | "lost";

/** The keys that the two tenants of the measurement have. */
export function keyOf(tenant: string): string {
  return `key-of-${tenant}`;
}

export function hashedKey(tenant: string): string {
  return `${tenant}=sha256:${createHash("sha256").update(keyOf(tenant)).digest("hex")}`;
}

/** Everything has ended by then, or is lost. */
export const WITHIN_MS = 20_000;

/** Asks, reads the answer to its end, and says what it was worth. */
export async function ask(
  { url, tenant }: As,
  path: string,
  body: object,
  isDone: (text: string) => boolean = () => true,
): Promise<Outcome> {
  try {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${keyOf(tenant)}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const text = await answer.text();
    if (answer.ok && isDone(text)) return "done";
    // Within a turn or a run there is no header any more: the error says it.
    const isTold = answer.headers.has("retry-after") || text.includes("retryAfterMs");
    return isTold ? "refused" : "lost";
  } catch {
    return "lost";
  }
}
