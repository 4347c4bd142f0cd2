const NEWLINE = 10;

export interface ScannedLine {
  line: string;
  offset: number;
  /** With its newline. */
  bytes: number;
}

/** The whole lines of a file, and how many bytes they are: what follows was torn. */
export function scanLines(file: Buffer): { lines: ScannedLine[]; wholeBytes: number } {
  const lines: ScannedLine[] = [];
  let offset = 0;
  for (let end = file.indexOf(NEWLINE); end !== -1; end = file.indexOf(NEWLINE, offset)) {
    lines.push({ line: file.toString("utf8", offset, end), offset, bytes: end + 1 - offset });
    offset = end + 1;
  }
  return { lines, wholeBytes: offset };
}
