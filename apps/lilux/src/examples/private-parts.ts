/** Names that are reserved for examples, so that nothing of anybody's is meant. */
const INVENTED = /@(?:[\w-]+\.)*example(?:\.\w+)?$/i;

/** What in a text looks like somebody's own: addresses, numbers, keys, folders of a person. */
export function privateParts(text: string): string[] {
  const found: string[] = [];
  for (const [address] of text.matchAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)*/g)) {
    if (!INVENTED.test(address)) found.push(`${address} is not an address of an example domain`);
  }
  for (const [number] of text.matchAll(/\+\d[\d ()-]{8,}\d/g))
    found.push(`${number} looks like a telephone number`);
  for (const [key] of text.matchAll(/\b(?:sk|pk|ghp|xox[bp]|AKIA)[-_]?[A-Za-z0-9]{12,}\b/g)) {
    found.push(`${key} looks like a key`);
  }
  for (const [path] of text.matchAll(/(?:\/home\/|\/Users\/|C:\\\\Users\\\\)[\w.-]+/g)) {
    found.push(`${path} names a person's folder`);
  }
  return found;
}
