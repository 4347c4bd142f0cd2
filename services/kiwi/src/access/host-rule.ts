import { reasonAgainstName } from "@lilux/sandbox";

/** Hosts that a grant or the operator names. */
export interface HostRule {
  /** A name, or one with `*.` before it for all below it; undefined: every public one. */
  name: string | undefined;
  /** Undefined: those of the web. */
  port: number | undefined;
}

const WEB_PORTS: readonly number[] = [80, 443];

/** `api.example.com`, `*.example.com`, either with `:8443`, or `*`. Undefined for what is none of them. */
export function readHostRule(text: string): HostRule | undefined {
  const [, written = "", digits] = /^([^:]+)(?::(\d{1,5}))?$/.exec(text.toLowerCase()) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  if (written === "*") return { name: undefined, port };
  const plain = written.replace(/^\*\./, "").replace(/\.$/, "");
  if (reasonAgainstName(plain) !== undefined) return undefined;
  return { name: written.replace(/\.$/, ""), port };
}

export function coversHost(rule: HostRule, host: { name: string; port: number }): boolean {
  const { name, port } = rule;
  if (port === undefined ? !WEB_PORTS.includes(host.port) : port !== host.port) return false;
  if (name === undefined || name === host.name) return true;
  return name.startsWith("*.") && host.name.endsWith(name.slice(1));
}
