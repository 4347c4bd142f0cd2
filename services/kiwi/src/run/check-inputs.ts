import { describeCall } from "@lilux/core/calls";
import {
  type ExecuteArguments,
  type InputSpec,
  type ItemSummary,
  LiluxError,
} from "@lilux/protocol";
import { checkSchema } from "./check-schema.ts";
import { isMissing, validateInputs } from "./validate-inputs.ts";

/**
 * The inputs of a run, converted, with defaults. Throws `invalid_inputs` with
 * every problem in `details.fields` and a call that would do in `details.example`.
 */
export function checkInputs(item: ItemSummary, given: ExecuteArguments): Record<string, unknown> {
  const parameters = given.parameters ?? {};
  const { values, problems } = validateInputs(item.inputs, parameters, checkSchema);
  if (problems.length === 0) return values;
  const example = exampleCall(item, given);
  const list = problems.map(({ field, problem }) => `${field} ${problem}`).join("; ");
  throw new LiluxError("invalid_inputs", {
    message: `${describeCall(example)}: ${list}. Correct parameters and call again, for example with ${JSON.stringify(example.arguments.parameters)}.`,
    details: { field: problems[0]?.field, fields: problems, example },
  });
}

function exampleCall(item: ItemSummary, given: ExecuteArguments) {
  const shown = item.inputs.filter((input) => input.required || given.parameters?.[input.name]);
  const parameters = Object.fromEntries(shown.map((input) => [input.name, exampleValue(input)]));
  const { item_type, item_id, action } = given;
  return { name: "execute" as const, arguments: { item_type, item_id, action, parameters } };
}

function exampleValue({ name, type, default: fallback, schema }: InputSpec): unknown {
  if (!isMissing(fallback)) return fallback;
  const options = schema?.["enum"];
  if (Array.isArray(options) && options.length > 0) return options[0] as unknown;
  switch (type) {
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "array":
      return ["…"];
    case "object":
      return {};
    default:
      return `<${name}>`;
  }
}

const TIMEOUT_SECONDS_DEFAULT = 60;

/** `_timeout` of the parameters, in seconds, as milliseconds. Throws `invalid_inputs`. */
export function timeoutMsOf(given: ExecuteArguments, msMax: number): number {
  const value = given.parameters?.["_timeout"];
  const secondsMax = msMax / 1000;
  const seconds = isMissing(value) ? Math.min(TIMEOUT_SECONDS_DEFAULT, secondsMax) : Number(value);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= secondsMax) {
    return seconds * 1000;
  }
  const problem = `must be a number of seconds up to ${secondsMax}`;
  throw new LiluxError("invalid_inputs", {
    message: `_timeout ${problem}. Correct it and call again.`,
    details: { field: "_timeout", fields: [{ field: "_timeout", problem }] },
  });
}
