import { percentile } from "../percentile.ts";
import type { KiwiBenchOptions } from "./kiwi-bench-options.ts";
import type { ExecuteFigures } from "./measure-execute.ts";
import type { IndexFigures } from "./measure-index.ts";
import { type RecallFigures, WAYS } from "./measure-recall.ts";
import { halfAndTail } from "./time-each.ts";

export interface KiwiFigures {
  options: KiwiBenchOptions;
  machine: string;
  sizes: (IndexFigures & { grpc: Float64Array })[];
  recall: RecallFigures[];
  execute: ExecuteFigures;
}

export function reportKiwi({ options, machine, sizes, recall, execute }: KiwiFigures): string {
  const command = `npm run bench -- kiwi --items ${options.items.join(",")} --runs ${options.runs}`;
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. One after another, in one process.`,
    "",
    ...tableOfSizes(sizes),
    "",
    ...tableOfRecall(recall),
    "",
    ...tableOfExecute(execute),
  ].join("\n");
}

function tableOfSizes(sizes: KiwiFigures["sizes"]): string[] {
  const row = (name: string, of: (size: KiwiFigures["sizes"][number]) => string): string =>
    `| ${name} | ${sizes.map(of).join(" | ")} |`;
  const numbers = (name: string, of: (size: IndexFigures) => string): string =>
    row(name, (size) => `${of(size)} |`);
  return [
    `| ms | ${sizes.map(({ items }) => `${items} items, p50 | p99`).join(" | ")} |`,
    `|---|${"---|---|".repeat(sizes.length)}`,
    row("search by words, each keystroke", ({ typing }) => halfAndTail(typing.all)),
    row("the same, best of eight", ({ typing }) => halfAndTail(typing.undisturbed)),
    row("search by words, whole lines", ({ whole }) => halfAndTail(whole.all)),
    row("the same, best of eight", ({ whole }) => halfAndTail(whole.undisturbed)),
    row("what meaning adds: all embeddings compared", ({ meaning }) => halfAndTail(meaning.all)),
    row("the same, best of eight", ({ meaning }) => halfAndTail(meaning.undisturbed)),
    row("search by words over gRPC, each keystroke", ({ grpc }) => halfAndTail(grpc)),
    row("one item replaced, and the next search", ({ change }) => halfAndTail(change.all)),
    numbers("the whole index built", ({ buildMs }) => buildMs.toFixed(0)),
    numbers("memory of the words, MiB", ({ memoryMiB }) => memoryMiB.toFixed(0)),
    numbers("memory of the embeddings, MiB", ({ meaningMiB }) => meaningMiB.toFixed(0)),
  ];
}

function tableOfRecall(recall: readonly RecallFigures[]): string[] {
  const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
  const rowOf = ({ set, items, lines, first, seven }: RecallFigures): string =>
    `| ${set}: ${lines} lines, ${items} items | ${[first, seven]
      .flatMap((of) => WAYS.map((way) => share(of[way])))
      .join(" | ")} |`;
  return [
    "| the item a line means is | first: words | meaning | both | in the first 7: words | meaning | both |",
    "|---|---|---|---|---|---|---|",
    ...recall.map(rowOf),
  ];
}

function tableOfExecute({
  unfiltered,
  script,
  directive,
  bubblewrap,
  python,
  sandbox,
}: ExecuteFigures): string[] {
  const ratio = (of: Float64Array, p: number): string =>
    (percentile(script, p) / percentile(of, p)).toFixed(1);
  return [
    "| execute, ms | p50 | p99 |",
    "|---|---|---|",
    `| a trivial script, cold (${sandbox}) | ${halfAndTail(script)} |`,
    `| measured apart: the sandbox alone, without its filter of system calls | ${halfAndTail(unfiltered)} |`,
    `| floor: bare bwrap and python3 | ${halfAndTail(bubblewrap)} |`,
    `| floor: bare python3 | ${halfAndTail(python)} |`,
    `| a directive, to its steps | ${halfAndTail(directive)} |`,
    "",
    `The script takes ${ratio(bubblewrap, 0.5)}× the bare sandbox at p50 and ${ratio(bubblewrap, 0.99)}× at p99, ` +
      `and ${ratio(python, 0.5)}× bare python3 at p50.`,
  ];
}
