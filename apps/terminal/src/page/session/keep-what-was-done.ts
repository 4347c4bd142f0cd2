import type { LiluxClient } from "@lilux/client";
import type { Store } from "../state/store.ts";
import type { KeptLines } from "./keep-lines.ts";
import type { SessionKeeper } from "./keep-session.ts";

/** After a change, so much later: a turn that streams changes with every word. */
const KEEP_AFTER_MS = 500;

export interface KeepDeps {
  client: LiluxClient;
  store: Store;
  lines: KeptLines;
  keeper: SessionKeeper;
}

/** Keeps committed lines on the device, and the session with its turns in the tab. */
export function keepWhatWasDone({ client, store, lines, keeper }: KeepDeps): void {
  let { inputs, turns } = store.state();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function keepSession(): void {
    clearTimeout(timer);
    timer = undefined;
    const resume = client.resumePoint();
    // Events are handed out and shown in one go, so that turns and offset belong together.
    if (resume !== undefined) keeper.keep({ resume, turns: store.state().turns });
  }

  store.subscribe(() => {
    const state = store.state();
    if (state.inputs !== inputs) lines.keep(state.inputs);
    if (state.turns !== turns) timer ??= setTimeout(keepSession, KEEP_AFTER_MS);
    ({ inputs, turns } = state);
  });
  addEventListener("pagehide", keepSession);
}

/** Whether this page is the one before it, loaded again. */
export function isReload(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  const type: unknown = navigation === undefined ? undefined : Reflect.get(navigation, "type");
  return type === "reload" || type === "back_forward";
}

/** Storage may be forbidden; then nothing is kept. */
export function storageOf(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}

/** Tells keys apart without holding any: FNV-1a of 32 bits. */
export function ownerOf(apiKey: string | null): string {
  if (apiKey === null) return "local";
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(apiKey)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
