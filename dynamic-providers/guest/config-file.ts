/** A guest's settings as its file in `/etc/pve` has them. */
export interface GuestConfig {
  /** In force now. */
  readonly now: Readonly<Record<string, string>>;
  /** In force after its next start: what is there, with what waits for that. */
  readonly next: Readonly<Record<string, string>>;
  /** Settings that wait for the next start. */
  readonly pending: readonly string[];
  /** Settings as each snapshot has them. */
  readonly snapshots: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Snapshots and Proxmox's own notes stand in sections behind the settings and say nothing of the guest as it is. */
export function parseGuestConfig(text: string): GuestConfig {
  const [current = "", ...sections] = text.split(/^(?=\[)/m);
  const waiting = sections.find((section) => /^\[(PENDING|pve:pending)\]/.test(section)) ?? "";
  const now = settingsOf(current);
  const { delete: dropped = "", ...changed } = settingsOf(waiting);
  // A `!` in front says that a volume goes with its drive.
  const gone = dropped
    .split(/[,;\s]+/)
    .flatMap((one) => (one === "" ? [] : [one.replace("!", "")]));
  const next = Object.fromEntries(
    Object.entries({ ...now, ...changed }).filter(([key]) => !gone.includes(key)),
  );
  const snapshots = Object.fromEntries(
    sections.flatMap((section) => {
      const [, name] = /^\[([A-Za-z][\w-]*)\]/.exec(section) ?? [];
      return name === undefined || name === "PENDING" ? [] : [[name, settingsOf(section)]];
    }),
  );
  return { now, next, pending: [...Object.keys(changed), ...gone], snapshots };
}

function settingsOf(section: string): Record<string, string> {
  const found: Record<string, string> = {};
  const notes: string[] = [];
  for (const line of section.split("\n")) {
    if (line.startsWith("#")) {
      notes.push(decoded(line.slice(1)));
      continue;
    }
    const [, key, value] = /^([A-Za-z][\w-]*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      found[key] = key === "description" ? decoded(value) : value;
    }
  }
  return notes.length === 0 ? found : { ...found, description: notes.join("\n").trimEnd() };
}

/** Proxmox writes what is no plain letter of a note, and keys of ssh, as in an address of the web. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
