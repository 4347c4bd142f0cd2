/**
 * A router in a process of its own, for tests that freeze or kill one: it
 * answers every line at once with a search for it. Says "ready" when it does.
 */
import { announceReplica, connectNatsBus, subjects } from "@lilux/bus";
import type { PredictRequest } from "@lilux/protocol";
import { predictionOf, searchFor } from "./predictions.ts";

const [, , url = "", replica = ""] = process.argv;
const bus = await connectNatsBus({ url, name: replica });
const answer = async ({ body }: { body: unknown }) => {
  const request = body as PredictRequest;
  const predictionId = `${replica}-${request.seq}`;
  return { ...predictionOf(request, [searchFor(request.text)]), predictionId };
};
bus.respond(subjects.ofAll("keystroke"), answer, { queue: "router" });
bus.respond(subjects.keystrokesTo(replica), answer);
announceReplica(bus, { group: "router", replica });
process.stdout.write("ready\n");
