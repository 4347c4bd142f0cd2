import type { InputSpec } from "@lilux/protocol";
import { valid } from "semver";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { problemAt, type TextProblem } from "./check-problem.ts";

const INPUT_TYPES = new Set(["string", "integer", "number", "boolean", "array", "object"]);

/** What any item can lack, whatever its type. */
export function commonProblems(text: string, parsed: ParsedItem): TextProblem[] {
  return [
    ...describedOrNot(text, parsed),
    ...versionProblems(text, parsed),
    ...inputProblems(text, parsed.inputs),
  ];
}

function describedOrNot(text: string, { description }: ParsedItem): TextProblem[] {
  if (description.trim() !== "") return [];
  return [
    problemAt(
      { text, offset: 0 },
      {
        rule: "no-description",
        cause:
          "nothing says what it is for: neither search nor the router can find it by its meaning",
        fix: "Describe it in a sentence: <description> of a directive, __tool_description__ of a script, description: of knowledge.",
      },
    ),
  ];
}

/** "0.0.0" is what an item without a version has. */
function versionProblems(text: string, { version }: ParsedItem): TextProblem[] {
  if (valid(version) !== null) return [];
  return [
    problemAt(
      { text, offset: text.search(/version/i) },
      {
        rule: "bad-version",
        cause: `the version "${version}" is none that can be compared or published`,
        fix: "Write three numbers, as 1.0.0.",
      },
    ),
  ];
}

function inputProblems(text: string, inputs: readonly InputSpec[]): TextProblem[] {
  const seen = new Set<string>();
  return inputs.flatMap((input) => {
    const at = { text, offset: placeOf(text, input.name) };
    const found: TextProblem[] = [];
    if (seen.has(input.name)) {
      found.push(
        problemAt(at, {
          rule: "input-twice",
          cause: `the input ${input.name} is declared twice`,
          fix: "Keep one of them.",
        }),
      );
    }
    seen.add(input.name);
    if (!INPUT_TYPES.has(input.type)) {
      found.push(
        problemAt(at, {
          rule: "unknown-input-type",
          cause: `the input ${input.name} has the type "${input.type}", which there is not`,
          fix: `Write one of ${[...INPUT_TYPES].join(", ")}.`,
        }),
      );
    }
    return found;
  });
}

/** Where a name stands in quotes, as names are declared. */
function placeOf(text: string, name: string): number {
  const quoted = [`"${name}"`, `'${name}'`].map((part) => text.indexOf(part));
  return quoted.find((at) => at >= 0) ?? 0;
}
