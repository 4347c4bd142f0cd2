import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { judgeScreen, type Worth } from "./judge-screen.ts";
import type { TypedLine } from "./lines.ts";
import { readScreen, readWatched, type Watched } from "./page-replay.ts";
import { typingPace } from "./typing-pace.ts";

/** Longer than any pause after which the page still changes by itself. */
const SETTLED_MS = 1_200;

export interface ReplayedLine extends Watched {
  text: string;
  /** What stood on the screen when the next key came, by character. */
  worths: Worth[];
  /** What stood there once the line was finished and settled. */
  end: Worth;
  /** The leading call then. */
  endLive: string | null;
}

/** Types one line at human speed, and clears it again; nothing is committed. */
export async function replayLine(
  page: Page,
  line: TypedLine,
  pace: { meanMs: number; seed: number },
): Promise<ReplayedLine> {
  await page.fill("#line", "");
  await page.locator(".suggestions").waitFor({ state: "detached" });
  await page.evaluate("replay.forget()");
  await page.focus("#line");
  const worths: Worth[] = [];
  for (const { character, waitMs } of typingPace(line.text, pace)) {
    const pressedAt = performance.now();
    await page.keyboard.type(character);
    await sleep(Math.max(1, waitMs - (performance.now() - pressedAt)));
    worths.push(judgeScreen(await readScreen(page), line));
  }
  await sleep(SETTLED_MS);
  const screen = await readScreen(page);
  const watched = await readWatched(page);
  const end = judgeScreen(screen, line);
  return { text: line.text, worths, end, endLive: screen.live, ...watched };
}
