import { freePorts } from "@lilux/runtime";
import { type PortPlan, SERVICE_NAMES, type ServiceName } from "./plan-processes.ts";

/** Free ports for everything but the gateway, whose port may be given; 0 takes a free one. */
export async function choosePorts(gateway: number): Promise<PortPlan> {
  const free = await freePorts(5 + SERVICE_NAMES.length);
  const take = (): number => free.pop() ?? 0;
  return {
    gateway: gateway === 0 ? take() : gateway,
    nats: take(),
    redis: take(),
    kiwi: take(),
    orchestrator: take(),
    admin: Object.fromEntries(SERVICE_NAMES.map((name) => [name, take()])) as Record<
      ServiceName,
      number
    >,
  };
}

/** The ports that one process binds, by its name. */
export function portsOf(ports: PortPlan, process: string): number[] {
  const service = SERVICE_NAMES.find((name) => name === process);
  if (service === undefined) return [process === "nats-server" ? ports.nats : ports.redis];
  const own = {
    gateway: [ports.gateway],
    kiwi: [ports.kiwi],
    orchestrator: [ports.orchestrator],
    router: [],
    "context-warmer": [],
    flywheel: [],
  };
  return [ports.admin[service], ...own[service]];
}
