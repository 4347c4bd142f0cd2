import { renderFirstAnswer } from "@lilux/orchestrator";
import type { DatasetRow, EvaluationCase } from "@lilux/protocol";

/** What a dataset is printed as. */
export const DATASET_FORMS = ["rows", "chat", "preferences", "cases"] as const;
export type DatasetForm = (typeof DATASET_FORMS)[number];

/** The values that stand for rows in a form, in their order. */
export function inForm(rows: readonly DatasetRow[], form: DatasetForm): unknown[] {
  switch (form) {
    case "rows":
      return [...rows];
    case "chat":
      return rows.flatMap((row) => {
        const told = renderFirstAnswer(row);
        const { split, weight, rule } = row;
        return told === undefined ? [] : [{ ...told, split, weight, rule }];
      });
    case "preferences":
      return preferencesOf(rows);
    case "cases":
      return rows.flatMap((row) => caseOf(row));
  }
}

/** Of a line: a call that was meant, before one that was offered and was not. */
function preferencesOf(rows: readonly DatasetRow[]): object[] {
  const lines = Map.groupBy(rows, ({ split, line, history }) =>
    JSON.stringify([split, line, history]),
  );
  return [...lines.values()].flatMap((own) => {
    const meant = own.filter(({ right }) => right);
    const others = own.filter(({ right }) => !right);
    return meant.flatMap(({ split, line, history, call, weight }) =>
      others.map((other) => ({
        split,
        line,
        history,
        chosen: call,
        rejected: other.call,
        weight: Math.min(weight, other.weight),
      })),
    );
  });
}

/** What `lilux flywheel evaluate --cases` takes. */
function caseOf({ line, history, call, right }: DatasetRow): EvaluationCase[] {
  if (!right) return [];
  return [{ line, history, call, stratum: call?.name ?? "none", group: history[0] ?? line }];
}
