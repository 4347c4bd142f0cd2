import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "@lilux/testkit";
import { chromium } from "playwright-core";
import { describeMachine } from "../describe-machine.ts";
import { TYPED_LINES } from "./lines.ts";
import { prepareReplay } from "./page-replay.ts";
import { type ReplayedLine, replayLine } from "./replay-line.ts";
import { keepReplay, reportReplays } from "./report-terminal.ts";
import { startCommand } from "./start-command.ts";

export interface TerminalBenchOptions {
  /** A running instance; one of its own is started unless told. */
  url?: string;
  /** What the run is called in the report. */
  name: string;
  meanMs: number;
  lines: number;
  write?: boolean;
}

/** `npm run bench -- terminal`: lines typed at human speed into the page, in a real browser. */
export async function benchTerminal(options: TerminalBenchOptions): Promise<void> {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  const started = options.url === undefined ? await startCommand(folder) : undefined;
  try {
    const lines = await replayAll(started?.url ?? options.url ?? "", options);
    const replay = { name: options.name, machine, meanMs: options.meanMs, lines };
    if (options.write === true) keepReplay(replay);
    process.stdout.write(`${reportReplays([replay], options.write === true)}\n`);
  } finally {
    await started?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayAll(url: string, options: TerminalBenchOptions): Promise<ReplayedLine[]> {
  const executablePath = process.env["LILUX_CHROMIUM"] ?? findBinary("chromium");
  if (executablePath === undefined)
    throw new Error("No Chromium: install one or set LILUX_CHROMIUM.");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
    await prepareReplay(page);
    await page.goto(url);
    await page.waitForSelector(".chip-open");
    await page.evaluate("replay.watch()");
    const replayed: ReplayedLine[] = [];
    for (const [at, line] of TYPED_LINES.slice(0, options.lines).entries()) {
      const result = await replayLine(page, line, { meanMs: options.meanMs, seed: at + 1 });
      replayed.push(result);
      process.stderr.write(`${result.end.padEnd(9)}${line.text} (${result.endLive ?? "-"})\n`);
    }
    return replayed;
  } finally {
    await browser.close();
  }
}
