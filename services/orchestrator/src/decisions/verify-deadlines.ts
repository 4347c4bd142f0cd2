/** How long it may take to ask which call is meant. */
export interface VerifyDeadlines {
  /** For a probability, of which nothing or one token is written. */
  decisionMs: number;
  /** For a verdict in words, where the server has no probabilities: it writes some twenty tokens. */
  verdictMs: number;
}

export const VERIFY_DEADLINES: VerifyDeadlines = { decisionMs: 400, verdictMs: 2_000 };
