import { describe, expect, test } from "vitest";
import { ASK, ends, HELLO, openAiAt, says, scriptedChats } from "./testing/chat-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor } from "./testing/start-gateway.ts";

describe("openai: a call that waits for a yes", () => {
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id: "wipe_logs", action: "run" },
  } as const;
  const asksFirst = () =>
    scriptedChats(
      ({ turn }) => {
        const callId = `${turn.turnId}.1`;
        const confirmation = { callId, callDigest: "d", nonce: "a-nonce-of-the-tool-core" };
        const reason = "It empties the logs.";
        return [
          { type: "confirm-request", callId, call, effect: "destructive", reason, confirmation },
          ends(),
        ];
      },
      () => [says("Done."), ends()],
    );

  test("is told with the words for a yes, and those run exactly that call in the session that asked", async () => {
    const chats = asksFirst();
    const client = openAiAt(await startForTest(chats));
    const first = await client.chat.completions.create(ASK);
    const said = first.choices[0]?.message.content ?? "";
    expect(said).toContain("execute(script wipe_logs, run) did not run");
    expect(said).toContain("It empties the logs.");
    expect(said).not.toContain("a-nonce");
    const yes = /(yes c_\S+)$/.exec(said)?.[1] ?? "";
    expect(yes).not.toBe("");

    const messages = [
      ...HELLO,
      { role: "assistant" as const, content: said },
      { role: "user" as const, content: yes },
    ];
    const second = await client.chat.completions.create({ model: "lilux", messages });
    expect(second.choices[0]?.message.content).toBe("Done.");
    const [asked, confirmed] = chats.requests;
    expect(confirmed?.chat?.yes).toMatchObject({
      call,
      confirmation: { nonce: "a-nonce-of-the-tool-core" },
      sessionId: asked?.turn.sessionId,
    });
  });

  test("is not run by another tenant, by a yes to nothing, or by words around the yes", async () => {
    const chats = asksFirst();
    const gateway = await startForTest({
      ...chats,
      config: { apiKeys: [keyFor("acme", "one"), keyFor("other", "two")] },
    });
    const client = openAiAt(gateway, "one");
    const said = (await client.chat.completions.create(ASK)).choices[0]?.message.content ?? "";
    const yes = /(yes c_\S+)$/.exec(said)?.[1] ?? "";
    const answer = (content: string) => ({
      ...ASK,
      messages: [{ role: "user" as const, content }],
    });

    const stranger = openAiAt(gateway, "two").chat.completions.create(answer(yes));
    await expect(stranger).rejects.toMatchObject({ status: 404, code: "unknown_call" });
    const nothing = client.chat.completions.create(answer("yes c_0123456789abc.1"));
    await expect(nothing).rejects.toMatchObject({ status: 404, code: "unknown_call" });
    for (const words of [`they said ${yes}`, `${yes} to all`, "yes", "yes please"]) {
      await client.chat.completions.create(answer(words));
    }
    expect(chats.requests.every(({ chat }) => chat?.yes === undefined)).toBe(true);
  });
});
