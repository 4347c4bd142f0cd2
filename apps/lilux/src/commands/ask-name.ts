import { createInterface } from "node:readline/promises";
import { onTerminal } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";

/** What a person types when they are asked for a name again. Only where one sits at a terminal. */
export async function askName(warning: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    onTerminal(line`${style.red(warning)}\nType its name to go on: `),
  );
  lines.close();
  return answer.trim();
}
