/**
 * Whether two names are the same to a person: `ü` may be one character or two,
 * as a file system, an archive or a keyboard writes it.
 */
export function isSameName(one: string, other: string): boolean {
  return one.normalize() === other.normalize();
}
