/** `*` stands for anything, also across slashes; everything else for itself. Linear time. */
export function matchesGlob(pattern: string, value: string): boolean {
  const parts = pattern.split(/\*+/);
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return pattern === value;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= value.length - last.length;
}
