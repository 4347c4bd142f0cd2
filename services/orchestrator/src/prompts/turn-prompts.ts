/** Short instructions that stand in the conversation where they apply. */

/** After a call that ran at once: the person already sees its result. */
export const EXPLAIN_RESULT =
  "[The call above was run at once because the router was sure or the person chose it. In at most three sentences say what it shows and, if there is an obvious one, the next step. Do not repeat the result.]";

/** For servers that cannot go on with an unfinished message. */
export const CONTINUE_MESSAGE =
  "[Your last message was interrupted by the result of the call above. Go on with it exactly where it broke off, taking the result into account. Begin with the very next word: do not repeat, greet or start again.]";

/** For a message that was lost or cut off on its way. */
export const CONTINUE_CUT =
  "[Your last message was cut off. Go on with it exactly where it broke off. Begin with the very next word: do not repeat, greet or start again.]";

/** When no more calls may be made. */
export const ANSWER_NOW =
  "[No more tool calls can be made in this turn. Answer with what you have, and say what is left to do.]";

export const ALREADY_CALLED =
  "You made this exact call before in this turn. Its result is above; use it, or call something else.";

export const FOLLOW_STEPS =
  "Follow the steps of this directive in order. Before and after each call mark_step with its number.";
