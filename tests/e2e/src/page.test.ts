import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeInChromium } from "@lilux/testkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Running, startMode } from "./start-mode.ts";

describeInChromium("the served page, in a browser", (executablePath) => {
  let running: Running;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    running = await startMode("embedded");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(running.url);
  }, 150_000);
  afterAll(async () => {
    await browser.close();
    await running.stop();
  });

  test("half a line shows the search it means, and Tab runs it and shows what it found", async () => {
    await page.getByText("Connected").first().waitFor({ timeout: 40_000 });
    await page.keyboard.type("find email scr", { delay: 30 });
    const leader = page.locator('[role="option"]').first();
    await leader.filter({ hasText: "search" }).waitFor({ timeout: 40_000 });
    const shown = (await leader.textContent()) ?? "";
    expect(shown).toContain("script");
    expect(shown).toContain("email");
    await page.keyboard.press("Tab");
    await page.getByText("email_validator").first().waitFor({ timeout: 40_000 });
    const screenshot = join(mkdtempSync(join(tmpdir(), "lilux-page-")), "page.png");
    await page.screenshot({ path: screenshot });
    expect(existsSync(screenshot)).toBe(true);
    expect(problems).toEqual([]);
  });
});
