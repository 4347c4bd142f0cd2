import { describeMachine } from "../describe-machine.ts";
import { writeResults } from "../write-results.ts";
import type { KiwiBenchOptions } from "./kiwi-bench-options.ts";
import { measureExecute } from "./measure-execute.ts";
import { measureGrpc } from "./measure-grpc.ts";
import { measureIndex } from "./measure-index.ts";
import { measureRecall } from "./measure-recall.ts";
import { type KiwiFigures, reportKiwi } from "./report-kiwi.ts";

/** The labelled sets: lines people wrote for the demo library and for libraries made up by hand. */
const SETS = ["demo", "handwritten"];

/** `npm run bench -- kiwi`: finding at two sizes of library, recall, and execute beside its floors. */
export async function benchKiwi(options: KiwiBenchOptions): Promise<void> {
  const machine = describeMachine();
  const sizes: KiwiFigures["sizes"] = [];
  for (const items of options.items) {
    say(`finding among ${items} items …`);
    const { index, ...figures } = measureIndex(items);
    sizes.push({ ...figures, grpc: await measureGrpc(index) });
  }
  const recall: KiwiFigures["recall"] = [];
  for (const set of SETS) {
    say(`recall on ${set} …`);
    recall.push(await measureRecall(set));
  }
  say(`${options.runs} runs of a script, and of its floors …`);
  const execute = await measureExecute(options.runs);
  const report = reportKiwi({ options, machine, sizes, recall, execute });
  process.stdout.write(`${report}\n`);
  if (options.write === true) writeResults("kiwi", report);
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
