import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LikelyItem, likelyNext, type WarmQuestion, warmFeatures } from "@lilux/core/warming";
import { describeMachine } from "../describe-machine.ts";
import { type FitMoment, fitWarmWeights } from "./fit-warm-weights.ts";
import { isItemOf, type PlayedTurn, playWarmSession } from "./play-warm-session.ts";
import { startWarmServices } from "./start-warm-services.ts";
import { warmFigures } from "./warm-figures.ts";
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
  process.stdout.write(`Machine: ${describeMachine()}.\n`);
  const halves: WarmHalf[] = options.half === "both" ? ["development", "held-out"] : [options.half];
  for (const half of halves) {
    const moments: FitMoment[] = [];
    const all: PlayedTurn[] = [];
    for (const library of WARM_LIBRARIES[half]) {
      const played = await playLibrary({ half, library, options, moments });
      all.push(...played);
      report(library, played);
    }
    report(half, all);
    if (options.fit === true && half === "development") {
      process.stdout.write(`${JSON.stringify(fitWarmWeights(moments), null, 2)}\n`);
    }
  }
}

async function playLibrary({
  half,
  library,
  options,
  moments,
}: {
  half: WarmHalf;
  library: string;
  options: WarmBenchOptions;
  moments: FitMoment[];
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
  } finally {
    await services.stop();
    rmSync(cacheDirectory, { recursive: true, force: true });
  }
  return played;
}

function report(name: string, played: readonly PlayedTurn[]): void {
  const f = warmFigures(played);
  const percent = ({ share, of }: { share: number; of: number }): string =>
    `${(100 * share).toFixed(1)} (${of})`;
  const pair = ({ warm, cold, of }: { warm: number; cold: number; of: number }): string =>
    `${(100 * warm).toFixed(1)} / ${(100 * cold).toFixed(1)} (${of})`;
  process.stdout.write(
    [
      `## ${name}`,
      `hits: sustained ${percent(f.hits.sustained)}, switch sessions ${percent(f.hits.others)}, switches ${percent(f.hits.switches)}, all ${percent(f.hits.all)}; waste ${(100 * f.waste).toFixed(1)}; warm ${f.warmMean.toFixed(1)}`,
      `right warm / cold: all ${pair(f.right.all)}, sustained ${pair(f.right.sustained)}, switched ${pair(f.right.switched)}, calls ${pair(f.right.calls)}, no call ${pair(f.right.noCall)}, talk ${pair(f.right.talk)}`,
      `better ${f.better}, worse ${f.worse}; no call lost ${f.noCallLost}, won ${f.noCallWon}; above act ${percent(f.act.warm)} / ${percent(f.act.cold)}; typed ${f.typing.warm.toFixed(2)} / ${f.typing.cold.toFixed(2)} s`,
      "",
    ].join("\n"),
  );
}
