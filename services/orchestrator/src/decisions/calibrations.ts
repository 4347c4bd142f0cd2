import { readFileSync } from "node:fs";
import { type DecisionCalibration, type DecisionForm, UNFITTED } from "@lilux/core/turns";
import { LiluxError, TextEnum } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

/** What one model's answers were found to be worth. */
export const FittedCalibration = Type.Object({
  /** As its server names it. */
  model: Type.String({ minLength: 1, maxLength: 256 }),
  form: TextEnum(["decisions", "systemone", "token", "json"]),
  temperature: Type.Number({ minimum: 0.1, maximum: 100 }),
  routerWeight: Type.Number({ minimum: 0, maximum: 10 }),
  /** Lines with known answers that it was fitted on. */
  lines: Type.Integer({ minimum: 1 }),
});
export type FittedCalibration = Static<typeof FittedCalibration>;

const CalibrationsFile = Type.Object({
  calibrations: Type.Array(FittedCalibration, { maxItems: 1_000 }),
});

/** What models' answers to questions over calls are worth, by their names. */
export interface Calibrations {
  /** The default, which doubts, for a model that nobody fitted. */
  of(model: string, form: DecisionForm): DecisionCalibration;
}

export function createCalibrations(fitted: readonly FittedCalibration[] = []): Calibrations {
  return {
    of(model, form) {
      const own = fitted.find((each) => each.model === model && each.form === form);
      return own ?? UNFITTED[form];
    },
  };
}

/** The file that `lilux eval decisions --write` writes. Throws `config_invalid`. */
export function readCalibrations(path: string): FittedCalibration[] {
  const file = parsed(path);
  if (Value.Check(CalibrationsFile, file)) return file.calibrations;
  const [first] = Value.Errors(CalibrationsFile, file);
  throw invalid(
    path,
    `${first?.instancePath.slice(1).replaceAll("/", ".") ?? ""} ${first?.message ?? ""}`,
  );
}

/** The same file with these in the place of those of the same model and form. */
export function withCalibrations(
  before: readonly FittedCalibration[],
  fresh: readonly FittedCalibration[],
): { calibrations: FittedCalibration[] } {
  const kept = before.filter(
    ({ model, form }) => !fresh.some((each) => each.model === model && each.form === form),
  );
  return { calibrations: [...kept, ...fresh] };
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw invalid(path, "it cannot be read, or is no JSON", cause);
  }
}

function invalid(path: string, problem: string, cause?: unknown): LiluxError {
  const message = `LILUX_LLM_CALIBRATIONS (${path}) cannot be used: ${problem.trim()}. Write it with \`lilux eval decisions --write\`.`;
  return new LiluxError("config_invalid", { message, cause });
}
