import { LiluxError } from "@lilux/protocol";
import { Value } from "typebox/value";
import type { Setting, Settings, SettingsOf } from "./settings.ts";

/**
 * Reads settings from the environment, as they are declared. Empty variables
 * count as not set. Every problem is reported at once, by variable name and
 * never with its value, since it may be a secret. Throws `config_invalid`. The
 * result is frozen.
 */
export function readSettings<S extends Settings>(
  declared: S,
  env: Readonly<Record<string, string | undefined>>,
): SettingsOf<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(declared)) {
    const read = readOne(setting, env[setting.variable]?.trim());
    if ("problem" in read) problems.push(`  ${naming(setting.variable, read.problem)}`);
    else values[name] = read.value;
  }
  if (problems.length === 0) return Object.freeze(values) as SettingsOf<S>;
  throw new LiluxError("config_invalid", {
    message: `These settings cannot be used:\n${problems.join("\n")}`,
  });
}

function readOne(
  { schema, defaultValue, read }: Setting,
  text: string | undefined,
): { value: unknown } | { problem: string } {
  const given = text === undefined || text === "" ? defaultValue : Value.Convert(schema, text);
  if (given !== undefined && !Value.Check(schema, given)) {
    const [first] = Value.Errors(schema, given);
    return { problem: first?.message ?? "is not usable" };
  }
  try {
    return { value: read(given) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What reads a value further may have named the variable itself. */
function naming(variable: string, problem: string): string {
  return problem.startsWith(variable) ? problem : `${variable} ${problem}`;
}
