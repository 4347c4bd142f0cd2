/** What a key may be good for. */
export const KEY_SCOPES = ["predict", "read", "run", "write", "admin", "metrics"] as const;
