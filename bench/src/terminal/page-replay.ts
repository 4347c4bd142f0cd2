import { join } from "node:path";
import type { Page } from "playwright-core";

/** What a person sees under the line at one moment. */
export interface Screen {
  /** The leading call that Tab would run, as `run script date_diff`; null when there is none. */
  live: string | null;
  /** The call that led and is held on, dimmed: no key runs it. */
  dimmed: string | null;
  /** What else is offered for looking at, none of which a bare Enter or Tab runs. */
  harmless: string[];
}

/** What the page itself notes of a line while it is typed. */
export interface Watched {
  /** Milliseconds from a key to the first frame that shows anything new under the line. */
  paintMs: number[];
  /** Times that something stood under the line and then nothing did, with text still in it. */
  disappearances: number;
  /** Times that the leading call gave way to nothing, not even to itself dimmed. */
  leaderLost: number;
}

const IN_PAGE = join(import.meta.dirname, "in-page.js");

/** Has every page that is opened from here on look at itself. */
export async function prepareReplay(page: Page): Promise<void> {
  await page.addInitScript({ path: IN_PAGE });
}

export function readScreen(page: Page): Promise<Screen> {
  return page.evaluate<Screen>("replay.readScreen()");
}

export function readWatched(page: Page): Promise<Watched> {
  return page.evaluate<Watched>("replay.watched()");
}
