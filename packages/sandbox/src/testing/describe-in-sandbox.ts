import { describeUnless } from "@lilux/testkit";
import { openSandbox } from "../runner/open-sandbox.ts";

const sandbox = await openSandbox({
  path: "/usr/bin:/bin",
  uid: process.getuid?.() ?? -1,
  memoryBytesMax: 512 * 1024 * 1024,
});

/** A suite that runs scripts in the real sandbox. */
export function describeInSandbox(name: string, body: () => void): void {
  describeUnless(sandbox.available ? undefined : sandbox.reason, name, body);
}
