const KEY = "lilux.key";
const DEADLINE_MS = 5_000;

/** The API key given in this tab before; it goes with the tab. */
export function rememberedKey(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the key is then asked for on each load.
    return null;
  }
}

export function rememberKey(key: string): void {
  try {
    sessionStorage.setItem(KEY, key);
  } catch {
    // It holds until the page is left.
  }
}

/**
 * Whether the server takes this key, or does without one: a browser's socket
 * cannot say why it was refused, so a ticket is asked for once before it.
 * A server that does not answer is not a refusal.
 */
export function isWelcome(key: string | null): Promise<boolean> {
  return isTaken(key, { method: "POST", path: "v1/tickets" });
}

/** Whether the server knows this key, whatever it is for. */
export function isKnown(key: string | null): Promise<boolean> {
  return isTaken(key, { method: "GET", path: "v1/me" });
}

async function isTaken(
  key: string | null,
  { method, path }: { method: string; path: string },
): Promise<boolean> {
  try {
    const response = await fetch(new URL(path, document.baseURI), {
      method,
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return response.status !== 401 && response.status !== 403;
  } catch {
    return true;
  }
}
