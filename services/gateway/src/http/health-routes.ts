import { Type } from "typebox";
import type { App } from "./create-app.ts";

const Ready = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) });

export function addHealthRoutes(app: App, unready: () => string[]): void {
  const live = {
    summary: "Whether the process lives",
    response: { 200: Type.Object({ status: Type.Literal("live") }) },
  };
  app.get("/health/live", { schema: live }, async () => ({ status: "live" as const }));

  const ready = { summary: "Whether it can work now", response: { 200: Ready, 503: Ready } };
  app.get("/health/ready", { schema: ready }, async (_request, reply) => {
    const reasons = unready();
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ ready: reasons.length === 0, reasons });
  });
}
