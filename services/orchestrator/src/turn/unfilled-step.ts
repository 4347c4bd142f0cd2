import type { Step } from "@lilux/protocol";

/** `run x` is the shortest text that could be an order. */
const ORDER_CHARACTERS_MIN = 5;
/** One word is an argument or an id, whatever it says. */
const MORE_THAN_A_WORD = /[\s(){}"]/;

/**
 * A step as it was written, with its placeholders where values of more than a
 * word stand: what a value says (a mail to sum up, a question to look into) is no
 * instruction of the directive's, and adds nothing to the calls it makes.
 */
export function unfilledStep(step: Step, inputs: Readonly<Record<string, unknown>>): Step {
  const values = Object.entries(inputs)
    .map(([name, value]) => [name, typeof value === "string" ? value : callText(value)] as const)
    .filter(([, text]) => text.length >= ORDER_CHARACTERS_MIN && MORE_THAN_A_WORD.test(text))
    .toSorted(([, a], [, b]) => b.length - a.length);
  if (values.length === 0) return step;
  const unfill = (text: string): string =>
    values.reduce((left, [name, value]) => left.replaceAll(value, () => `{{${name}}}`), text);
  const attributes = Object.entries(step.attributes).map(([name, text]) => [name, unfill(text)]);
  return { ...step, action: unfill(step.action), attributes: Object.fromEntries(attributes) };
}

/** An object's text where it could be read as a call; else it may stand as an argument. */
function callText(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return /"(?:name|tool)"|item_id/.test(text) ? text : "";
}
