import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../describe-machine.ts";
import { connectTypist } from "../keystroke/connect-typist.ts";
import { type ProcessorTime, processorTimeEach, readProcessorTimes } from "../processor-time.ts";
import { ask, hashedKey, keyOf } from "../tenants/as-tenant.ts";
import { startPacedLlm } from "../tenants/paced-llm.ts";
import { processIds, withServices } from "../with-services.ts";
import { writeResults } from "../write-results.ts";

export interface LinesBenchOptions {
  lengths: readonly number[];
  rounds: number;
  keystrokes: number;
  turns: number;
  write?: boolean;
}

const TENANT = "typing";
const ITEMS = 50;
const PROCESSES = ["gateway", "router", "orchestrator", "context-warmer"] as const;
const WORDS =
  'the build of this morning and whatever came along with it for 3 customers at 14:30 in "Graz" ';

/** What was done with lines of one length, and what each process took of a processor for each of them, in ms. */
interface Spent {
  what: "keystroke" | "turn";
  length: number;
  /** By process, of each round. */
  each: Map<string, number[]>;
}

/** `npm run bench -- lines`: what one keystroke and one turn take of a processor, by how long the line is. */
export async function benchLines(options: LinesBenchOptions): Promise<void> {
  const machine = describeMachine();
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  writeLibrary(join(directory, ".ai"));
  const llm = await startPacedLlm();
  const env = {
    LILUX_API_KEYS: hashedKey(TENANT),
    LILUX_LLM_URL: llm.url,
    LILUX_LLM_MODEL: "paced",
    // One line after the other, as fast as they are answered.
    LILUX_SESSION_FRAMES_PER_SECOND: "1000",
  };
  try {
    await withServices({ directory, env }, async (distributed) => {
      const url = `http://127.0.0.1:${distributed.ports.gateway}`;
      const spent = await measureAll({ url, pids: processIds(distributed) }, options);
      const report = reportLines(spent, { machine, options });
      process.stdout.write(`${report}\n`);
      if (options.write === true) writeResults("lines", report);
    });
  } finally {
    llm.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lengths by turns, round after round, so that what changes on the machine meets all of them. */
async function measureAll(
  { url, pids }: { url: string; pids: ReadonlyMap<string, number> },
  { lengths, rounds, keystrokes, turns }: LinesBenchOptions,
): Promise<Spent[]> {
  const typist = await connectTypist(`${url.replace("http", "ws")}/v1/session`, keyOf(TENANT), {
    waits: true,
  });
  let said = 0;
  const next = (length: number): string => {
    said += 1;
    const line = `deploy number ${said} of ${WORDS.repeat(Math.ceil(length / WORDS.length))}`;
    return line.slice(0, length);
  };
  const does = {
    keystroke: async (length: number) => void (await typist.type(next(length)).catch(() => 0)),
    turn: async (length: number) =>
      void (await ask({ url, tenant: TENANT }, "/v1/turns", { text: next(length) })),
  };
  const spent = (["keystroke", "turn"] as const).flatMap((what) =>
    lengths.map((length): Spent => ({ what, length, each: new Map() })),
  );
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const one of spent) {
        const count = one.what === "turn" ? turns : keystrokes;
        const before = readProcessorTimes(pids);
        for (let done = 0; done < count; done += 1) await does[one.what](one.length);
        const each = processorTimeEach(before, readProcessorTimes(pids), count);
        // The first round is everybody's first time.
        if (round >= 0) keep(one.each, each);
      }
    }
  } finally {
    typist.close();
  }
  return spent;
}

function keep(kept: Map<string, number[]>, each: ReadonlyMap<string, ProcessorTime>): void {
  for (const [name, { main, others }] of each) {
    kept.set(name, [...(kept.get(name) ?? []), main + others]);
  }
}

function reportLines(
  spent: readonly Spent[],
  { machine, options }: { machine: string; options: LinesBenchOptions },
): string {
  const { lengths, rounds, keystrokes, turns } = options;
  const [load = 0] = loadavg();
  return [
    `\`npm run bench -- lines --lengths ${lengths.join(",")} --rounds ${rounds} --keystrokes ${keystrokes} --turns ${turns}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}, ${load.toFixed(2)} at the end.`,
    "",
    "Processor time of each, in ms: the median over rounds.",
    "",
    `| a line of so many characters | ${PROCESSES.join(" | ")} | all |`,
    `|---|${PROCESSES.map(() => "---|").join("")}---|`,
    ...spent.map(({ what, length, each }) => {
      const times = PROCESSES.map((name) => median(each.get(name) ?? []));
      const all = times.reduce((sum, ms) => sum + ms, 0);
      const cells = [...times, all].map((ms) => ms.toFixed(1));
      return `| ${what}, ${length} | ${cells.join(" | ")} |`;
    }),
  ].join("\n");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function writeLibrary(ai: string): void {
  const folder = join(ai, "knowledge");
  mkdirSync(folder, { recursive: true });
  for (let item = 0; item < ITEMS; item += 1) {
    const head = `---\nid: deployment_${item}\ntitle: Deployment ${item}\nentry_type: reference\nversion: 1.0.0\n---\n`;
    const text = `${head}What is to be known of deployment ${item} of the build.\n`;
    writeFileSync(join(folder, `deployment_${item}.md`), text);
  }
}
