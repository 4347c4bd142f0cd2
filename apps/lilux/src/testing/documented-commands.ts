import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..", "..");
const run = promisify(execFile);

/** A command that a page tells to type, as a shell takes it apart. */
export interface Typed {
  program: string;
  args: string[];
  /** Where the shell stood. */
  folder: string;
}

/** Told to the shell before what is read: programs write down what they were called with, and do nothing. */
const PRELUDE = `set -euo pipefail
shopt -s expand_aliases
typed() { printf '%s\\0' "$PWD" "$#" "$@" >> "$TYPED"; }
for program in lilux npm node docker curl; do eval "$program() { typed $program \\"\\$@\\"; }"; done
`;

/** Besides, where nothing is to be done but to hear the programs: files are left alone, nobody waits, and what fails is passed over. */
const HEARING =
  'set +e\nfor other in cp mv sleep; do eval "$other() { :; }"; done\nexec 2> /dev/null\n';

export interface Region {
  region: string;
  home: string;
  /** Where the shell writes down what it heard. */
  record: string;
  isOnlyHeard?: boolean;
}

/** Takes a region of a shell file apart as bash does: variables, quotes, folders and aliases are its own. */
export async function typedIn(
  file: string,
  { region, home, record, isOnlyHeard = false }: Region,
): Promise<Typed[]> {
  const code = regionIn(await readFile(join(CHECKOUT, file), "utf8"), region);
  const shell = `: > "$TYPED"\n${PRELUDE}\n${isOnlyHeard ? HEARING : ""}${code}\n:`;
  await run("bash", ["-c", shell], {
    cwd: CHECKOUT,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, TYPED: record },
    timeout: 60_000,
  });
  return read((await readFile(record, "utf8")).split("\0"));
}

/** Through the alias of docs/start/ten-minutes.md, `lilux` is node with the command's file. */
function read([folder, count, ...rest]: string[]): Typed[] {
  if (folder === undefined || count === undefined || folder === "") return [];
  const [program = "", ...args] = rest.slice(0, Number(count));
  const isLilux = program === "node" && args[0] === join(CHECKOUT, "apps/lilux/bin/lilux.mjs");
  const typed = isLilux
    ? { program: "lilux", args: args.slice(1), folder }
    : { program, args, folder };
  return [typed, ...read(rest.slice(Number(count)))];
}

/** The names of a file's regions, in order. */
export async function regionsOf(file: string): Promise<string[]> {
  const text = await readFile(join(CHECKOUT, file), "utf8");
  return [...text.matchAll(/^# #region (\S+)$/gm)].map(([, name = ""]) => name);
}

function regionIn(text: string, region: string): string {
  const [, after = ""] = text.split(`# #region ${region}\n`);
  return after.split("# #endregion")[0] ?? "";
}

/** Why the program would not take these arguments; undefined where it does. Nothing is run. */
export function misuseOf(program: Command, args: readonly string[]): string | undefined {
  let command = program;
  let rest = [...args];
  for (;;) {
    const next = command.commands.find((child) => child.name() === rest[0]);
    if (next === undefined) break;
    command = next.exitOverride();
    rest = rest.slice(1);
  }
  if (command.commands.length > 0) return `${command.name()} has no command ${rest[0] ?? ""}`;
  const { operands, unknown } = command.parseOptions(rest);
  if (unknown.length > 0) return `${command.name()} does not know ${unknown.join(" ")}`;
  const needed = command.registeredArguments.filter(({ required }) => required).length;
  const takesMore = command.registeredArguments.some(({ variadic }) => variadic);
  const most = takesMore ? Number.POSITIVE_INFINITY : command.registeredArguments.length;
  const isFit = operands.length >= needed && operands.length <= most;
  return isFit ? undefined : `${command.name()} takes other arguments than ${operands.join(" ")}`;
}
