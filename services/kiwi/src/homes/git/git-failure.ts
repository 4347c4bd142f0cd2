import { LiluxError } from "@lilux/protocol";
import type { GitOutcome } from "./run-git.ts";

type Reason = "sign_in" | "missing" | "late" | "away";

const SAYS: readonly [RegExp, Reason][] = [
  [
    /Authentication failed|could not read (Username|Password)|Permission denied|Access denied|error: 40[13]|Host key verification failed|No .* host key is known/i,
    "sign_in",
  ],
  [/not found|error: 404|does not appear to be a git repository|does not exist/i, "missing"],
];

const SENTENCES: Readonly<Record<Reason, string>> = {
  sign_in:
    "The Git server did not let this server in. Look at the secret that the library's sign-in names, and at what it may do there.",
  missing: "The Git server knows no such repository, or shows it to nobody who signs in like this.",
  late: "The Git server did not answer in time.",
  away: "The Git server cannot be reached.",
};
const STAYS = "What was read before stays; nothing of a write is left. Try again shortly.";

/** Whose own words may be in the log: what git said, without whatever came with the address. */
const SAID_CHARACTERS_MAX = 400;

/** What a git that failed comes to. What it said itself goes to the log only, and holds no secret: none is given to it but by the environment. */
export function gitFailure({ ended, said, code }: GitOutcome, what: string): LiluxError {
  if (ended === "too-much") {
    return new LiluxError("storage_full", {
      message:
        "The library's repository is larger than this server takes in. Keep the library in a repository of its own, without large files.",
      details: { limit: "repository" },
    });
  }
  const found = SAYS.find(([pattern]) => pattern.test(said));
  const reason = ended === "late" ? "late" : (found?.[1] ?? "away");
  return new LiluxError("library_unreachable", {
    message: `${SENTENCES[reason]} ${STAYS}`,
    details: { reason },
    cause: new Error(`git ${what}: ${code ?? ended}: ${said.slice(-SAID_CHARACTERS_MAX)}`),
  });
}
