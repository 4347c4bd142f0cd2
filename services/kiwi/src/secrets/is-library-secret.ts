/** Secrets that a tenant's library signs in to Git with. No script is given one, whatever it asks for. */
export function isLibrarySecret(name: string): boolean {
  return name.startsWith("GIT_LIBRARY_");
}
