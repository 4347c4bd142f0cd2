const STEPS = 60;

/**
 * The highest share of errors that so few errors do not speak against, at this confidence: the upper
 * bound of Clopper and Pearson (1934), one-sided. It is exact, so it holds however few cases there are.
 */
export function upperBound(errors: number, cases: number, confidence: number): number {
  if (cases === 0 || errors >= cases) return 1;
  return solve((share) => atMost(errors, cases, share) - (1 - confidence));
}

/** The lowest share that so many do not speak against: the lower bound, one-sided. */
export function lowerBound(successes: number, cases: number, confidence: number): number {
  return 1 - upperBound(cases - successes, cases, confidence);
}

/** Where a function that falls from above zero to below it is zero, within 0 to 1. */
function solve(falling: (share: number) => number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of at most so many of `cases` at this share. */
function atMost(errors: number, cases: number, share: number): number {
  let log = cases * Math.log1p(-share);
  let sum = Math.exp(log);
  for (let count = 1; count <= errors; count += 1) {
    log += Math.log(cases - count + 1) - Math.log(count) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(log);
  }
  return sum;
}
