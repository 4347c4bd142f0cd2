import type { Environment } from "./environment.ts";

/** What every command that prints an answer is given. */
export interface CommandContext {
  env: Environment;
  json: boolean;
  print: (text: string) => void;
}
