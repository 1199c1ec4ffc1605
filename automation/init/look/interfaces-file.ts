/** One interface as /etc/network/interfaces declares it, all of its stanzas together. */
export interface DeclaredInterface {
  readonly name: string;
  /** `static`, `manual`, `dhcp`, `loopback`; of IPv4 where there are several. */
  readonly method: string;
  /** Options by their names, with `_` as `-`; an option may stand several times. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** Reads the file as ifupdown2 does. Total: what it doesn't understand is left out. */
export function parseInterfacesFile(text: string): DeclaredInterface[] {
  const found = new Map<string, { method: string; options: Record<string, string[]> }>();
  let current: { method: string; options: Record<string, string[]> } | undefined;
  for (const row of logicalLines(text)) {
    const [word = "", ...rest] = row.split(/\s+/);
    if (word === "iface") {
      const [name = "", family = "inet", method = "manual"] = rest;
      const known = found.get(name);
      current = known ?? { method, options: {} };
      if (known !== undefined && (family === "inet" || known.method === "manual")) {
        known.method = method;
      }
      found.set(name, current);
    } else if (/^(auto|allow-\S+|source|source-directory|mapping|vlan|bridge)$/.test(word)) {
      current = undefined;
    } else if (current !== undefined && word !== "") {
      const key = word.replaceAll("_", "-");
      current.options[key] = [...(current.options[key] ?? []), rest.join(" ")];
    }
  }
  return [...found].map(([name, one]) => ({ name, ...one }));
}

/** Without comments, and with continued lines put together. */
function logicalLines(text: string): string[] {
  return text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
