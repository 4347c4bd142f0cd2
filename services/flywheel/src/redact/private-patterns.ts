import { isCardNumber } from "./is-card-number.ts";
import { isIban } from "./is-iban.ts";
import { isRandom } from "./is-random.ts";

/** What may stand in a text and is nobody else's business. */
export interface PrivatePattern {
  kind: "secret" | "email" | "card" | "iban" | "phone" | "user" | "address";
  /** Global. Where it has a group named `value`, only that is replaced. */
  pattern: RegExp;
  /** Whether what was found is meant; else it stays. */
  isMeant?: (found: string) => boolean;
}

/** Counts up with every change of what is found, so that rows tell what they were redacted by. */
export const REDACTION_VERSION = 1;

/**
 * In the order they are looked for: what is surer and longer comes first. Prefixes of keys are those
 * that their makers document for scanners (GitHub, GitLab, Slack, Stripe, AWS, Google, OpenAI, npm).
 */
export const PRIVATE_PATTERNS: readonly PrivatePattern[] = [
  {
    kind: "secret",
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  },
  { kind: "secret", pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g },
  {
    kind: "secret",
    pattern:
      /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|(?:sk|pk|rk)_(?:live|test)_\w{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|sk-[\w-]{20,}|npm_\w{30,}|lilux_\w{16,})/g,
  },
  {
    kind: "secret",
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?<value>[^\s/@]+)@/gi,
  },
  {
    kind: "secret",
    pattern: /\b(?:bearer|basic)\s+(?<value>[\w+/=.~-]{8,})/gi,
  },
  {
    kind: "secret",
    pattern:
      /\b(?:pass(?:word|phrase|wd)?|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|credential|otp|pin)s?\b["']?\s*(?:is|=|:|->|=>)?\s*["']?(?<value>[^\s"',;]{4,})/gi,
    isMeant: (found) => /[^a-z]/.test(found) || isRandom(found),
  },
  {
    kind: "email",
    pattern: /[\w.!#$%&'*+/=?^`{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.\p{L}{2,}/gu,
  },
  {
    kind: "iban",
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    isMeant: isIban,
  },
  { kind: "card", pattern: /\b\d(?:[ -]?\d){12,18}\b/g, isMeant: isCardNumber },
  {
    kind: "phone",
    pattern: /(?<![\w.])(?:\+|00)\d(?:[\d ()./-]{5,18})\d\b/g,
  },
  {
    kind: "phone",
    pattern: /(?<![\w.-])(?:\(0?\d{2,5}\)|0\d{2,5})[ /.-]\d(?:[\d ./-]{3,12})\d\b/g,
  },
  { kind: "phone", pattern: /(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b/g },
  { kind: "user", pattern: /(?:\/home\/|\/Users\/|[A-Z]:\\Users\\)(?<value>[^\s/\\"']+)/g },
  {
    kind: "address",
    pattern: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
    isMeant: (found) => found.split(".").every((part) => Number(part) < 256),
  },
  { kind: "secret", pattern: /(?<![\w/.-])[\w+/=-]{20,}(?![\w.])/g, isMeant: isRandom },
];
