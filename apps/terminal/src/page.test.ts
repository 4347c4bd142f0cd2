import { join } from "node:path";
import { eventually, type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleTerminal } from "./bundle-terminal.ts";
import { describeInChromium } from "./testing/describe-in-chromium.ts";
import { playTerminal } from "./testing/play-terminal.ts";
import { type ScriptedGateway, startScriptedGateway } from "./testing/scripted-gateway.ts";

const options = { named: process.env["LILUX_CHROMIUM"], ci: process.env["CI"] === "true" };

describeInChromium("the page in a browser", options, (executablePath) => {
  let directory: TemporaryDirectory;
  let browser: Browser;
  let gateway: ScriptedGateway;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    await bundleTerminal({ outDirectory: directory.path });
    gateway = await startScriptedGateway({ directory: directory.path, ...playTerminal() });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await directory.remove();
  });

  /** A fresh page that is connected; `problems` collects what the browser complains of. */
  async function openPage(): Promise<{ page: Page; problems: string[]; done(): Promise<void> }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
    });
    await page.goto(gateway.url);
    await page.waitForSelector(".chip-open");
    return { page, problems, done: () => context.close() };
  }

  it("shows ranked calls while typing, and Tab commits the first exactly once", async () => {
    const { page, problems, done } = await openPage();
    await page.keyboard.type("find email scr");
    await page.waitForSelector('[role="option"]');
    const options = await page.locator('[role="option"]').allTextContents();
    expect(options[0]).toContain('search(script, "email")');
    expect(options[0]).toContain("95 %");
    expect(options[1]).toContain("write");
    await page.screenshot({ path: join(directory.path, "typing.png") });
    const before = gateway.frames.length;
    await page.keyboard.press("Tab");
    await page.waitForSelector(".hit");
    const sent = gateway.frames.slice(before).filter(({ type }) => type !== "keystroke");
    expect(sent).toMatchObject([{ type: "accept", index: 0 }]);
    expect(await page.inputValue("#line")).toBe("");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("line");
    expect(problems).toEqual([]);
    await done();
  });

  it("opens a search hit in place, by keyboard alone", async () => {
    const { page, problems, done } = await openPage();
    await page.keyboard.type("find email scr");
    await page.waitForSelector('[role="option"]');
    await page.keyboard.press("Tab");
    await page.waitForSelector(".hit");
    // With no suggestion shown, Tab walks on from the line to the history and its hits.
    await eventually(
      async () => {
        await page.keyboard.press("Tab");
        return page.evaluate(() => document.activeElement?.className === "hit-head");
      },
      { withinMs: 5_000 },
    );
    await page.keyboard.press("Enter");
    await page.waitForSelector(".hit .item");
    expect(await page.locator(".hit .item").textContent()).toContain("email_enricher");
    expect(problems).toEqual([]);
    await done();
  });

  it("a destructive call asks first, and Enter means no", async () => {
    // Fails when the effect focuses the Yes button instead of No.
    const { page, problems, done } = await openPage();
    await page.keyboard.type("delete the purge script");
    await page.keyboard.press("Enter");
    await page.waitForSelector('[role="alertdialog"]');
    expect(await page.locator('[role="alertdialog"]').textContent()).toContain(
      '"action": "delete"',
    );
    await page.keyboard.press("y");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".answered");
    expect(gateway.frames.filter(({ type }) => type === "confirm")).toMatchObject([
      { approve: false },
    ]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("line");
    expect(problems).toEqual([]);
    await done();
  });

  it("typing and predictions leave the history's elements untouched and unmoved", async () => {
    // Fails when .suggestions is positioned relative, so that it pushes the history down.
    const { page, done } = await openPage();
    await page.keyboard.type("find email scr");
    await page.waitForSelector('[role="option"]');
    await page.keyboard.press("Tab");
    await page.waitForSelector(".turn-foot");
    const top = await page.locator(".turn").boundingBox();
    await page.evaluate(() => {
      const history = document.getElementById("transcript");
      const changes: string[] = [];
      Object.assign(window, { changes });
      if (history === null) return;
      new MutationObserver((records) => changes.push(...records.map(({ type }) => type))).observe(
        history,
        { subtree: true, childList: true, attributes: true, characterData: true },
      );
    });
    await page.keyboard.type("find email scr");
    await page.waitForSelector('[role="option"]');
    expect(await page.evaluate(() => Reflect.get(window, "changes"))).toEqual([]);
    expect(await page.locator(".turn").boundingBox()).toEqual(top);
    await done();
  });

  it("says that it is reconnecting, keeps the line, and goes on by itself", async () => {
    const { page, done } = await openPage();
    gateway.refuse();
    await page.waitForSelector(".toast-reconnecting");
    await page.keyboard.type("find email scr");
    expect(await page.locator(".hint").textContent()).toContain("keeps the line");
    gateway.accept();
    await page.waitForSelector('[role="option"]');
    expect(await page.inputValue("#line")).toBe("find email scr");
    expect(await page.locator(".toast-reconnecting").count()).toBe(0);
    await done();
  });

  it("at 360 pixels nothing is wider than the page", async () => {
    const { page, done } = await openPage();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.keyboard.type("find email scr");
    await page.waitForSelector('[role="option"]');
    await page.keyboard.press("Tab");
    await page.waitForSelector(".turn-foot");
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll("body *")]
        .filter((element) => element.closest(".unseen, .table-scroll, pre") === null)
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.className),
    );
    expect(wide).toEqual([]);
    await done();
  });
});
