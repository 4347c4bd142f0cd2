// `npm run test:skew -- --from <commit>`: each service of an earlier commit beside the others of this one, and the
// other way round, through a prediction, two turns and a search.
import { parseArgs } from "node:util";
import { earlierCheckout } from "./earlier-checkout.ts";
import { MIXED, tryMix } from "./try-mix.ts";

const { values } = parseArgs({ options: { from: { type: "string" }, only: { type: "string" } } });
if (values.from === undefined) {
  process.stderr.write("Name the earlier version: npm run test:skew -- --from <commit or tag>\n");
  process.exitCode = 2;
} else {
  const only = values.only?.split(",");
  const earlier = earlierCheckout(values.from);
  try {
    for (const name of MIXED.filter((one) => only === undefined || only.includes(one))) {
      const others = MIXED.filter((one) => one !== name);
      await tell(`${name} of ${values.from}, the others of this`, [name], earlier.path);
      await tell(`${name} of this, the others of ${values.from}`, others, earlier.path);
    }
  } finally {
    earlier.remove();
  }
}

async function tell(title: string, ...mix: Parameters<typeof tryMix>): Promise<void> {
  const why = await tryMix(...mix);
  process.stdout.write(
    `${why === undefined ? "ok  " : "FAIL"} ${title}${why === undefined ? "" : `: ${why}`}\n`,
  );
  if (why !== undefined) process.exitCode = 1;
}
