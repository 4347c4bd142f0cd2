import { cell, tableOf } from "./table-of.ts";

export interface AsyncApi {
  info: { description: string };
  channels: {
    session: { messages: Record<string, { summary: string; payload: { properties?: object } }> };
  };
  operations: Record<string, { action: string; messages: { $ref: string }[] }>;
}

/** Every frame of the socket, from the description that its schemas give. */
export function socketPage(document: AsyncApi): string {
  const { messages } = document.channels.session;
  const sections = Object.values(document.operations).map(({ action, messages: listed }) => {
    const rows = listed.map(({ $ref }) => {
      const name = $ref.split("/").at(-1) ?? "";
      const message = messages[name];
      const fields = Object.keys(message?.payload.properties ?? {}).filter((key) => key !== "type");
      return [
        `\`${name}\``,
        cell(fields.map((key) => `\`${key}\``).join(" ")),
        cell(message?.summary ?? ""),
      ];
    });
    const heading = action === "receive" ? "Sent by a client" : "Sent by a gateway";
    return `## ${heading}\n\n${tableOf(["frame", "fields", ""], rows)}`;
  });
  return `# Socket\n\n${document.info.description} Made of [asyncapi.json](/asyncapi.json).\n\n${sections.join("\n\n")}\n`;
}
