import { connectTypist, type Typist } from "../keystroke/connect-typist.ts";
import { keyOf, post } from "./as-tenant.ts";

/** One tenant taking all it can get, until it is stopped. */
export interface Flood {
  stop(): Promise<FloodCount>;
}

export interface FloodCount {
  answered: number;
  refused: number;
  perSecond: number;
}

const AT_ONCE = 64;
const SOCKETS = 20;
const GAP_MS = 4;

/** As many at once as the number says, each beginning again as soon as it ends. */
export function floodRequests(url: string, tenant: string, path: string, body: object): Flood {
  return floodWith(AT_ONCE, async (index, round) => {
    const text = `anything ${index} ${round}`;
    const response = await post({ url, tenant, path, body: { ...body, text } });
    await response.arrayBuffer();
    return response.ok;
  });
}

/** People of the tenant who all type without a pause, 250 keys a second each. */
export async function floodKeystrokes(url: string, tenant: string): Promise<Flood> {
  const address = `${url.replace("http", "ws")}/v1/session`;
  const typists: Typist[] = [];
  for (let index = 0; index < SOCKETS; index += 1) {
    typists.push(await connectTypist(address, keyOf(tenant)));
  }
  const flood = floodWith(SOCKETS, async (index, round) => {
    void typists[index]?.type(`anything ${index} ${round}`).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    return true;
  });
  return {
    async stop() {
      const count = await flood.stop();
      for (const typist of typists) typist.close();
      return count;
    },
  };
}

function floodWith(
  atOnce: number,
  work: (index: number, round: number) => Promise<boolean>,
): Flood {
  let isStopped = false;
  let answered = 0;
  let refused = 0;
  const startedAt = performance.now();
  const workers = Array.from({ length: atOnce }, async (_, index) => {
    for (let round = 0; !isStopped; round += 1) {
      if (await work(index, round).catch(() => false)) answered += 1;
      else refused += 1;
    }
  });
  return {
    async stop() {
      isStopped = true;
      const seconds = (performance.now() - startedAt) / 1_000;
      await Promise.all(workers);
      return { answered, refused, perSecond: (answered + refused) / seconds };
    },
  };
}
