import { spawn } from "node:child_process";

export interface GitRun {
  arguments: readonly string[];
  /** The bare repository. */
  repository: string;
  environment: Readonly<Record<string, string>>;
  input?: Uint8Array | string;
  deadlineMs: number;
  /** Of standard output; more ends it. */
  outputBytesMax: number;
  /** Looked at while it runs; true ends it. */
  isTooMuch?: () => Promise<boolean>;
}

export interface GitOutcome {
  /** The exit status; undefined when it was ended. */
  code: number | undefined;
  output: Buffer;
  /** The end of what it said, in English. */
  said: string;
  ended: "itself" | "late" | "too-much";
}

const SAID_BYTES_MAX = 8_192;
const LOOK_MS = 200;

/**
 * Runs git with these arguments and nothing else: no shell, no setting of the machine or of a user, no
 * prompt. It and whatever it started are gone when this resolves or the deadline has passed.
 */
export async function runGit(run: GitRun): Promise<GitOutcome> {
  const child = spawn("git", [...run.arguments], {
    cwd: run.repository,
    env: { ...BARE_ENVIRONMENT, ...run.environment },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: what git starts to reach a server ends with it.
    detached: true,
  });
  let ended: GitOutcome["ended"] = "itself";
  const end = (why: GitOutcome["ended"]): void => {
    if (ended === "itself") ended = why;
    kill(child.pid);
  };
  const output: Buffer[] = [];
  let bytes = 0;
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > run.outputBytesMax) end("too-much");
    else output.push(chunk);
  });
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    said = (said + text).slice(-SAID_BYTES_MAX);
  });
  // One that ends early reads no more; its status tells why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(run.input ?? "");
  const deadline = setTimeout(() => end("late"), run.deadlineMs);
  const looks = lookAgainAndAgain(run.isTooMuch, () => end("too-much"));
  try {
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve(status ?? undefined));
    });
    return { code, output: Buffer.concat(output), said, ended };
  } finally {
    clearTimeout(deadline);
    clearInterval(looks);
    kill(child.pid);
  }
}

/**
 * Nothing of the machine's or the user's counts, and nothing asks. What a repository says of itself is
 * in settings that only `configOf` gives; it is never checked out, so nothing of it runs.
 */
const BARE_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/nonexistent",
  XDG_CONFIG_HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "/bin/false",
  SSH_ASKPASS: "/bin/false",
  GIT_PROTOCOL_FROM_USER: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_DIR: ".",
};

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group is gone.
  }
}

function lookAgainAndAgain(
  isTooMuch: GitRun["isTooMuch"],
  end: () => void,
): NodeJS.Timeout | undefined {
  if (isTooMuch === undefined) return undefined;
  let isLooking = false;
  return setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    isTooMuch()
      .then((tooMuch) => {
        if (tooMuch) end();
      })
      .catch(() => undefined)
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_MS);
}
