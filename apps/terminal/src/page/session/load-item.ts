import type { ErrorBody, LoadArguments, LoadResult } from "@lilux/protocol";

export type LoadAnswer = { ok: true; result: LoadResult } | { ok: false; error: ErrorBody };

const DEADLINE_MS = 10_000;

/** Loads exactly this item over REST, as opening a search hit does. Never rejects. */
export async function loadItem(
  loadArguments: LoadArguments,
  apiKey: string | null,
): Promise<LoadAnswer> {
  try {
    const response = await fetch(new URL("v1/load", document.baseURI), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(loadArguments),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const body: unknown = await response.json();
    return response.ok
      ? { ok: true, result: body as LoadResult }
      : { ok: false, error: body as ErrorBody };
  } catch {
    return { ok: false, error: NO_ANSWER };
  }
}

const NO_ANSWER: ErrorBody = {
  code: "not_reachable",
  message: "The item could not be loaded: no answer. Open it again in a moment.",
  retryable: true,
};
