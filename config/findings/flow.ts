/** A value in YAML's flow form, as it can be written into a stack file. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(flow).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return typeof value === "string" && /^[{["'&*!|>%@`#]|: | #|^$/.test(value)
    ? JSON.stringify(value)
    : String(value);
}
