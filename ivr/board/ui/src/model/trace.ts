/** Variables of a call by their full names: those of a block are kept together. */
export function flat(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => {
      const own = /_\d+$/.test(name) && value !== null && typeof value === "object" && !Array.isArray(value);
      return own ? Object.entries(value as object).map(([field, each]) => [`${name}.${field}`, each]) : [[name, value]];
    }),
  );
}
