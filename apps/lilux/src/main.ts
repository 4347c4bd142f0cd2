import { createProgram } from "./create-program.ts";

const program = createProgram({ env: process.env, out: process.stdout, setExitCode });

function setExitCode(code: number): void {
  process.exitCode = code;
}

await program.parseAsync(process.argv);
