/**
 * Tests that may be looked at after every turn and stopped at any: each is the capital of somebody who
 * bets against "all is well" at fair odds. While all is well it exceeds 1 / α with a probability of at
 * most α, however often one looks (Ville 1939; Shafer 2021, "Testing by betting").
 */

/** What speaks against "all is well": 20 is 5 %, 100 is 1 %. */
export type Capital = number;

/**
 * Whether the second of two kinds of turns is right less often than the first. Turns are taken in
 * pairs, one of each, in their order; what is left over waits. The bet of a pair is the likelihood of
 * its two outcomes at the rates seen so far over that at their mean: the e-value for two streams of
 * Turner, Ly and Grünwald ("Generic e-variables for exact sequential k-sample tests", PLoS ONE 2024,
 * equation 2, blocks of one and one), one-sided: nothing is bet while the second looks as good.
 */
export function evidenceOfFall(first: readonly boolean[], second: readonly boolean[]): Capital {
  const pairs = Math.min(first.length, second.length);
  let log = 0;
  let highest = 0;
  let rightFirst = 0;
  let rightSecond = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const isFirstRight = first[pair] === true;
    const isSecondRight = second[pair] === true;
    const rateFirst = rateOf(rightFirst, pair);
    const rateSecond = Math.min(rateFirst, rateOf(rightSecond, pair));
    const mean = (rateFirst + rateSecond) / 2;
    log += Math.log(chance(isFirstRight, rateFirst) / chance(isFirstRight, mean));
    log += Math.log(chance(isSecondRight, rateSecond) / chance(isSecondRight, mean));
    highest = Math.max(highest, log);
    rightFirst += Number(isFirstRight);
    rightSecond += Number(isSecondRight);
  }
  return Math.exp(highest);
}

/** Jeffreys' estimate: never 0 or 1, so no single turn ends a test. */
function rateOf(right: number, seen: number): number {
  return (right + 0.5) / (seen + 1);
}

function chance(isRight: boolean, rate: number): number {
  return isRight ? rate : 1 - rate;
}

/** How much of the capital is bet each time. */
const STAKE = 0.5;

/**
 * Whether something happens more often than was promised for each time: a bet with a fixed stake
 * (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024).
 */
export function evidenceOfExcess(
  seen: readonly { happened: boolean; promised: number }[],
): Capital {
  let capital = 1;
  let highest = 1;
  for (const { happened, promised } of seen) {
    capital *= 1 + STAKE * (Number(happened) - Math.min(1, promised));
    highest = Math.max(highest, capital);
  }
  return highest;
}
