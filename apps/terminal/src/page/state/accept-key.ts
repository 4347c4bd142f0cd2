/** The keys that can be chosen to accept the first suggestion. */
export const ACCEPT_KEYS = ["Tab", "ArrowRight", "Control+Enter"] as const;
export type AcceptKey = (typeof ACCEPT_KEYS)[number];

export function isAcceptKey(value: unknown): value is AcceptKey {
  return ACCEPT_KEYS.some((key) => key === value);
}

/** As it stands on a key. */
export function acceptLabel(key: AcceptKey): string {
  return { Tab: "Tab", ArrowRight: "→", "Control+Enter": "Ctrl Enter" }[key];
}
