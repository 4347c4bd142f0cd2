/** The day at a time, as YYYY-MM-DD on this machine's clock: nobody says in which zone they type. */
export function isoDay(atMs: number): string {
  const at = new Date(atMs);
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${part(at.getMonth() + 1)}-${part(at.getDate())}`;
}
