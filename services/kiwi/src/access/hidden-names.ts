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
