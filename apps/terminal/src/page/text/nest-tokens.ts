import type { Token } from "markdown-it";

/** A token with what stands between it and its closing token. */
export interface NestedToken {
  token: Token;
  children: NestedToken[];
}

/** The library's flat list as the tree it describes. */
export function nestTokens(tokens: readonly Token[]): NestedToken[] {
  const roots: NestedToken[] = [];
  const open: NestedToken[] = [];
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop();
      continue;
    }
    const nested = { token, children: [] };
    (open.at(-1)?.children ?? roots).push(nested);
    if (token.nesting === 1) open.push(nested);
  }
  return roots;
}
