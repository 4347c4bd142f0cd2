import { KNOWN_VARIABLES } from "./known-variables.ts";

/** A variable that nothing reads, and the one that may be meant. */
export interface MisspeltVariable {
  variable: string;
  nearest: string | undefined;
}

/** A third of the name may be wrong, and the rest still says which was meant. */
const EDITS_SHARE_MAX = 1 / 3;
const PREFIX = "LILUX_";
const NAME_MAX = 64;

/** Variables that begin as Lilux's do and are none of them: most are slips, and would be without any effect. Pure. */
export function misspeltVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[] = KNOWN_VARIABLES,
): MisspeltVariable[] {
  return Object.keys(env)
    .filter((name) => name.toUpperCase().startsWith(PREFIX) && !known.includes(name))
    .map((variable) => ({ variable, nearest: nearestTo(variable.slice(0, NAME_MAX), known) }));
}

function nearestTo(variable: string, known: readonly string[]): string | undefined {
  const written = variable.toUpperCase().slice(PREFIX.length);
  const ranked = known
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ name, edits: editsBetween(written, name.slice(PREFIX.length)) }))
    .sort((a, b) => a.edits - b.edits);
  const [first] = ranked;
  if (first === undefined) return undefined;
  return first.edits <= first.name.length * EDITS_SHARE_MAX ? first.name : undefined;
}

/** Letters to add, leave out or exchange: the Levenshtein distance, a row at a time. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let at = 1; at <= a.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= b.length; to += 1) {
      const exchanged = (row[to - 1] ?? 0) + (a[at - 1] === b[to - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
