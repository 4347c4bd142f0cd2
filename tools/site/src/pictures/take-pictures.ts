import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findBinary, temporaryDirectory } from "@lilux/testkit";
import { type Browser, chromium } from "playwright-core";
import { recordTerminal } from "./record-terminal.ts";
import { SCENES } from "./scenes.ts";
import { startInstance } from "./start-instance.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const DOCS = join(ROOT, "docs");
const THEMES = ["light", "dark"] as const;
const VIEW = { width: 1_080, height: 600 };

/**
 * Every picture and recording of docs/, from the product as it is: a Lilux on the demo library, a real
 * browser, a real shell. Only times that are shown differ from one run to the next.
 */
export async function takePictures(modules: string): Promise<string[]> {
  const executablePath = process.env["LILUX_CHROMIUM"] ?? findBinary("chromium");
  if (executablePath === undefined)
    throw new Error("Install chromium, or set LILUX_CHROMIUM to its path.");
  for (const folder of ["pictures", "recordings"])
    mkdirSync(join(DOCS, folder), { recursive: true });
  await using home = await temporaryDirectory();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const taken = await takeScenes(browser, home.path);
    const recording = await recordTerminal(browser, { home: home.path, modules, docs: DOCS });
    return [...taken, ...recording];
  } finally {
    await browser.close();
  }
}

async function takeScenes(browser: Browser, home: string): Promise<string[]> {
  await using instance = await startInstance(home);
  const taken: string[] = [];
  for (const scene of SCENES) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({
        viewport: VIEW,
        deviceScaleFactor: 2,
        colorScheme,
        reducedMotion: "reduce",
        locale: "en-GB",
        timezoneId: "UTC",
      });
      const page = await context.newPage();
      await page.goto(instance.url);
      await scene.play(page);
      const path = join(DOCS, "pictures", `${scene.name}-${colorScheme}.png`);
      await page.screenshot({ path, animations: "disabled", caret: "hide" });
      taken.push(path);
      await context.close();
    }
  }
  return taken;
}
