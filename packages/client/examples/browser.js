// A page: bundle it with any bundler. The page's own server hands out tickets, so that no key is in it.
import { createLiluxClient } from "@lilux/client";

/** Shows what a line may mean while it is typed, and what comes of it once it is sent. */
export function connect({ url, getTicket, onCandidates, onText }) {
  const client = createLiluxClient({ url, ticket: getTicket });
  client.on("prediction", ({ candidates }) => onCandidates(candidates));
  return {
    type: (line) => client.type(line),
    async send(line) {
      await client.ready();
      const turn = client.submit(line);
      for await (const event of turn.events) if (event.type === "text-delta") onText(event.text);
      return (await turn.ended).outcome;
    },
    close: () => client.close(),
  };
}
