import { createInterface } from "node:readline/promises";
import { onTerminal } from "../output/create-print.ts";
import { block, line, style } from "../output/styled.ts";

/** Shows exactly what waits for a yes, and waits for it. Only where a person sits at a terminal. */
export async function askYes(shown: unknown, why: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const text = JSON.stringify(shown, null, 2);
  const answer = await lines.question(
    onTerminal(
      line`${style.red("This waits for your yes.")} ${why}\n${block(text)}\nRun exactly this? [y/N] `,
    ),
  );
  lines.close();
  return answer.trim().toLowerCase() === "y";
}
