/**
 * YAML reads a bare `2026-12-01` as a moment, and Pulumi hands that over as a text of its own. The stack file means the
 * day.
 */
export function withPlainDays(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/^(\d{4}-\d{2}-\d{2}) 00:00:00 \+0000 UTC$/, "$1");
  }
  if (Array.isArray(value)) {
    return value.map(withPlainDays);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withPlainDays(one)]))
    : value;
}
