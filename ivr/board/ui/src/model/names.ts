/** What each is called, by its number: its title, with the number where another would read the same. */
export function apart(titles: Iterable<readonly [number, string]>): Map<number, string> {
  const all = [...titles];
  const counts = new Map<string, number>();
  for (const [, title] of all) counts.set(title, (counts.get(title) ?? 0) + 1);
  return new Map(all.map(([number, title]) => [number, counts.get(title)! > 1 ? `${title} ${number}` : title]));
}
