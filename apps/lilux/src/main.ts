import { createProgram } from "./create-program.ts";

const program = createProgram({ env: process.env, out: process.stdout, setExitCode });

function setExitCode(code: number): void {
  process.exitCode = code;
}

// A reader that has seen enough (`lilux predict … | head -1`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
});

await program.parseAsync(process.argv);
