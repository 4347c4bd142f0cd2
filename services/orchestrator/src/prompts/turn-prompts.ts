/** Short instructions that stand in the conversation where they apply. */

/** After a call that ran at once: the person already sees its result. */
export const EXPLAIN_RESULT =
  "[The call above was run at once because the router was sure or the person chose it. In at most three sentences say what it shows and, if there is an obvious one, the next step. Do not repeat the result.]";

/** When no more calls may be made. */
export const ANSWER_NOW =
  "[No more tool calls can be made in this turn. Answer with what you have, and say what is left to do.]";

export const ALREADY_CALLED =
  "You made this exact call before in this turn. Its result is above; use it, or call something else.";

const FOLLOW_STEPS =
  "Follow the steps of this directive in order. Before and after each call mark_step with its number";

/** `before` steps of other directives of the turn have numbers already. */
export function followFrom(before: number): string {
  return before === 0
    ? `${FOLLOW_STEPS}.`
    : `${FOLLOW_STEPS}, counted from ${before + 1}: its first step is number ${before + 1}.`;
}
