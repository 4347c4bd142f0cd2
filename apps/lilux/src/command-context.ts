import type { Environment } from "./environment.ts";
import type { Print } from "./output/create-print.ts";

/** What every command that prints an answer is given. */
export interface CommandContext {
  env: Environment;
  json: boolean;
  print: Print;
  /** Beside the answer: what a run says meanwhile. Nobody is told where it is not given. */
  note?: Print;
}
