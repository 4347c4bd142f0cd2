import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { regionOf } from "../snippets.ts";
import { startShell } from "./recorded-shell.ts";
import { startInstance } from "./start-instance.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const NAME = "first-item";
const SOURCE = "examples/start/ten-minutes.sh";
/** What docs/start/ten-minutes.md says to change, as one command. */
const EDIT = `sed -i 's/"characters": len(given.text)/"words": len(given.text.split())/' .ai/scripts/notes/word_count.py`;

interface Places {
  home: string;
  /** Where the player's package lies. */
  modules: string;
  docs: string;
}

/** Records an item being made, checked and run, and takes a picture of how it ended, light and dark. */
export async function recordTerminal(
  browser: Browser,
  { home, modules, docs }: Places,
): Promise<string[]> {
  const mine = join(home, "mine");
  mkdirSync(mine);
  await using instance = await startInstance(home, mine);
  await using shell = await startShell({
    folder: ROOT,
    env: { HOME: home, LILUX_URL: instance.url },
  });
  await shell.quietly(`alias lilux="node ${ROOT}/apps/lilux/bin/lilux.mjs"`);
  await shell.quietly("cd ~");
  shell.record();
  for (const line of linesOf("make")) await shell.type(line);
  await shell.type(EDIT);
  await shell.type("lilux check");
  await untilListed(instance.url, "word_count");
  for (const line of linesOf("run")) await shell.type(line);
  const cast = shell.cast();
  const path = join(docs, "recordings", `${NAME}.cast`);
  writeFileSync(path, cast);
  return [path, ...(await pictureEnd(browser, { cast, modules, docs }))];
}

function linesOf(region: string): string[] {
  const text = readFileSync(join(ROOT, SOURCE), "utf8");
  return regionOf(text, region, SOURCE)
    .split("\n")
    .filter((line) => line !== "");
}

async function untilListed(url: string, id: string): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/v1/items`, { signal: AbortSignal.timeout(5_000) });
    if ((await answer.text()).includes(id)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${id} was not seen by the instance.`);
}

interface End {
  cast: string;
  modules: string;
  docs: string;
}

async function pictureEnd(browser: Browser, { cast, modules, docs }: End): Promise<string[]> {
  const bundle = join(modules, "asciinema-player", "dist", "bundle");
  const paths: string[] = [];
  // A terminal is dark in both: the player's light colours are too pale to read.
  for (const theme of ["light", "dark"]) {
    const page = await browser.newPage({
      viewport: { width: 1_080, height: 700 },
      deviceScaleFactor: 2,
    });
    await page.setContent('<div id="player" style="width:1080px"></div>');
    await page.addStyleTag({ path: join(bundle, "asciinema-player.css") });
    await page.addStyleTag({ content: "body{margin:0}.ap-overlay{display:none!important}" });
    await page.addScriptTag({ path: join(bundle, "asciinema-player.min.js") });
    await page.addScriptTag({ content: showsEnd(cast) });
    const player = page.locator(".ap-player");
    await player.filter({ hasText: "no call" }).waitFor();
    const path = join(docs, "pictures", `${NAME}-cast-${theme}.png`);
    await player.screenshot({ path });
    paths.push(path);
    await page.close();
  }
  return paths;
}

/** For the page, where the player has put its name. */
function showsEnd(cast: string): string {
  const [end] = JSON.parse(cast.trim().split("\n").at(-1) ?? "") as [number];
  const options = { poster: `npt:${end}`, controls: false, fit: "width", theme: "asciinema" };
  const given = [{ data: cast }, options].map((one) => JSON.stringify(one));
  return `AsciinemaPlayer.create(${given[0]}, document.getElementById("player"), ${given[1]});`;
}
