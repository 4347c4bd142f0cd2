import { finishWithin } from "@lilux/core/async";
import { GenericContainer, getContainerRuntimeClient, Wait } from "testcontainers";
import { freePort } from "./free-port.ts";
import type { ServerSpec } from "./server-spec.ts";
import type { TestServer } from "./test-server.ts";

const ENGINE_MS = 1_500;

/** A server in a container, or undefined where no engine answers within 1.5 s. */
export async function startContainerServer(
  spec: ServerSpec,
  options: { port: number | undefined; directory: string | undefined },
): Promise<TestServer | undefined> {
  if (!(await engineAnswers())) return undefined;
  const port = options.port ?? (await freePort());
  // A fixed port of the host: a container that is started again keeps it.
  const { directory } = options;
  const mounts = directory === undefined ? [] : [{ source: directory, target: "/data" }];
  const container = await new GenericContainer(spec.image)
    .withCommand(spec.containerCommand)
    .withEnvironment({ ...spec.containerEnvironment })
    .withExposedPorts({ container: spec.containerPort, host: port })
    .withBindMounts(mounts)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const client = await getContainerRuntimeClient();
  const handle = client.container.getById(container.getId());
  return {
    url: spec.url(port),
    pid: undefined,
    async stop() {
      await container.stop({ remove: true });
    },
    async kill9() {
      await handle.kill({ signal: "SIGKILL" });
      await handle.wait();
    },
    async freeze() {
      await handle.pause();
    },
    async thaw() {
      await handle.unpause();
    },
    async restart() {
      await handle.restart();
    },
  };
}

async function engineAnswers(): Promise<boolean> {
  const answer = getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
  return (await finishWithin(answer, ENGINE_MS)) && (await answer);
}
