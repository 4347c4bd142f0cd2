/** What the description says of an operation beside its schemas. */
export interface OperationText {
  operationId: string;
  tag: keyof typeof TAGS;
  description: string;
  /** What a good answer is. */
  answer: string;
  /** A body that is taken as it stands. */
  example?: unknown;
  /** Whether `Idempotency-Key` names it. */
  isNamedByKey?: boolean;
  /** Whether the sender signs it, as Git servers do, instead of bringing a key. */
  isSignedByGit?: boolean;
  /** Whether what was told before can be left out, by `Last-Event-ID`. */
  isResumed?: boolean;
}

export const TAGS = {
  Predictions: "Which call a line means.",
  Library: "Finding, reading and running items.",
  Turns: "Lines that are sent, and what comes of them.",
  Teaching: "What the router learnt, and what language models wrote for items.",
  Registry:
    "Namespaces, who publishes under them, and what is reported; libraries that are shared.",
  Flywheel: "What may be kept for training.",
  OpenAI: "The same, in the form of OpenAI's API.",
  Access: "Credentials.",
  Admin: "Tenants, their keys and people, what they took and what was done to them.",
  Health: "Whether it lives, and whether it can work.",
} as const;
