import { join } from "node:path";
import { createEncoderModel, type RouterModel } from "@lilux/router";
import { rememberingModel } from "lilux/evaluate";
import { describeMachine } from "../describe-machine.ts";
import { writeResults } from "../write-results.ts";
import { askPeers } from "./ask-peers.ts";
import { measureLilux } from "./measure-lilux.ts";
import { qualityFigures } from "./quality-figures.ts";
import { type NotMeasured, type QualityRow, qualityReport, rowText } from "./quality-report.ts";
import type { QualityAnswer, QualitySet } from "./quality-set.ts";
import { readBfcl } from "./read-function-sets.ts";
import { readBanking77, readClinc150, readHwu64, readSnips } from "./read-intent-sets.ts";
import { withExamples } from "./with-examples.ts";

const MODEL = join(import.meta.dirname, "../../../models/router-encoder");
const SHOTS = 5;

/** What `npm run bench -- router-quality` can be told. */
export interface RouterQualityOptions {
  cache: string;
  /** A Python that has other routers. */
  python?: string;
  /** Of these sets alone. */
  sets?: string[];
  /** Only so many lines of each, from all over it. */
  lines: number;
  write?: boolean;
}

interface PublicSet {
  name: string;
  read(cache: string): QualitySet;
  /** Lines that state an intent without asking for anything. */
  statesIntents: boolean;
}

const SETS: readonly PublicSet[] = [
  { name: "CLINC150", read: readClinc150, statesIntents: true },
  { name: "BANKING77", read: readBanking77, statesIntents: true },
  { name: "HWU64", read: readHwu64, statesIntents: true },
  { name: "SNIPS", read: readSnips, statesIntents: true },
  { name: "BFCL", read: (cache) => readBfcl(cache, ""), statesIntents: false },
  { name: "BFCL live", read: (cache) => readBfcl(cache, "live_"), statesIntents: false },
];

/** One set with so many examples an item, and who answered its lines how. */
interface Run {
  name: string;
  shots: number;
  set: QualitySet;
  answers: [contender: string, answers: QualityAnswer[]][];
}

/** `npm run bench -- router-quality`: public sets by the product, its encoder and other routers, in one run. */
export async function benchRouterQuality(options: RouterQualityOptions): Promise<void> {
  const machine = describeMachine();
  const { sets: wanted = SETS.map(({ name }) => name) } = options;
  const notMeasured = wanted
    .filter((name) => !SETS.some((set) => set.name === name))
    .map((name): NotMeasured => ({ name, reason: "is no set that is known" }));
  const model = await createEncoderModel({ directory: MODEL, workers: 1, linesWaitingMax: 16 });
  const runs: Run[] = [];
  try {
    const remembering = rememberingModel(model);
    for (const set of SETS.filter(({ name }) => wanted.includes(name))) {
      runs.push(...(await measureSet(set, { model: remembering, options, notMeasured })));
    }
  } finally {
    await model.close();
  }
  say("other routers …");
  const { missing, peers } = askPeers(
    runs.map(({ set }) => set),
    { python: options.python },
  );
  notMeasured.push(...missing);
  for (const [at, run] of runs.entries()) {
    run.answers.push(
      ...peers.map(({ name, runs: own }) => [name, own[at] ?? []] as Run["answers"][number]),
    );
  }
  const { manifest } = model;
  const { act } = manifest.thresholds;
  const rows = runs.flatMap((run) => rowsOf(run, act));
  const given = process.argv.slice(2).filter((word) => word !== "--write");
  const command = `npm run bench -- ${given.join(" ")}`;
  const report = qualityReport(rows, {
    machine,
    model: `${manifest.name} ${manifest.version}`,
    command,
    notMeasured,
  });
  process.stdout.write(`${report}\n`);
  if (options.write === true) writeResults("router-quality", report);
}

async function measureSet(
  { name, read, statesIntents }: PublicSet,
  {
    model,
    options,
    notMeasured,
  }: { model: RouterModel; options: RouterQualityOptions; notMeasured: NotMeasured[] },
): Promise<Run[]> {
  let whole: QualitySet;
  try {
    whole = thinned(read(options.cache), options.lines);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`${name} is not measured: ${reason}`);
    notMeasured.push({ name, reason });
    return [];
  }
  const runs: Run[] = [];
  for (const shots of whole.training.length === 0 ? [0] : [0, SHOTS]) {
    const set = shots === 0 ? whole : withExamples(whole, shots);
    const run: Run = { name, shots, set, answers: [] };
    say(`${name}, ${shots} examples an item …`);
    if (!statesIntents) {
      const { product } = await measureLilux(set, { model, formIgnored: false });
      run.answers.push(["Lilux", product]);
    }
    const { product, cosine } = await measureLilux(set, { model, formIgnored: true });
    run.answers.push(["Lilux, the form of the line ignored", product]);
    run.answers.push(["its encoder's cosine alone", cosine]);
    for (const row of rowsOf(run, model.manifest.thresholds.act)) say(row.text);
    runs.push(run);
  }
  return runs;
}

function rowsOf(
  { name, shots, set, answers }: Run,
  act: number,
): (QualityRow & { text: string })[] {
  const lines = set.libraries.flatMap((library) => library.lines);
  const meant = lines.filter(({ label }) => label !== null).length;
  return answers.map(([contender, answered]) => {
    const row: QualityRow = {
      set: name,
      lines: { meant, none: lines.length - meant },
      shots,
      contender,
      figures: qualityFigures(lines, answered, act),
    };
    return { ...row, text: rowText(row) };
  });
}

/** About so many lines, evenly from the first to the last; libraries without any are left out. */
function thinned({ libraries, training }: QualitySet, count: number): QualitySet {
  const all = libraries.reduce((sum, { lines }) => sum + lines.length, 0);
  const step = Math.max(1, all / count);
  let at = 0;
  const thin = libraries.map(({ items, lines }) => ({
    items,
    lines: lines.filter(() => {
      at += 1;
      return Math.floor(at / step) !== Math.floor((at - 1) / step);
    }),
  }));
  return { training, libraries: thin.filter(({ lines }) => lines.length > 0) };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
