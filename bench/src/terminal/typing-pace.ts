/** The wait before each next character, in milliseconds: as people type, longer after a space. */
export function* typingPace(text: string, { meanMs, seed }: { meanMs: number; seed: number }) {
  let state = seed;
  for (const character of text) {
    // Numerical Recipes' generator: the same line is typed in the same rhythm each time.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const share = 0.5 + state / 2 ** 32;
    yield { character, waitMs: meanMs * share * (character === " " ? 1.4 : 0.95) };
  }
}
