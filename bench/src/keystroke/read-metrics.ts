/** One service's metrics: the value of a sample by its name and labels as they are written. */
export async function readMetrics(adminPort: number): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const samples = new Map<string, number>();
  for (const line of (await answer.text()).split("\n")) {
    const [name, value] = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line)?.slice(1) ?? [];
    if (name !== undefined && value !== undefined) samples.set(name, Number(value));
  }
  return samples;
}
