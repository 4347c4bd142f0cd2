/**
 * Whether two names are the same to a person: `ü` may be one character or two,
 * as a file system, an archive or a keyboard writes it.
 */
export function isSameName(one: string, other: string): boolean {
  return one.normalize() === other.normalize();
}

const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,120}$/u;

/** What to do where a file and what it holds have two names. A file is only renamed to what can be one. */
export function renameAdvice(declared: string, what: string, id: string): string {
  const change = `the ${what} to "${id}"`;
  return FILE_NAME.test(declared)
    ? `Rename the file to ${declared}.md, or ${change}.`
    : `Rename ${change}.`;
}
