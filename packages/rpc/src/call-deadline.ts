/** For a call that is no execute and sets no deadline of its own, direct or over the wire. */
export const CALL_DEADLINE_MS = 5_000;
