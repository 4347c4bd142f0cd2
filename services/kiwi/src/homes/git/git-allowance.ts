/** What an operator lets libraries reach beyond public servers over https and ssh. */
export interface GitAllowance {
  /** Addresses of private networks, of this machine and the like. */
  privateAddresses: boolean;
  /** `file:` addresses of this machine. */
  files: boolean;
  /** http without TLS. */
  plainHttp: boolean;
}

const WORDS = ["private", "http", "file"];

/** Throws for a word that allows nothing. */
export function readGitAllow(text: string): GitAllowance {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const unknown = words.find((word) => !WORDS.includes(word));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${WORDS.join(", ")}`);
  return {
    privateAddresses: words.includes("private"),
    files: words.includes("file"),
    plainHttp: words.includes("http"),
  };
}
