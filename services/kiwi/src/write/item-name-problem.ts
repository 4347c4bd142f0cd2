const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u;
/** Devices of Windows: a file of such a name, with any extension, cannot be kept there. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** With an extension and the mark of an unfinished file, still a name any file system takes. */
const NAME_BYTES_MAX = 128;

/**
 * What is wrong with a name for a new item or category, as the end of a
 * sentence that begins with the name; undefined when nothing is. Stricter than
 * what is read: a new name must be one that every disk, shell and person can
 * handle.
 */
export function itemNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) return `is longer than ${NAME_BYTES_MAX} bytes`;
  if (name !== name.normalize("NFC")) return "is not in Unicode's composed form (NFC)";
  if (!NAME.test(name)) {
    return "may hold only letters, digits, _, - and ., and must begin with a letter or digit";
  }
  if (name.endsWith(".")) return "must not end with a dot";
  return RESERVED.test(name) ? "is a device's name on Windows" : undefined;
}
