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
export async function isWelcome(key: string | null): Promise<boolean> {
  try {
    const response = await fetch(new URL("v1/tickets", document.baseURI), {
      method: "POST",
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return response.status !== 401 && response.status !== 403;
  } catch {
    return true;
  }
}
