/** Names one hit of one call's list. */
export function openedKey(callId: string, itemType: string, qualifiedId: string): string {
  return `${callId}|${itemType}|${qualifiedId}`;
}
