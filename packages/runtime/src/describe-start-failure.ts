import { LiluxError } from "@lilux/protocol";

/**
 * One sentence, with the next step, for the accidents a start meets in
 * practice; undefined for what only its stack trace explains.
 */
export function describeStartFailure(error: unknown): string | undefined {
  if (error instanceof LiluxError && error.code !== "internal") return ofLiluxError(error);
  if (!(error instanceof Error)) return undefined;
  return ofSocket(error.message) ?? ofFile(error);
}

function ofLiluxError({ message, cause }: LiluxError): string {
  const detail = cause instanceof Error && cause.message !== "" ? ` (${cause.message})` : "";
  return `${message}${detail}`;
}

/** Read from the text: gRPC wraps the system's error into one of its own. */
function ofSocket(message: string): string | undefined {
  const found = /\b(EADDRINUSE|EADDRNOTAVAIL|EACCES)\b.*?(\[?[\w.:]*\]?):(\d+)/.exec(message);
  if (found === null) return undefined;
  const [, code, host, port] = found;
  if (code === "EADDRINUSE") {
    return `Port ${port} of ${host} is in use. Stop the program that listens there, or choose another port.`;
  }
  if (code === "EACCES") {
    return `Port ${port} of ${host} may not be opened by this user. Choose one above 1023.`;
  }
  return `${host} is no address of this machine. Choose one that is, such as 127.0.0.1.`;
}

const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "is not there. Create it, or correct the setting that names it",
  ENOTDIR: "lies in something that is no folder. Correct the setting that names it",
  EISDIR: "is a folder where a file is expected. Correct the setting that names it",
  EEXIST: "is a file where a folder is expected. Move it away, or choose another place",
  EACCES: "may not be used by this user. Change its permissions, or choose another place",
  EPERM: "may not be used by this user. Change its permissions, or choose another place",
  EROFS: "lies on a read-only disk. Choose another place",
  ENOSPC: "cannot be written: the disk is full. Free some space",
};

function ofFile(error: Error): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const trouble = code === undefined ? undefined : FILE_TROUBLE[code];
  return trouble === undefined || path === undefined ? undefined : `${path} ${trouble}.`;
}
