import type { Call, ParameterOrigin } from "@lilux/protocol";
import { rowsOf } from "./rows.ts";
import { isCurrent } from "./selectors.ts";
import type { ShownCandidate, TerminalState } from "./terminal-state.ts";

/** One input of a call, as it is filled in and can be changed. */
export interface CallField {
  name: string;
  origin: ParameterOrigin["origin"];
  /** As a person would type it; empty where the item's own default counts, or nothing is there. */
  text: string;
}

/** The inputs of the leading run; none where the item declares none, or the list is of an older line. */
export function fieldsOf(state: TerminalState): CallField[] {
  const leader = leadingRun(state);
  if (leader?.parameters === undefined) return NONE;
  const values = valuesOf(leader.call);
  return leader.parameters.map(({ name, origin }) => ({
    name,
    origin,
    text: Object.hasOwn(values, name) ? textOf(values[name]) : "",
  }));
}

export function lacksInput(state: TerminalState): boolean {
  return fieldsOf(state).some(({ origin }) => origin === "missing");
}

/**
 * The leading run with what its fields hold. A value that was not changed stays as it was read; one
 * that was is text, which the tool core reads by the input's type; an emptied one is left out.
 * Null while something that is needed is empty.
 */
export function filledCall(
  { call, parameters = [] }: Pick<ShownCandidate, "call" | "parameters">,
  texts: ReadonlyMap<string, string>,
): Call | null {
  if (call.name !== "execute") return null;
  const before = valuesOf(call);
  const filled: Record<string, unknown> = {};
  for (const { name, origin } of parameters) {
    const was = Object.hasOwn(before, name) ? textOf(before[name]) : "";
    const text = texts.get(name) ?? was;
    if (text.trim() === "" && origin === "missing") return null;
    if (text.trim() === "") continue;
    filled[name] = text === was ? before[name] : text;
  }
  const { parameters: _before, ...rest } = call.arguments;
  const isEmpty = Object.keys(filled).length === 0;
  return { name: "execute", arguments: isEmpty ? rest : { ...rest, parameters: filled } };
}

export function leadingRun(state: TerminalState): ShownCandidate | null {
  const [row] = rowsOf(state);
  if (row?.kind !== "call" || !isCurrent(state)) return null;
  const { call } = row.candidate;
  return call.name === "execute" && call.arguments.action === "run" ? row.candidate : null;
}

function valuesOf(call: Call): Record<string, unknown> {
  return call.name === "execute" ? (call.arguments.parameters ?? {}) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const NONE: CallField[] = [];
