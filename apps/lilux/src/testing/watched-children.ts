import { spawn } from "node:child_process";
import { createLogger } from "@lilux/runtime";
import { watchForOrphans } from "../distributed/watch-for-orphans.ts";

/** A supervisor with two children, one of which ignores a polite request; says their ids and stays. */
const watch = watchForOrphans(createLogger({ service: "test", level: "silent" }));
const start = (code: string): number | undefined =>
  spawn("/bin/sh", ["-c", code], { stdio: "ignore", detached: true }).pid;
const polite = start("exec sleep 600");
const stubborn = start("trap '' TERM; while :; do sleep 1; done");
watch.update({ services: [polite ?? 0], servers: [stubborn ?? 0] });
process.on("message", () => watch.close());
process.send?.([polite, stubborn]);
