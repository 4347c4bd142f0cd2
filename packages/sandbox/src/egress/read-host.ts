/** Where a script wants to connect to. */
export interface Host {
  /** Lower case, without the dot at its end. */
  name: string;
  port: number;
}

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const NUMBER = /^(\d+|0x[0-9a-f]*)$/;
const NAME_MAX = 253;

/** A host as it was asked for, or a clause that says why it is none. Pure. */
export function readHost(
  authority: string,
  portDefault: number | undefined,
): Host | { reason: string } {
  const [, written = "", digits] = /^(.*?)(?::(\d{1,5}))?$/s.exec(authority) ?? [];
  const port = digits === undefined ? portDefault : Number(digits);
  const name = written.toLowerCase().replace(/\.$/, "");
  const reason = reasonAgainstName(name);
  if (reason !== undefined) return { reason };
  if (port === undefined || port < 1 || port > 65_535) return { reason: "has no port" };
  return { name, port };
}

/**
 * Only names that the whole world reads alike: no address in any of its forms
 * (of four numbers, of one, octal, hexadecimal, version 6), and no name that means
 * this machine or one of its neighbours.
 */
export function reasonAgainstName(name: string): string | undefined {
  const labels = name.split(".");
  const last = labels.at(-1) ?? "";
  if (/[[\]:%]/.test(name) || NUMBER.test(last))
    return "is an address, and only names are let through";
  if (name.length > NAME_MAX || !labels.every((label) => LABEL.test(label)))
    return "is no host's name";
  if (labels.length < 2 || last === "localhost")
    return "is a name of this machine or its neighbours";
  return undefined;
}
