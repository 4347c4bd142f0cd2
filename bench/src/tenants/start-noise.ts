import { fork } from "node:child_process";
import { join } from "node:path";
import type { Noise, NoiseCount, NoiseNews } from "./noisy-process.ts";

/** Resolves once the noise goes on; what it resolves with tells what came of it, when it is over. */
export async function startNoise(noise: Noise): Promise<{ ended: Promise<NoiseCount> }> {
  const child = fork(join(import.meta.dirname, "noisy-process.ts"), [JSON.stringify(noise)], {
    execArgv: ["--no-warnings"],
    stdio: "inherit",
  });
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<NoiseCount>();
  ended.promise.catch(() => undefined);
  child.on("message", (news: NoiseNews) => {
    if ("begun" in news) begun.resolve();
    else ended.resolve(news);
  });
  child.once("exit", (code) => {
    const error = new Error(`the noisy process ended with ${code}`);
    begun.reject(error);
    ended.reject(error);
  });
  await begun.promise;
  return { ended: ended.promise };
}
