import { LiluxError } from "@lilux/protocol";
import type { DeclaredOption } from "../parse/python/read-options.ts";

/** The system takes 128 KiB for one argument, with its end. */
const FLAG_BYTES_MAX = 127 * 1024;
/** And a share of the stack for all of them. */
const FLAGS_BYTES_MAX = 1024 * 1024;

/**
 * Parameters as command line flags. As kiwi has them, unless the script declares
 * an option of another form: `word_count` becomes `--word-count`, true is a bare
 * flag, false and null are left out, a list repeats its flag, an object is JSON.
 * A declared option is called by its own name and gets what its form can take,
 * so that neither an explicit false nor a part of a list is lost. Values are
 * joined with `=`, so that one that begins with a dash is still a value. Control
 * parameters (`_timeout`) are left out. Throws `invalid_inputs` for more than a
 * command line holds. Pure.
 */
export function scriptFlags(
  parameters: Readonly<Record<string, unknown>>,
  options: readonly DeclaredOption[] = [],
): string[] {
  const flags = Object.entries(parameters).flatMap(([name, value]) => {
    if (name.startsWith("_") || value === undefined || value === null) return [];
    const own = flagsOf(name, value, options);
    for (const one of own) assertFits(name, one);
    return own;
  });
  const bytes = flags.reduce((sum, flag) => sum + Buffer.byteLength(flag) + 1, 0);
  if (bytes > FLAGS_BYTES_MAX)
    throw unfit("parameters", `may hold at most ${FLAGS_BYTES_MAX / 1024} KiB in all`);
  return flags;
}

function flagsOf(name: string, value: unknown, options: readonly DeclaredOption[]): string[] {
  const usual = `--${name.replaceAll("_", "-")}`;
  const exact = options.filter(({ flag }) => flag === usual || flag === `--${name}`);
  const byDest = options.filter((option) => option.dest === name && !exact.includes(option));
  if (typeof value === "boolean") return booleanFlags(value, { usual, exact, byDest });
  const option = [...exact, ...byDest].find(({ action }) => !action.startsWith("store_"));
  const flag = option?.flag ?? usual;
  if (Array.isArray(value)) return listFlags(name, value, { flag, option });
  return [`${flag}=${textOf(value)}`];
}

interface BooleanOptions {
  usual: string;
  /** Called as the parameter is. */
  exact: readonly DeclaredOption[];
  /** Called otherwise, for a value that is called as the parameter is. */
  byDest: readonly DeclaredOption[];
}

/** The flag that sets it, where there is one; else a value, where one is taken. */
function booleanFlags(value: boolean, { usual, exact, byDest }: BooleanOptions): string[] {
  const all = [...exact, ...byDest];
  const either = all.find(({ action }) => action === "yes_or_no");
  if (either !== undefined) return [value ? either.flag : either.flag.replace(/^--/, "--no-")];
  const isSwitch = ({ action }: DeclaredOption): boolean => action.startsWith("store_");
  const own = exact.find(isSwitch);
  if (value && own !== undefined) return [own.flag];
  const setting = value ? "store_true" : "store_false";
  const setter = byDest.find(({ action }) => action === setting);
  if (setter !== undefined) return [setter.flag];
  // Without its flag it is what was asked for.
  if (all.some(isSwitch)) return [];
  const taking = all.find(({ action }) => action === "store");
  if (taking === undefined) return value ? [all[0]?.flag ?? usual] : [];
  if (value && taking.nargs === "?") return [taking.flag];
  return [`${taking.flag}=${booleanText(value, taking)}`];
}

/** As its type reads it: `bool("False")` is true in Python, and only `bool("")` false. */
function booleanText(value: boolean, { type, choices }: DeclaredOption): string {
  if (type === "bool") return value ? "True" : "";
  if (type === "int") return value ? "1" : "0";
  const python = value ? "True" : "False";
  const isPython = /literal_eval|\beval\b|["']True["']/.test(type) && !type.includes("lower");
  const isListed = Array.isArray(choices) && choices.includes(python);
  return isPython || isListed ? python : String(value);
}

/** Repeated where each adds to the last, in a row where one flag takes several, else JSON. */
function listFlags(
  name: string,
  values: readonly unknown[],
  { flag, option }: { flag: string; option: DeclaredOption | undefined },
): string[] {
  const repeated = values.map((value) => `${flag}=${textOf(value)}`);
  const { action, nargs } = option ?? { action: "append" };
  const takesSeveral = nargs === "*" || nargs === "+" || typeof nargs === "number";
  if (action === "append" && takesSeveral && values.some(Array.isArray)) {
    return values.flatMap((value) => rowOf(name, flag, Array.isArray(value) ? value : [value]));
  }
  if (action !== "store") return repeated;
  if (takesSeveral) return values.length === 0 && nargs !== "*" ? [] : rowOf(name, flag, values);
  const isJson = option?.type.includes("json") ?? false;
  return values.length > 1 || isJson ? [`${flag}=${JSON.stringify(values)}`] : repeated;
}

const NEGATIVE_NUMBER = /^-(?:\d+|\d*\.\d+)$/;

/** `--flag a b c`. Only the one value after `=` may begin with a dash. */
function rowOf(name: string, flag: string, values: readonly unknown[]): string[] {
  const texts = values.map(textOf);
  if (texts.length === 1) return [`${flag}=${texts[0] ?? ""}`];
  for (const text of texts) {
    if (text.startsWith("-") && text !== "-" && !NEGATIVE_NUMBER.test(text)) {
      throw unfit(
        name,
        "has several values of which one begins with a dash, and the script takes them in a row",
      );
    }
  }
  return [flag, ...texts];
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function assertFits(name: string, flag: string): void {
  if (Buffer.byteLength(flag) > FLAG_BYTES_MAX) {
    throw unfit(name, `may hold at most ${FLAG_BYTES_MAX / 1024} KiB`);
  }
  if (flag.includes("\0")) throw unfit(name, "may hold no zero character");
}

function unfit(field: string, problem: string): LiluxError {
  return new LiluxError("invalid_inputs", {
    message: `${field} ${problem}, as a command line. Put it into a file that the script may read, and name that.`,
    details: { field, fields: [{ field, problem }] },
  });
}
