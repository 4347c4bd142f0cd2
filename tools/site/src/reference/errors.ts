import { ERRORS, type ErrorTraits } from "@lilux/protocol";
import { cell, tableOf } from "./table-of.ts";

const HEADINGS: Readonly<Record<ErrorTraits["category"], string>> = {
  input: "What the caller sent",
  access: "Who the caller is",
  library: "Items and scripts",
  dependency: "What Lilux rests on",
  capacity: "Time and room",
  operator: "Whoever runs it",
};

const HEAD = `# Errors

Over every door an error is \`{code, message, retryable, details?}\`. \`message\` says what is wrong and what to do, in the
words of the case; the sentences here are what it says where nobody knew better. Whoever gets one that is *again* may send
the same thing again. Each code leads to what it means and what to do about it, in [failure modes](../operations/failure-modes.md).

Made from the one table of errors, \`packages/protocol/src/errors.ts\`.
`;

/** Every error there is, from the one table of them, by what it is about. */
export function errorsPage(): string {
  const sections = Object.entries(HEADINGS).map(([category, heading]) => {
    const rows = Object.entries(ERRORS)
      .filter(([, traits]) => traits.category === category)
      .map(([code, traits]) => rowOf(code, traits));
    return `## ${heading}\n\n${tableOf(["code", "HTTP", "gRPC", "socket closes", "again", "says"], rows)}`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

function rowOf(code: string, traits: ErrorTraits): string[] {
  return [
    `[\`${code}\`](../operations/failure-modes.md#${code})`,
    String(traits.http),
    String(traits.grpc),
    traits.close === null ? "no" : String(traits.close),
    traits.retryable ? "yes" : "no",
    cell(traits.sentence),
  ];
}
