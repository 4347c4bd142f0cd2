/** Names that would speak for the registry, or for everybody. Only the operator gives them to somebody. */
const RESERVED = [
  "admin",
  "administrator",
  "lilux",
  "namespace",
  "official",
  "operator",
  "registry",
  "root",
  "security",
  "staff",
  "support",
  "system",
  "verified",
] as const;

export const RESERVED_NAMESPACES: readonly string[] = RESERVED;
