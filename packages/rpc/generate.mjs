// `npm run generate:rpc`: lints the .proto files and writes src/generated, with the plugin of this workspace.
import { spawnSync } from "node:child_process";

for (const step of ["lint", "generate"]) {
  const done = spawnSync("pnpm", ["exec", "buf", step], {
    cwd: import.meta.dirname,
    stdio: "inherit",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
