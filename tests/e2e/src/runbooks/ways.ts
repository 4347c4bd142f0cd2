/** How a command of a runbook is run by the test beside this. */
export type Way =
  /** By the program, against a distributed instance: it ends with 0, or is refused as the page says. */
  | { by: "lilux"; says: RegExp; isRefused?: true }
  /** By Redis, as the user that the page names. */
  | { by: "redis" }
  /** It is set for every service at its start. */
  | { by: "setting" }
  /** Somewhere else, by a program that is there. */
  | { by: "elsewhere"; where: string }
  /** By nothing, for want of a cluster: only that its names are those of deploy/k8s. */
  | { by: "names" };

/** Of a model that is no better than the one that answers, judged by three lines: the gate does not let it pass. */
const REFUSED = {
  by: "lilux",
  isRefused: true,
  says: /refused|asked for|nothing to roll back/,
} as const;

/** `<version>` is the dataset that was built, `<name>` the model, `./folder` holds the router's own ranker with a card. */
export const WAYS: Readonly<Record<string, Way>> = {
  "npm run lilux -- flywheel consent redacted": { by: "lilux", says: /redacted/ },
  "npm run lilux -- flywheel register spring ./folder": { by: "lilux", says: /spring/ },
  "npm run lilux -- flywheel build may": { by: "lilux", says: /may/ },
  "npm run lilux -- flywheel evaluate spring --dataset <version>": REFUSED,
  "npm run lilux -- flywheel promote spring --to shadow": REFUSED,
  "npm run lilux -- flywheel promote spring --to canary --share 0.05": REFUSED,
  "npm run lilux -- flywheel model spring": { by: "lilux", says: /spring/ },
  "npm run lilux -- flywheel promote spring --to live": REFUSED,
  "npm run lilux -- flywheel fit": REFUSED,
  'npm run lilux -- flywheel rollback router --reason "people complain"': REFUSED,
  "flywheel switches": { by: "lilux", says: /^/ },
  "flywheel models": { by: "lilux", says: /spring/ },
  "flywheel model <name>": { by: "lilux", says: /spring/ },
  "flywheel export <version> --split train": { by: "lilux", says: /^/ },
  "npm run lilux -- streams show": { by: "lilux", says: /TURNS.*of 7\.0 days/ },
  "npm run lilux -- streams grow TURNS 1536MiB": { by: "lilux", says: /of 1610612736/ },
  "npm run lilux -- streams unended": { by: "lilux", says: /\b0 older than ten minutes/ },
  "INFO memory": { by: "redis" },
  "INFO stats": { by: "redis" },
  "INFO commandstats": { by: "redis" },
  "LILUX_FLYWHEEL_FIT=candidates": { by: "setting" },
  "LILUX_FLYWHEEL_FIT=stages": { by: "setting" },
  "lilux up --distributed": { by: "elsewhere", where: "tests/e2e/src/supervisor-killed.test.ts" },
  "npm run bench -- router": { by: "elsewhere", where: "bench/src/main.ts" },
  "docker compose logs <service>": {
    by: "elsewhere",
    where: "tools/containers/src/try-stack.ts",
  },
  "kubectl -n lilux logs deploy/<service> --previous": { by: "names" },
  "python training/router/train.py --resume latest.pt --minutes 50": {
    by: "elsewhere",
    where: "training/router/train.py",
  },
};
