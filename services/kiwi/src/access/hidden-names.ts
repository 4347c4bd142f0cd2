const FOLDERS = new Set([".ai", ".git", ".ssh", ".aws", ".gnupg", ".kube", ".lilux", ".docker"]);

const FILES: readonly RegExp[] = [
  /^\.env(\..*)?$/i,
  /^\.(netrc|npmrc|pypirc|git-credentials|htpasswd)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)/i,
  /\.(pem|key|p12|pfx|jks|kdbx|keystore)$/i,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt))?$/i,
];

/** Whether a name is that of a folder no grant covers unless it names it. */
export function isHiddenFolder(name: string): boolean {
  return FOLDERS.has(name.toLowerCase());
}

/** Whether a name is one that secrets usually have. No grant covers it. */
export function isSecretFile(name: string): boolean {
  return FILES.some((pattern) => pattern.test(name));
}

/** What a Windows or a Mac would open under another name than this one. */
const SHORT_NAME = /^[^.]{1,6}~\d{1,6}(\..{0,3})?$/;
const CONTROL_OR_BACKSLASH = /[\p{Cc}\\]/u;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/**
 * Why no script may make, change or remove what has this name, whatever it was
 * granted to write to; undefined when it may. Programs of the host read names that
 * begin with a dot without being asked, and run what stands there: `.git`, `.envrc`,
 * `.vscode`. So none is let through, in any spelling that some file system takes for
 * one: other cases, letters that are not seen, dots of other scripts, short names.
 */
export function reasonToKeepName(name: string, isNew: boolean): string | undefined {
  const plain = name.normalize("NFKC").replace(UNSEEN, "").trim();
  if (/^[.\u3002\uff61]/.test(plain) || plain === "") return "has a hidden name";
  if (isSecretFile(plain.replace(/[. ]+$/, ""))) return "has the name of a secret";
  if (isNew && SHORT_NAME.test(plain)) return "has a name that may stand for a hidden one";
  if (isNew && CONTROL_OR_BACKSLASH.test(name))
    return "has a name that other systems read otherwise";
  return undefined;
}
