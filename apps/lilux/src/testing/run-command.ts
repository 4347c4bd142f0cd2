import { PassThrough } from "node:stream";
import { createProgram } from "../create-program.ts";

/** The command within this process: what it wrote, and its exit code. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ out: string; err: string; code: number }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  let code = 0;
  const setExitCode = (given: number): void => {
    code = given;
  };
  const program = createProgram({ env: { PATH: "", ...env }, out, err, setExitCode });
  await program.parseAsync(["", "", ...args]);
  return { out: String(out.read() ?? ""), err: String(err.read() ?? ""), code };
}
