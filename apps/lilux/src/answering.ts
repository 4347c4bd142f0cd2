import { ERRORS, LiluxError } from "@lilux/protocol";
import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import type { Environment } from "./environment.ts";
import { EXIT } from "./exit-codes.ts";
import { createPrint } from "./output/create-print.ts";

export interface ProgramDeps {
  env: Environment;
  out: NodeJS.WritableStream;
  /** For what is no answer; the process's own unless given. */
  err?: NodeJS.WritableStream;
  setExitCode: (code: number) => void;
}

export type Handler = (
  context: CommandContext,
  args: string[],
  options: Record<string, unknown>,
) => Promise<number>;

/** Wires a handler: --json, the exit code, and errors as people read them. */
export function answering(
  command: Command,
  deps: ProgramDeps,
  load: () => Promise<Handler>,
): Command {
  return command.option("--json", "print JSON").action(async (...given: unknown[]) => {
    const options = given.at(-2) as Record<string, unknown>;
    const args = (given.slice(0, -2) as (string | string[] | undefined)[])
      .flat()
      .filter((arg) => arg !== undefined);
    const json = options["json"] === true;
    const print = createPrint(deps.out);
    const note = createPrint(deps.err ?? process.stderr);
    try {
      const handler = await load();
      deps.setExitCode(await handler({ env: deps.env, json, print, note }, args, options));
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      if (json) print(JSON.stringify({ error: error.toBody() }, null, 2));
      else note(`lilux: ${describe(error)}`);
      deps.setExitCode(exitCodeOf(error));
    }
  });
}

function describe(error: LiluxError): string {
  const inside =
    error.code === "internal" && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${inside} [${error.code}]`;
}

function exitCodeOf(error: LiluxError): number {
  if (error.code === "not_reachable") return EXIT.unreachable;
  if (error.code === "confirm_required" || error.code === "confirm_declined")
    return EXIT.unconfirmed;
  return ERRORS[error.code].category === "input" ? EXIT.usage : EXIT.failed;
}
