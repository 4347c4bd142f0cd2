/** Whether Option writes signs here, as it does on every Apple system. */
export function isApple(): boolean {
  return /^(?:Mac|iPhone|iPad)/.test(navigator.platform);
}
