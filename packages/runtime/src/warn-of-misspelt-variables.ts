import type { Logger } from "./create-logger.ts";
import { misspeltVariables } from "./misspelt-variables.ts";

/** Says which variables nothing reads. Never their values. */
export function warnOfMisspeltVariables(
  env: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): void {
  for (const { variable, nearest } of misspeltVariables(env)) {
    const fix = nearest === undefined ? undefined : `did you mean ${nearest}?`;
    logger.warn({ variable, fix }, "nothing reads this variable");
  }
}
