import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One archive that the machine's own apt uses. */
export interface Archive {
  readonly uri: string;
  readonly suite: string;
}

/** The Debian archives from which images are made: the machine's own, with another suite. */
export interface DebianArchives {
  readonly main: string;
  readonly security?: string;
  readonly updates: boolean;
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Both notations of apt: one line an archive, and the paragraphs of `.sources` files. */
export function parseSources(oneLine: string, paragraphs: string): Archive[] {
  const lines = oneLine.split("\n").flatMap((line): Archive[] => {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line.trim());
    const [, uri, suite] = match ?? [];
    return uri === undefined || suite === undefined ? [] : [{ uri, suite }];
  });
  const blocks = paragraphs.split(/\n\s*\n/).flatMap((block): Archive[] => {
    const field = (name: string) =>
      new RegExp(`^${name}:\\s*(.+)$`, "im").exec(block)?.[1]?.trim().split(/\s+/) ?? [];
    if (!field("Types").includes("deb") || field("Enabled")[0] === "no") return [];
    return field("URIs").flatMap((uri) => field("Suites").map((suite) => ({ uri, suite })));
  });
  return [...lines, ...blocks];
}

export function chooseArchives(
  archives: readonly Archive[],
  codename: string,
): DebianArchives | undefined {
  const of = (suite: string) => archives.find((one) => one.suite === suite)?.uri.replace(/\/$/, "");
  const main = of(codename);
  const security = of(`${codename}-security`);
  if (main === undefined) return undefined;
  return {
    main,
    ...(security === undefined ? {} : { security }),
    updates: of(`${codename}-updates`) !== undefined,
  };
}

/** Where this machine gets Debian from. */
export function machineArchives(etc = "/etc"): DebianArchives {
  const override = process.env.PROXMOX_HA_DEBIAN_MIRROR;
  if (override !== undefined && override !== "") return { main: override, updates: false };
  const folder = join(etc, "apt", "sources.list.d");
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const text = (suffix: string) =>
    files
      .filter((file) => file.endsWith(suffix))
      .map((file) => readFileSync(join(folder, file), "utf8"));
  const archives = parseSources(
    [readIfThere(join(etc, "apt", "sources.list")), ...text(".list")].join("\n"),
    text(".sources").join("\n\n"),
  );
  const release = readIfThere(join(etc, "os-release"));
  const codename = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1] ?? "";
  const chosen = chooseArchives(archives, codename);
  if (chosen === undefined) {
    throw new Error(
      `this machine's package sources name no Debian archive (release "${codename}"). The hosts of the twin are ` +
        "Debian systems; set PROXMOX_HA_DEBIAN_MIRROR to the address of a Debian archive",
    );
  }
  return chosen;
}

/** The sources of a suite in the notation of one line an archive. */
export function sourcesFor(archives: DebianArchives, suite: string): string[] {
  const keyring = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";
  return [
    `deb ${keyring} ${archives.main} ${suite} main`,
    ...(archives.updates ? [`deb ${keyring} ${archives.main} ${suite}-updates main`] : []),
    ...(archives.security === undefined
      ? []
      : [`deb ${keyring} ${archives.security} ${suite}-security main`]),
  ];
}
