import { describeUnless } from "./describe-unless.ts";
import { whyNoServer } from "./start-server.ts";
import type { ServerKind } from "./test-server.ts";

/** A suite that needs real servers. */
export function describeWithServer(
  name: string,
  kinds: ServerKind | readonly ServerKind[],
  body: () => void,
): void {
  const wanted = typeof kinds === "string" ? [kinds] : kinds;
  const reasons = wanted.flatMap((kind) => whyNoServer(kind) ?? []);
  describeUnless(reasons.length === 0 ? undefined : reasons.join("; "), name, body);
}
