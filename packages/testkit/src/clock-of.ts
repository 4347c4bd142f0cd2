import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";

/** A clock that says what a test says, both ways, and stands while the test does not move it. Sleeps are real. */
export function clockOf(read: () => number): Clock {
  return { unix: read, monotonic: read, sleep: SYSTEM_CLOCK.sleep };
}
