import type { Page } from "playwright-core";

/** A picture of the terminal: what is done on a fresh page before it is taken. */
export interface Scene {
  name: string;
  play(page: Page): Promise<void>;
}

const WITHIN = { timeout: 60_000 };

/** Every picture of the page. What is waited for is what the picture is about. */
export const SCENES: readonly Scene[] = [
  {
    name: "terminal",
    async play(page) {
      await typed(page, "find email scr", "search");
    },
  },
  {
    name: "results",
    async play(page) {
      await typed(page, "find email scr", "search");
      await page.keyboard.press("Tab");
      await page.getByText("email_validator").first().waitFor(WITHIN);
    },
  },
  {
    name: "inputs",
    async play(page) {
      await typed(page, "how many days between 2026-01-01 and 2026-03-01", "date_diff");
    },
  },
  {
    name: "confirm",
    async play(page) {
      await typed(page, "clean up merged branches", "clean_merged_branches");
      await page.keyboard.press("Enter");
      await page.getByRole("alertdialog").waitFor(WITHIN);
      await page.getByText("Y and N count in a moment").waitFor({ ...WITHIN, state: "detached" });
    },
  },
];

async function typed(page: Page, line: string, leader: string): Promise<void> {
  await page.getByText("Connected").first().waitFor(WITHIN);
  await page.keyboard.type(line, { delay: 60 });
  const first = page.locator('[role="option"]').first();
  await first.filter({ hasText: leader }).waitFor(WITHIN);
  // A leader settles before it is shown for good.
  await page.waitForTimeout(800);
}
