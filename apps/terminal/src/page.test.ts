import { join } from "node:path";
import {
  describeInChromium,
  eventually,
  type TemporaryDirectory,
  temporaryDirectory,
} from "@lilux/testkit";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleTerminal } from "./bundle-terminal.ts";
import { playTerminal } from "./testing/play-terminal.ts";
import { type ScriptedGateway, startScriptedGateway } from "./testing/scripted-gateway.ts";

describeInChromium("the page in a browser", (executablePath) => {
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
      { withinMs: 20_000 },
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
    await page.waitForFunction(() => document.activeElement?.closest("[role=alertdialog]"));
    await page.keyboard.press("y");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".answered");
    const answers = () => gateway.frames.filter(({ type }) => type === "confirm");
    await eventually(() => answers().length > 0, { withinMs: 10_000 });
    expect(answers()).toMatchObject([{ approve: false }]);
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

  /** Types, and waits until what is listed is for the whole line rather than for its beginning. */
  async function typeLine(page: Page, text: string): Promise<void> {
    await page.keyboard.type(text);
    await page.waitForFunction(() => {
      const hint = document.querySelector(".hint")?.textContent ?? "not known yet";
      return document.querySelector('[role="option"]') !== null && !hint.includes("not known yet");
    });
  }

  /** Types, and waits until a bare digit would choose. */
  async function typeAndPause(page: Page, text: string): Promise<void> {
    await typeLine(page, text);
    await page.waitForSelector(".digits-armed");
  }

  /** A key as a person's own layout makes it; `modifiers` as Chromium counts them (1 Alt, 2 Ctrl, 8 Shift). */
  async function press(page: Page, key: string, code: string, modifiers = 0): Promise<void> {
    const devtools = await page.context().newCDPSession(page);
    const event = { key, code, modifiers };
    await devtools.send("Input.dispatchKeyEvent", { type: "keyDown", text: key, ...event });
    await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    await devtools.detach();
  }

  const commitsOf = (from: number) =>
    gateway.frames.slice(from).filter(({ type }) => type === "accept" || type === "submit");

  it("types what a key of another layout writes, and runs nothing", async () => {
    // Fails when rankOfKey asks for the physical key.
    const { page, done } = await openPage();
    const before = gateway.frames.length;
    const keys: [key: string, code: string, modifiers?: number][] = [
      ["é", "Digit2"],
      ["&", "Digit1"],
      ["ě", "Digit2"],
      ["ą", "Digit1"],
      ["[", "Digit5", 1],
      ["™", "Digit2", 1],
    ];
    for (const [key, code, modifiers] of keys) {
      await page.fill("#line", "");
      await typeAndPause(page, "load pump");
      await press(page, key, code, modifiers);
      expect(await page.inputValue("#line"), key).toBe(`load pump${key}`);
    }
    // Windows tells of AltGr as Ctrl and Alt together: what is not prevented is typed.
    const typed = await page.evaluate(() => {
      const altGr = { key: "@", code: "KeyE", ctrlKey: true, altKey: true, cancelable: true };
      return document.querySelector("#line")?.dispatchEvent(new KeyboardEvent("keydown", altGr));
    });
    expect(typed).toBe(true);
    expect(commitsOf(before)).toEqual([]);
    await done();
  });

  it("a digit chooses its rank, with Shift too, and Alt does where the row holds letters", async () => {
    const { page, done } = await openPage();
    for (const [key, code, modifiers, index] of [
      ["2", "Digit2", 0, 1],
      ["1", "Digit1", 8, 0],
      ["é", "Digit2", 1, 1],
    ] as const) {
      const before = gateway.frames.length;
      await typeAndPause(page, "load pump");
      await press(page, key, code, modifiers);
      await eventually(() => commitsOf(before).length === 1, { withinMs: 20_000 });
      expect(commitsOf(before), key).toMatchObject([{ type: "accept", index }]);
    }
    await done();
  });

  it("Enter that ends a composition commits nothing, as Safari and Chrome tell of it", async () => {
    // Fails when isComposing leaves the key code out.
    const { page, done } = await openPage();
    const before = gateway.frames.length;
    await typeLine(page, "load pump");
    await page.evaluate(() => {
      for (const key of ["Enter", "Tab", "2", "Escape"]) {
        const event = new KeyboardEvent("keydown", {
          key,
          code: key,
          keyCode: 229,
          bubbles: true,
          cancelable: true,
        });
        document.querySelector("#line")?.dispatchEvent(event);
      }
    });
    expect(await page.inputValue("#line")).toBe("load pump");
    expect(commitsOf(before)).toEqual([]);
    await done();
  });

  it("a paste that is too long stays whole, says so, and Enter sends nothing", async () => {
    const { page, problems, done } = await openPage();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const before = gateway.frames.length;
    await page.evaluate(() => navigator.clipboard.writeText(`${"word ".repeat(2_400)}END`));
    await page.keyboard.press("Control+V");
    await page.waitForSelector(".too-long");
    expect(await page.locator(".hint").textContent()).toContain("12,003 characters, 4,003 more");
    expect(await page.inputValue("#line")).toMatch(/END$/);
    await page.keyboard.press("Enter");
    expect(await page.inputValue("#line")).toMatch(/END$/);
    await page.fill("#line", "load pump");
    await page.waitForSelector('[role="option"]');
    expect(commitsOf(before)).toEqual([]);
    expect(problems).toEqual([]);
    await done();
  });

  it("what people and items write runs the way its letters do", async () => {
    const { page, done } = await openPage();
    const directionOf = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).direction);
    await page.fill("#line", "اشرح الصمام (2)!");
    expect(await directionOf("#line")).toBe("rtl");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".turn-foot");
    expect(await directionOf(".turn-text")).toBe("rtl");
    expect(await directionOf("#line")).toBe("ltr");
    await page.keyboard.type("explain");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".prose li");
    expect(await directionOf(".prose li:nth-child(1)")).toBe("rtl");
    expect(await directionOf(".prose li:nth-child(2)")).toBe("ltr");
    expect(await page.locator(".prose pre").allTextContents()).toEqual(["```js\nrun()\n```"]);
    await done();
  });

  it("a script that failed has no tick, and one a person stopped is not red", async () => {
    // Fails when callOutcome asks the call alone.
    const { page, done } = await openPage();
    await page.keyboard.type("crash");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".card-failed");
    expect(await page.locator(".card").textContent()).toContain("failed");
    expect(await page.locator(".call-state-ok").count()).toBe(0);
    await page.keyboard.type("stop");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".card-stopped");
    expect(await page.locator(".card-failed, .error").count()).toBe(1);
    await done();
  });

  it("typing over a confirm goes to the line, and its spaces answer nothing", async () => {
    // Fails when keepSpace lets every space through.
    const { page, done } = await openPage();
    const before = gateway.frames.length;
    await page.keyboard.type("delete the purge script");
    await page.keyboard.press("Enter");
    await page.waitForSelector('[role="alertdialog"]');
    // The question is there before it has the focus; a space in between is the line's.
    await page.waitForFunction(() => document.activeElement?.closest("[role=alertdialog]"));
    await page.keyboard.press("Space");
    await page.keyboard.type("clean up merged");
    expect(await page.inputValue("#line")).toBe("clean up merged");
    expect(await page.locator('[role="alertdialog"]').count()).toBe(1);
    await page.fill("#line", "");
    await page.waitForFunction(() => document.activeElement?.closest("[role=alertdialog]"));
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.waitForSelector(".answered");
    // The page shows the answer when it is sent, before the gateway has it.
    const answers = () => gateway.frames.slice(before).filter(({ type }) => type === "confirm");
    await eventually(() => answers().length > 0, { withinMs: 10_000 });
    expect(answers()).toMatchObject([{ approve: false }]);
    await done();
  });

  it("an item to look at is opened only when it is chosen, and Enter alone asks", async () => {
    // Fails when Enter takes the first row where none is marked.
    const { page, problems, done } = await openPage();
    const before = gateway.frames.length;
    const sent = () => gateway.frames.slice(before).filter(({ type }) => type !== "keystroke");
    await typeLine(page, "tide");
    await page.locator(".hint", { hasText: "asks the orchestrator" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".turn-foot");
    await typeLine(page, "tide");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(() => sent().length === 2, { withinMs: 10_000 });
    const call = { name: "load", arguments: { item_id: "tide_table" } };
    expect(sent()).toMatchObject([{ type: "submit" }, { type: "choose", call }]);
    expect(problems).toEqual([]);
    await done();
  });

  it("a wish to look around lists the library, and a listed item is run by its button", async () => {
    const { page, problems, done } = await openPage();
    const before = gateway.frames.length;
    await typeLine(page, "show all scripts");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Run email/email_enricher" }).click();
    const chosen = () => gateway.frames.slice(before).filter(({ type }) => type === "choose");
    await eventually(() => chosen().length === 1, { withinMs: 10_000 });
    const run = { item_type: "script", item_id: "email/email_enricher", action: "run" };
    expect(chosen()).toMatchObject([{ call: { name: "execute", arguments: run } }]);
    expect(problems).toEqual([]);
    await done();
  });

  it("what a run made is shown in place, by keyboard alone", async () => {
    const { page, problems, done } = await openPage();
    await typeLine(page, "draw the sales");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Show chart.svg" }).press("Enter");
    const picture = page.getByRole("img", { name: "What out/chart.svg shows" });
    await picture.waitFor();
    await eventually(() => picture.evaluate((image) => Reflect.get(image, "naturalWidth") === 40), {
      withinMs: 20_000,
    });
    await page.getByRole("button", { name: "Show sales.csv" }).press("Enter");
    await page.getByRole("cell", { name: "Cork, south" }).waitFor();
    expect(await page.getByRole("button", { name: "Show model.bin" }).count()).toBe(0);
    expect(problems).toEqual([]);
    await done();
  });

  it("a change is undone by its button, as a call that says what it was based on", async () => {
    const { page, problems, done } = await openPage();
    const before = gateway.frames.length;
    await typeLine(page, "reword it");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Undo: update email/email_enricher" }).press("Enter");
    const chosen = () => gateway.frames.slice(before).filter(({ type }) => type === "choose");
    await eventually(() => chosen().length === 1, { withinMs: 20_000 });
    const parameters = {
      restore: "20261128T101500000Z-0123456789ab",
      expectedSha256: "a".repeat(64),
    };
    expect(chosen()).toMatchObject([{ call: { arguments: { action: "update", parameters } } }]);
    expect(problems).toEqual([]);
    await done();
  });

  it("files that are no items are told with their place, cause and fix", async () => {
    const { page, done } = await openPage();
    await page.getByText("1 file cannot be read").waitFor();
    const told = await page.locator(".broken").textContent();
    expect(told).toContain("scripts/half.py:3:7");
    expect(told).toContain("The string is never closed.");
    expect(told).toContain("Close it with a quote.");
    await done();
  });

  it("an empty library makes its first item with the person", async () => {
    const { onFrame, answers } = playTerminal();
    const nothing = { items: [], total: 0, broken: [] };
    const empty = await startScriptedGateway({
      directory: directory.path,
      onFrame,
      answers: { ...answers, "/v1/items": nothing },
    });
    const page = await browser.newPage();
    await page.goto(empty.url);
    await page.getByLabel("Its name").fill("water_the_beans");
    await page.getByLabel("What it is for").fill("Waters the beans in the evening.");
    await page.getByLabel("The first thing to do").fill("Open the valve of bed two.");
    await page.keyboard.press("Enter");
    const chosen = () => empty.frames.filter(({ type }) => type === "choose");
    await eventually(() => chosen().length === 1, { withinMs: 20_000 });
    expect(chosen()).toMatchObject([
      { call: { arguments: { action: "create", item_id: "water_the_beans" } } },
    ]);
    await page.close();
    await empty.close();
  });

  it("another key accepts where a person chose one, and Tab moves the focus again", async () => {
    const { page, problems, done } = await openPage();
    await page.keyboard.press("F1");
    await page.getByLabel("Accept with").selectOption("Control+Enter");
    await page.keyboard.press("Escape");
    await page.reload();
    await page.waitForSelector(".chip-open");
    await typeLine(page, "find email scr");
    await page.waitForSelector('[role="option"]');
    const before = gateway.frames.length;
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.id)).not.toBe("line");
    await page.focus("#line");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".hit");
    const sent = gateway.frames.slice(before).filter(({ type }) => type !== "keystroke");
    expect(sent).toMatchObject([{ type: "accept", index: 0 }]);
    expect(problems).toEqual([]);
    await done();
  });

  it.each(["light", "dark"] as const)(
    "nothing on the page breaks a rule of accessibility that a program can check: %s",
    async (colorScheme) => {
      // Fails when a label says other words than the element shows.
      const context = await browser.newContext({ colorScheme, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(gateway.url);
      await page.waitForSelector(".broken");
      await page.addScriptTag({ content: axe.source });
      const broken = () => page.evaluate(brokenRules);
      expect(await broken()).toEqual([]);
      await typeLine(page, "tide");
      expect(await broken()).toEqual([]);
      await page.keyboard.press("Escape");
      await typeLine(page, "draw the sales");
      expect(await broken()).toEqual([]);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Show sales.csv" }).click();
      await page.getByRole("cell", { name: "Cork, south" }).waitFor();
      await page.focus("#line");
      await typeLine(page, "delete the purge script");
      await page.keyboard.press("Enter");
      await page.waitForSelector('[role="alertdialog"]');
      expect(await broken()).toEqual([]);
      await context.close();
    },
  );

  // Mutants: a label without its words; `tabIndex` left out, so that no key is heard; a column of fixed width.
  it.each(["light", "dark"] as const)(
    "labels are judged by keys alone, at every width, and break no rule of accessibility: %s",
    async (colorScheme) => {
      const context = await browser.newContext({ colorScheme, bypassCSP: true });
      const page = await context.newPage();
      const said: unknown[] = [];
      page.on("request", (request) => {
        if (request.method() === "POST" && request.url().endsWith("/v1/flywheel/reviews"))
          said.push(request.postDataJSON());
      });
      await page.goto(`${gateway.url}/#review`);
      await page.getByRole("heading", { name: "count the pumps" }).waitFor();
      await page.addScriptTag({ content: axe.source });
      expect(await page.evaluate(brokenRules)).toEqual([]);
      await page.waitForSelector("main.review:focus");
      await page.keyboard.press("a");
      await page.getByRole("heading", { name: "thanks" }).waitFor();
      await page.keyboard.press("u");
      await page.getByRole("heading", { name: "count the pumps" }).waitFor();
      await page.keyboard.press("f");
      await page.getByRole("heading", { name: "Which call was meant?" }).waitFor();
      await page.keyboard.press("t");
      await page.waitForSelector("#meant:focus");
      await page.keyboard.type("run script wells");
      expect(await page.evaluate(brokenRules)).toEqual([]);
      for (const width of [320, 768, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide).toBeLessThanOrEqual(width);
      }
      await page.keyboard.press("Enter");
      await page.getByText("Fixed.").waitFor();
      await page.waitForSelector("main.review:focus");
      await page.keyboard.press("q");
      await page.waitForSelector("#line");
      expect(said).toEqual([
        { id: "1.overridden.0123456789ab", verdict: "accept" },
        {
          id: "1.overridden.0123456789ab",
          verdict: "fix",
          meant: {
            name: "execute",
            arguments: { item_type: "script", item_id: "wells", action: "run" },
          },
        },
      ]);
      await context.close();
    },
  );

  // Mutants: the page's own bundle holds the administration; a section overflows; the chain is not looked at.
  it.each(["light", "dark"] as const)(
    "an admin administers by keyboard alone, in %s, and nobody else loads what that takes",
    async (colorScheme) => {
      const context = await browser.newContext({ colorScheme, bypassCSP: true });
      const page = await context.newPage();
      const loaded: string[] = [];
      page.on("request", (request) => loaded.push(request.url()));
      await page.goto(gateway.url);
      await page.waitForSelector("#line");
      expect(loaded.filter((url) => url.includes("/admin"))).toEqual([]);
      await page.goto("about:blank");
      await page.goto(`${gateway.url}/#admin`);
      await page.waitForSelector("main.admin:focus");
      await page.addScriptTag({ content: axe.source });
      const sections = [
        ["1", "Ada Byron"],
        ["2", "lx_AbCdEfGh1234_…"],
        ["3", "43 turns in 30 days, at most 31 on one"],
        ["3", "13.1 MB stored: items 12.4 MB, turns 700.0 kB"],
        ["4", "Whose yes is wanted"],
        ["5", "4 records, each follows the one before: none is missing or changed."],
        ["6", "Bob Roe"],
      ] as const;
      for (const [key, text] of sections) {
        await page.keyboard.press(key);
        await page.getByText(text).first().waitFor();
        expect(await page.evaluate(brokenRules), text).toEqual([]);
        for (const width of [320, 640, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(wide, `${text} at ${width}`).toBeLessThanOrEqual(width);
        }
      }
      await page.keyboard.press("2");
      await page.getByRole("button", { name: /^Rotate/ }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("it is shown this once").waitFor();
      await page.getByRole("button", { name: "I have it" }).press("Enter");
      expect(await page.content()).not.toContain("lx_NewKey123456");
      await page.locator("main.admin").focus();
      await page.keyboard.press("q");
      await page.waitForSelector("#line");
      await context.close();
    },
  );

  it("after a reload the session goes on with its history, and what was not sent is gone", async () => {
    // Fails when the page hands the client no resume point.
    const { page, problems, done } = await openPage();
    await typeLine(page, "find email scr");
    await page.keyboard.press("Tab");
    await page.waitForSelector(".turn-foot");
    await page.keyboard.type("not sent");
    await page.reload();
    await page.waitForSelector(".chip-open");
    await page.getByText("One script deals with").first().waitFor();
    expect(await page.inputValue("#line")).toBe("");
    expect(gateway.frames.findLast(({ type }) => type === "hello")).toMatchObject({
      resume: { sessionId: "s" },
    });
    await page.keyboard.press("ArrowUp");
    expect(await page.inputValue("#line")).toBe("find email scr");
    await page.keyboard.press("Control+l");
    await page.locator(".turn").waitFor({ state: "detached" });
    expect(problems).toEqual([]);
    await done();
  });

  it("what a call needs is asked for in a field, by keyboard alone, and runs as it was filled in", async () => {
    // Fails when Tab commits a call that lacks an input.
    const { page, problems, done } = await openPage();
    const before = gateway.frames.length;
    await typeLine(page, "enrich");
    await page.keyboard.press("Tab");
    await page.keyboard.type("ann@example.org");
    await page.keyboard.press("Tab");
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".turn-foot");
    const chosen = gateway.frames.slice(before).filter(({ type }) => type !== "keystroke");
    const parameters = { address: "ann@example.org", depth: "7" };
    expect(chosen).toMatchObject([{ type: "choose", call: { arguments: { parameters } } }]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("line");
    expect(problems).toEqual([]);
    await done();
  });

  it("Shift+Enter and a paste keep their lines, and Enter sends them all", async () => {
    const { page, problems, done } = await openPage();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const before = gateway.frames.length;
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    await page.evaluate(() => navigator.clipboard.writeText("\nthree\nfour"));
    await page.keyboard.press("Control+V");
    await page.keyboard.type("!");
    expect(await page.inputValue("#line")).toBe("one\ntwo\nthree\nfour!");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".turn-foot");
    const sent = gateway.frames.slice(before).filter(({ type }) => type === "submit");
    expect(sent).toMatchObject([{ text: "one\ntwo\nthree\nfour!" }]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("line");
    expect(problems).toEqual([]);
    await done();
  });

  it("the prompt keeps its width whatever it says", async () => {
    // Fails when .column has no columns of its own.
    const { page, done } = await openPage();
    const width = () => page.locator(".line").evaluate((line) => line.clientWidth);
    const before = await width();
    await typeLine(page, "load pump");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await width()).toBe(before);
    await done();
  });

  it.each([320, 480, 640, 800, 1280])(
    "at %i pixels each suggestion shows its call, effect and confidence within the window",
    async (width) => {
      const { page, done } = await openPage();
      await page.setViewportSize({ width, height: 720 });
      await typeAndPause(page, "load pump");
      const parts = await page.evaluate(() =>
        [...document.querySelectorAll(".suggestion")].flatMap((option) =>
          [".call", ".effect", ".confidence-figure"].map((part) => {
            const element = option.querySelector(part);
            const box = element?.getBoundingClientRect();
            return {
              part,
              seen: box !== undefined && box.width > 0 && box.left >= 0 && box.right <= innerWidth,
              cut: element !== null && element.scrollWidth > element.clientWidth + 1,
            };
          }),
        ),
      );
      expect(parts).toHaveLength(15);
      expect(parts.filter(({ seen, part, cut }) => !seen || (part === ".call" && cut))).toEqual([]);
      const line = await page.locator(".line").boundingBox();
      expect((line?.x ?? 0) + (line?.width ?? width + 1)).toBeLessThanOrEqual(width);
      await done();
    },
  );

  it("zoomed in until little height is left, the last suggestion can still be reached", async () => {
    const { page, done } = await openPage();
    await page.setViewportSize({ width: 320, height: 180 });
    await typeAndPause(page, "load pump");
    const last = page.locator('[role="option"]').last();
    await last.scrollIntoViewIfNeeded();
    const box = await last.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 999)).toBeLessThanOrEqual(180);
    await done();
  });

  it.each(["find email scr", "tide"])(
    "at 320 pixels nothing is wider than the page: %s",
    async (line) => {
      const { page, done } = await openPage();
      await page.setViewportSize({ width: 320, height: 740 });
      expect(await page.evaluate(widerThanThePage), "before anything was typed").toEqual([]);
      await typeLine(page, "find email scr");
      await page.keyboard.press("Tab");
      await page.waitForSelector(".turn-foot");
      const share = await page.evaluate(() => {
        const widthOf = (selector: string) =>
          document.querySelector(selector)?.getBoundingClientRect().width ?? Number.NaN;
        return widthOf(".hit-text") / widthOf(".hit");
      });
      expect(share, "of a hit's width for its name and what it is for").toBeGreaterThan(0.8);
      await typeLine(page, line);
      expect(await page.evaluate(widerThanThePage)).toEqual([]);
      await done();
    },
  );
});

/** Runs in the page. */
function widerThanThePage(): string[] {
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.closest(".unseen, .table-scroll, pre") === null)
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.className);
}

/** Runs in the page, where axe was put. */
async function brokenRules(): Promise<string[]> {
  const { run } = Reflect.get(window, "axe") as typeof axe;
  const { violations } = await run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
