/** Where answers to one service come in. Nobody else may listen there. */
export function inboxPrefix(name: string): string {
  return `_INBOX_${name.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`;
}
