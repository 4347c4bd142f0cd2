import { isDeepStrictEqual } from "node:util";
import type { ExecuteCall, InputSpec } from "@lilux/protocol";
import type { JudgedLine } from "./call-figures.ts";
import type { EvaluationLine, WantedCall } from "./dataset.ts";
import { rightCalls } from "./match-call.ts";

/** The inputs that a call's item declares. */
export type InputsOf = (call: ExecuteCall) => readonly InputSpec[];

/** How the values of one kind of input were read, where the call is right otherwise. */
export interface ParameterFigures {
  type: string;
  /** Values meant by the lines. */
  wanted: number;
  /** Exactly the line's own value, of its type. */
  strict: number;
  /** The value of any call that would be right too. */
  acceptable: number;
  /** Values given that no right call has. */
  invented: number;
}

interface Count {
  wanted: number;
  strict: number;
  acceptable: number;
  invented: number;
}

/** Value by value, by the kind of input: of calls whose item and action are right. */
export function parameterFigures(
  judged: readonly JudgedLine[],
  inputsOf: InputsOf,
): ParameterFigures[] {
  const counts = new Map<string, Count>();
  for (const { line, leader } of judged) {
    if (leader?.name !== "execute" || line.call.name !== "execute") continue;
    const found = leader.arguments.parameters ?? {};
    const wanted = line.call.arguments.parameters ?? {};
    for (const spec of inputsOf(leader)) {
      const { name } = spec;
      const all = valuesOf(line, name);
      const isGiven = Object.hasOwn(found, name);
      const count = countOf(counts, kindOf(spec));
      if (isGiven && !all.some((value) => isDeepStrictEqual(value, found[name])))
        count.invented += 1;
      if (!Object.hasOwn(wanted, name)) continue;
      count.wanted += 1;
      if (isDeepStrictEqual(found[name], wanted[name])) count.strict += 1;
      if (all.some((value) => isDeepStrictEqual(value, found[name]))) count.acceptable += 1;
    }
  }
  return [...counts]
    .filter(([, { wanted, invented }]) => wanted + invented > 0)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([type, { wanted, strict, acceptable, invented }]) => {
      const all = Math.max(1, wanted);
      return { type, wanted, strict: strict / all, acceptable: acceptable / all, invented };
    });
}

function countOf(counts: Map<string, Count>, type: string): Count {
  const count = counts.get(type) ?? { wanted: 0, strict: 0, acceptable: 0, invented: 0 };
  counts.set(type, count);
  return count;
}

/** What every right call has for an input; undefined among them where one leaves it out. */
function valuesOf(line: EvaluationLine, name: string): unknown[] {
  return rightCalls(line).map((call) => parametersOf(call)?.[name]);
}

function parametersOf(call: WantedCall): Record<string, unknown> | undefined {
  return call.name === "execute" ? (call.arguments.parameters ?? {}) : undefined;
}

function kindOf({ type, schema, description = "" }: InputSpec): string {
  if (Array.isArray(schema?.["enum"])) return "choice";
  return type === "string" && /YYYY-MM/u.test(description) ? "date" : type;
}
