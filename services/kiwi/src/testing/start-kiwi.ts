import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { UNDIVIDED_VERBS } from "@lilux/core/access";
import type {
  CarriedSettings,
  ExecuteEvent,
  ExecuteRequest,
  ExecuteResult,
  LibraryChange,
  LiluxError,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { type KiwiConfig, kiwiConfig } from "../config.ts";
import { createKiwiService, type KiwiDeps, type KiwiService } from "../service.ts";

export interface StartedKiwi extends AsyncDisposable {
  kiwi: KiwiService;
  /** Everything lies under it: `project`, `user`, `tenants/<tenant>`. */
  path: string;
  changes: LibraryChange[];
  write(path: string, text: string | Uint8Array): Promise<void>;
  execute(
    given: Partial<ExecuteRequest> & Pick<ExecuteRequest, "arguments">,
    signal?: AbortSignal,
    /** Of the tenant, as the gateway hands them on. */
    settings?: CarriedSettings,
  ): Promise<{ result: ExecuteResult; progress: string[] }>;
}

/** A service on an empty folder of its own, with the given files in it. */
export async function startKiwi(
  files: Record<string, string | Uint8Array>,
  config: Partial<KiwiConfig> = {},
  deps: Partial<KiwiDeps> = {},
): Promise<StartedKiwi> {
  const folder = await temporaryDirectory();
  const write = async (path: string, text: string | Uint8Array): Promise<void> => {
    const target = join(folder.path, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  };
  await mkdir(join(folder.path, "project", ".ai"), { recursive: true });
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const logger = createLogger({ service: "kiwi", level: "silent" });
  const bus = createInProcessBus();
  const changes: LibraryChange[] = [];
  bus.subscribe("lilux.v1.*.library", ({ body }) => {
    changes.push(body as LibraryChange);
  });
  const kiwi = createKiwiService(
    {
      ...kiwiConfig({
        PATH: "/usr/bin:/bin",
        LILUX_PROJECT: join(folder.path, "project"),
        LILUX_USER_HOME: join(folder.path, "user"),
      }),
      watchDebounceMs: 10,
      ...config,
    },
    { bus, logger, ...deps },
  );
  await kiwi.start();
  let calls = 0;
  return {
    kiwi,
    path: folder.path,
    changes,
    write,
    execute(given, signal, settings) {
      calls += 1;
      const by = "person" as const;
      const request = {
        tenant: testTenant("local"),
        callId: `call-${calls}`,
        by,
        tainted: false,
        ...given,
      };
      const of = { tenant: testTenant(request.tenant), person: "p", verbs: UNDIVIDED_VERBS };
      const mandate = settings && { ...of, settings };
      return collect(kiwi.api.execute(request, { signal, mandate }));
    },
    async [Symbol.asyncDispose]() {
      await kiwi.stop();
      await bus.drain();
      await folder.remove();
    },
  };
}

async function collect(
  events: AsyncIterable<ExecuteEvent>,
): Promise<{ result: ExecuteResult; progress: string[] }> {
  const progress: string[] = [];
  for await (const event of events) {
    if (event.type === "progress") progress.push(event.text);
    else return { result: event.result, progress };
  }
  throw new Error("execute ended without a result");
}

/** What a promise rejects with, as our error. */
export async function errorOf(promise: Promise<unknown>): Promise<LiluxError> {
  return promise.then(
    () => {
      throw new Error("expected a rejection");
    },
    (error: LiluxError) => error,
  );
}

export function directiveText(name: string, inner = "", metadata = ""): string {
  return `# ${name}

\`\`\`xml
<directive name="${name}" version="1.0.0">
  <metadata>
    <description>Does ${name.replaceAll("_", " ")}.</description>
    ${metadata}
  </metadata>
  ${inner}
</directive>
\`\`\`
`;
}
