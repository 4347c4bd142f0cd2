import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * A python3 that has pip: \`pip download\` puts the wheels of a folder where it is told to, by the
 * name of what is asked for, and notes each request in \`asked.txt\`. A file \`offline\` beside them
 * makes it fail. Everything else is the machine's own Python.
 */
export async function writeStubPython(folder: string, wheels: string): Promise<string> {
  const path = join(folder, "bin", "python3");
  await mkdir(dirname(path), { recursive: true });
  const code = `#!/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
case "$*" in *find_spec*) echo "3 11 True"; exit 0 ;; esac
if [ "$1 $2" = "-m pip" ]; then
  while [ "$#" -gt 1 ]; do
    [ "$1" = "--dest" ] && dest=$2
    [ "$1" = "--requirement" ] && list=$2
    shift
  done
  cat "$list" >> "${wheels}/asked.txt"
  [ -e "${wheels}/offline" ] && { echo "no route to the index" >&2; exit 1; }
  name=$(cut -d= -f1 "$list" | tr - _)
  cp "${wheels}/$name"-*.whl "$dest"
  exit 0
fi
exec python3 "$@"
`;
  await writeFile(path, code);
  await chmod(path, 0o755);
  return dirname(path);
}
