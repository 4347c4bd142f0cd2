/** Keeps white space back until something follows it. */
export interface SpaceHolder {
  push(piece: string): string;
  /** What was kept back, when nothing more comes. */
  end(): string;
}

/**
 * A message may break off after white space, which chat templates cut off the end
 * of what is gone on with. So nobody has been shown it then, and the white space
 * that what follows begins with is the only one there is.
 */
export function createSpaceHolder(): SpaceHolder {
  let held = "";
  return {
    push(piece) {
      const whole = held + piece;
      const solid = whole.trimEnd();
      held = whole.slice(solid.length);
      return solid;
    },
    end() {
      const rest = held;
      held = "";
      return rest;
    },
  };
}
