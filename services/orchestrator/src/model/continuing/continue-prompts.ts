/** For servers that cannot go on with an unfinished message. */
export const CONTINUE_MESSAGE =
  "[Your last message was interrupted by the result of the call above. Go on with it exactly where it broke off, taking the result into account. Begin with the very next word: do not repeat, greet or start again.]";

/** For a message that was lost or cut off on its way. */
export const CONTINUE_CUT =
  "[Your last message was cut off. Go on with it exactly where it broke off. Begin with the very next word: do not repeat, greet or start again.]";
