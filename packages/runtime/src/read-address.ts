/** `host:port`, an IPv6 host in brackets; without a host, every address of the machine. */
export function readAddress(text: string, example: string): { host: string; port: number } {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, Math.max(colon, 0)).replace(/^\[|\]$/g, "");
  const port = text.slice(colon + 1);
  if (colon < 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`must be host:port, as ${example}`);
  }
  return { host: host === "" ? "0.0.0.0" : host, port: Number(port) };
}
