import type { TestServer } from "./test-server.ts";

/** A server that the environment named. It is not ours to end. */
export function givenServer(url: string, variable: string): TestServer {
  const refuse = async (): Promise<never> => {
    throw new Error(`the server of ${variable} is not this test's to stop; ask for an owned one`);
  };
  return {
    url,
    pid: undefined,
    stop: async () => undefined,
    kill9: refuse,
    freeze: refuse,
    thaw: refuse,
    restart: refuse,
  };
}
