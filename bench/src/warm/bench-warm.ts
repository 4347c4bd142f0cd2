import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LikelyItem, likelyNext, type WarmQuestion, warmFeatures } from "@lilux/core/warming";
import { describeMachine } from "../describe-machine.ts";
import { writeResults } from "../write-results.ts";
import { type FitMoment, fitWarmWeights } from "./fit-warm-weights.ts";
import { isItemOf, type PlayedTurn, playWarmSession } from "./play-warm-session.ts";
import { startWarmServices } from "./start-warm-services.ts";
import { createWarmEconomics, type WarmEconomics } from "./warm-economics.ts";
import { warmReport, warmRow } from "./warm-report.ts";
import {
  readTalk,
  readWarmItems,
  readWarmSessions,
  WARM_LIBRARIES,
  type WarmHalf,
} from "./warm-session.ts";

/** So many lines of talk beside each session. */
const ASIDES = 8;

/** What `npm run bench -- warm` can be told. */
export interface WarmBenchOptions {
  half: WarmHalf | "both";
  /** Prints weights fitted on what was played; of the development half alone. */
  fit?: boolean;
  learns: boolean;
  typing: boolean;
  write?: boolean;
}

/** `npm run bench -- warm`: sessions through the real services, and what being warm was worth. */
export async function benchWarm(options: WarmBenchOptions): Promise<void> {
  const rows: string[] = [];
  const machine = describeMachine();
  const economics = createWarmEconomics();
  const halves: WarmHalf[] = options.half === "both" ? ["development", "held-out"] : [options.half];
  for (const half of halves) {
    const moments: FitMoment[] = [];
    const all: PlayedTurn[] = [];
    for (const library of WARM_LIBRARIES[half]) {
      const played = await playLibrary({ half, library, options, moments, economics });
      all.push(...played);
      rows.push(warmRow(library, played));
      process.stdout.write(`${rows.at(-1)}\n`);
    }
    rows.push(warmRow(`**${half}**`, all));
    if (options.fit === true && half === "development") {
      process.stdout.write(`${JSON.stringify(fitWarmWeights(moments), null, 2)}\n`);
    }
  }
  const report = warmReport(rows, { machine, half: options.half, economics });
  process.stdout.write(`${report}\n`);
  if (options.write === true) writeResults("warm", report);
}

async function playLibrary({
  half,
  library,
  options,
  moments,
  economics,
}: {
  half: WarmHalf;
  library: string;
  options: WarmBenchOptions;
  moments: FitMoment[];
  economics: WarmEconomics;
}): Promise<PlayedTurn[]> {
  const cacheDirectory = mkdtempSync(join(tmpdir(), "lilux-bench-warm-cache-"));
  let asked: WarmQuestion | undefined;
  const services = await startWarmServices({
    items: readWarmItems(library),
    learns: options.learns,
    cacheDirectory,
    likelyNext(question): LikelyItem[] {
      asked = question;
      return likelyNext(question);
    },
  });
  const played: PlayedTurn[] = [];
  const talk = readTalk();
  const counts = { turns: 0, ends: 0 };
  try {
    for (const [at, session] of readWarmSessions(half, library).entries()) {
      asked = undefined;
      const asides = Array.from(
        { length: ASIDES },
        (_, aside) => talk[(at * ASIDES + aside) % talk.length] ?? "",
      );
      const turns = await playWarmSession(services, session, {
        library,
        asides,
        typing: options.typing,
        counts,
        onItem(call) {
          if (asked === undefined) return;
          const rows = [...warmFeatures(asked)];
          const next = rows.findIndex(([key]) => {
            const [item_type = "", item_id = ""] = key.split(/:(.*)/su);
            return call.name !== "search" && isItemOf({ item_type, item_id }, call);
          });
          moments.push({
            rows: rows.map(([, row]) => row),
            next,
            others: Math.max(0, asked.library.size - rows.length),
          });
        },
      });
      played.push(...turns);
    }
    await economics.read(services.warmer);
  } finally {
    await services.stop();
    rmSync(cacheDirectory, { recursive: true, force: true });
  }
  return played;
}
