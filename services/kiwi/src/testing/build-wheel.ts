import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipArchive } from "../access/zip-archive.ts";

export interface WheelSpec {
  name: string;
  version: string;
  /** Text of its one module. */
  module: string;
  requires?: readonly string[];
}

/** Writes a wheel of one pure Python module into a folder that pip finds links in. */
export async function buildWheel(folder: string, wheel: WheelSpec): Promise<void> {
  const { name, version, module, requires = [] } = wheel;
  const info = `${name}-${version}.dist-info`;
  const metadata = [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
  ];
  const files = [
    { path: `${name}.py`, text: module },
    { path: `${info}/METADATA`, text: `${metadata.join("\n")}\n` },
    {
      path: `${info}/WHEEL`,
      text: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    },
  ];
  const record = files.map(({ path, text }) => {
    const hash = createHash("sha256").update(text).digest("base64url");
    return `${path},sha256=${hash},${Buffer.byteLength(text)}`;
  });
  const all = [
    ...files,
    { path: `${info}/RECORD`, text: `${record.join("\n")}\n${info}/RECORD,,\n` },
  ];
  const bytes = zipArchive(all.map(({ path, text }) => ({ path, bytes: Buffer.from(text) })));
  await writeFile(join(folder, `${name}-${version}-py3-none-any.whl`), bytes);
}
