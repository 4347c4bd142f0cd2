import { describeCall } from "@lilux/core/calls";
import type { Call } from "@lilux/protocol";
import { type Static, Type } from "typebox";

/** The quick yes or no on a call the router proposed. */
export const VerifyAnswer = Type.Object(
  {
    run: Type.Boolean({ description: "Whether this exact call is what the person wants." }),
    reason: Type.String({ description: "At most ten words." }),
  },
  { additionalProperties: false },
);
export type VerifyAnswer = Static<typeof VerifyAnswer>;

export function verifyPrompt(text: string, call: Call): string {
  return `The person wrote:
${text}

The router proposes: ${describeCall(call)}
In full: ${JSON.stringify(call)}

Is this exact call what the person wants? Answer no if they want something else, something more, an explanation, or if an argument is wrong or missing. Answer as JSON: {"run": true or false, "reason": "…"}.`;
}
