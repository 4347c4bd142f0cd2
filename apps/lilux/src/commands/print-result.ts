import type { ExecuteResult } from "@lilux/protocol";
import type { Print } from "../output/create-print.ts";
import { block, line, style } from "../output/styled.ts";

interface Printing {
  print: Print;
  /** Lines of the run that somebody saw while it ran. */
  said: ReadonlySet<string>;
}

/** What came of a call, as a person reads it: of a failed run also what it said. */
export function printResult(result: ExecuteResult, { print, said }: Printing): void {
  const { status, item_type, item_id, metadata, steps, data, artifacts = [], logs = [] } = result;
  const mark = status === "error" ? style.red(status) : style.bold(status);
  const code = metadata.exitCode === undefined ? "" : `, exit code ${metadata.exitCode}`;
  const took = style.dim(`${metadata.durationMs.toFixed(0)} ms${status === "error" ? code : ""}`);
  print(line`${mark}  ${item_type} ${item_id}  ${took}`);
  steps?.forEach((step, index) => {
    print(
      line`\n${index + 1}. ${style.bold(step.name)}  ${step.description}\n${block(step.action)}`,
    );
  });
  if (typeof data === "string") print(data);
  else if (data !== null && data !== undefined) print(JSON.stringify(data, null, 2));
  if (status === "error") for (const log of logs) if (!said.has(log)) print(style.dim(log));
  for (const { name, bytes, path } of artifacts) {
    print(line`made ${style.bold(name)}  ${style.dim(`${bytes} bytes, ${path}`)}`);
  }
  const { numbersAsText = [] } = metadata;
  if (numbersAsText.length > 0) {
    print(style.dim(`kept as text, since their digits would change: ${numbersAsText.join(", ")}`));
  }
}
