import type { KiwiApi } from "../kiwi-api.ts";

/** A tool core that answers only what a test scripted: any other call is the test's failure. */
export function scriptedKiwi(script: Partial<KiwiApi>): KiwiApi {
  const unscripted = (method: string) => (): never => {
    throw new Error(`kiwi.${method} was called and is not scripted`);
  };
  return {
    search: unscripted("search"),
    load: unscripted("load"),
    execute: unscripted("execute"),
    discover: unscripted("discover"),
    listItems: unscripted("listItems"),
    recallRun: unscripted("recallRun"),
    readArtifact: unscripted("readArtifact"),
    secrets: unscripted("secrets"),
    registry: unscripted("registry"),
    library: unscripted("library"),
    ...script,
  };
}

/** Never ends by itself; rejects when the signal does. `onAbort` sees the moment. */
export async function untilSignal(
  signal: AbortSignal | undefined,
  onAbort: () => void,
): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => {
    onAbort();
    reject(signal?.reason);
  };
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", end, { once: true });
  return promise;
}
