import { LiluxError } from "@lilux/protocol";

export interface ArchivedFile {
  /** Relative, with forward slashes; no segment leads anywhere else. */
  name: string;
  bytes: Buffer;
}

const BLOCK = 512;
const FILES_MAX = 64;
const NAME_MAX = 200;
const FILE_BYTES_MAX = 32 * 1024 * 1024;

/**
 * The regular files of a ustar archive that came out of a sandbox, whose every
 * byte may be a lie: lengths are checked, links and devices left out, and names
 * made harmless. Throws `script_output_invalid`, `script_output_too_large`. Pure.
 */
export function readTar(archive: Buffer): ArchivedFile[] {
  const files = new Map<string, ArchivedFile>();
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = readOctal(header.subarray(124, 136));
    if (size === undefined || !isChecked(header)) throw damaged();
    const start = at + BLOCK;
    if (size > FILE_BYTES_MAX || start + size > archive.length) throw damaged();
    const type = String.fromCharCode(header[156] ?? 0);
    const name = type === "0" || type === "\0" ? nameOf(header) : undefined;
    if (name !== undefined) {
      files.set(name, { name, bytes: archive.subarray(start, start + size) });
    }
    if (files.size > FILES_MAX) throw tooMany();
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return [...files.values()];
}

function nameOf(header: Buffer): string | undefined {
  const prefix = readText(header.subarray(345, 500));
  const rest = readText(header.subarray(0, 100));
  const written = prefix === "" ? rest : `${prefix}/${rest}`;
  const segments = written
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .map((segment) => segment.replace(/[^\p{L}\p{N}_.,()+=@ -]/gu, "_").replace(/^\.+/, "_"));
  const name = segments.join("/");
  return name === "" || name.length > NAME_MAX ? undefined : name;
}

function readText(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString("utf8");
}

function readOctal(field: Buffer): number | undefined {
  const text = readText(field).trim();
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** The sum over the header with its own field read as spaces. */
function isChecked(header: Buffer): boolean {
  let sum = 0;
  header.forEach((byte, index) => {
    sum += index >= 148 && index < 156 ? 0x20 : byte;
  });
  return readOctal(header.subarray(148, 156)) === sum;
}

function damaged(): LiluxError {
  return new LiluxError("script_output_invalid", {
    message: "The files in the script's output folder could not be taken out of the sandbox.",
    details: { reason: "damaged_archive" },
  });
}

function tooMany(): LiluxError {
  return new LiluxError("script_output_too_large", {
    message: `The script left more than ${FILES_MAX} files in its output folder. Write fewer, or one archive.`,
    details: { filesMax: FILES_MAX },
  });
}
