/**
 * corosync.conf as Proxmox writes it: sections in braces, one `key: value` a line, keys and sections in
 * alphabetical order, nodes by name. The text of /etc/pve/corosync.conf is always replaced as a whole, so this
 * module reads it into a tree, changes the tree, and writes a complete text again.
 */

export interface CorosyncNode {
  readonly name: string;
  readonly nodeid: number;
  readonly votes: number;
  /** Address by link number. */
  readonly links: Readonly<Record<number, string>>;
}

export interface CorosyncConf {
  readonly clusterName: string;
  readonly configVersion: number;
  readonly nodes: readonly CorosyncNode[];
  /** knet priority by link number; a link without one has 0. */
  readonly linkPriorities: Readonly<Record<number, number>>;
  /** Other keys of the totem section (secauth, token, …), kept as they are. */
  readonly totem: Readonly<Record<string, string>>;
  /** Sections that this program does not interpret, as normalised text. */
  readonly quorum: Section;
  readonly logging: Section;
}

export interface Section {
  readonly values: Readonly<Record<string, string>>;
  readonly sections: readonly (readonly [name: string, body: Section])[];
}

const EMPTY: Section = { values: {}, sections: [] };

/** Parses any corosync.conf into nested sections. Total: lines it does not understand are left out. */
export function parseSections(text: string): Section {
  const root = mutableSection();
  const stack = [root];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*$/, "").trim();
    const open = /^([\w-]+)\s*\{$/.exec(line)?.[1];
    const [, key, value] = /^([\w.-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    const top = stack.at(-1) ?? root;
    if (open !== undefined) {
      const child = mutableSection();
      top.sections.push([open, child]);
      stack.push(child);
    } else if (line === "}" && stack.length > 1) {
      stack.pop();
    } else if (key !== undefined && value !== undefined) {
      top.values[key] = value;
    }
  }
  return root;
}

interface MutableSection {
  readonly values: Record<string, string>;
  readonly sections: [string, MutableSection][];
}
const mutableSection = (): MutableSection => ({ values: {}, sections: [] });

/** The parts of a parsed file that the program reasons about; undefined when it is no cluster configuration. */
export function parseCorosyncConf(text: string): CorosyncConf | undefined {
  const root = parseSections(text);
  const totem = child(root, "totem");
  const clusterName = totem.values.cluster_name;
  const version = Number(totem.values.config_version);
  if (clusterName === undefined || !Number.isInteger(version)) {
    return undefined;
  }
  const { cluster_name: _name, config_version: _version, ...rest } = totem.values;
  return {
    clusterName,
    configVersion: version,
    nodes: children(child(root, "nodelist"), "node").flatMap(nodeOf).sort(byName),
    linkPriorities: Object.fromEntries(
      children(totem, "interface").map(({ values }) => [
        Number(values.linknumber ?? 0),
        Number(values.knet_link_priority ?? 0),
      ]),
    ),
    totem: rest,
    quorum: child(root, "quorum"),
    logging: child(root, "logging"),
  };
}

/** Writes the configuration the way Proxmox does. */
export function renderCorosyncConf(conf: CorosyncConf): string {
  const nodelist: Section = {
    values: {},
    sections: [...conf.nodes].sort(byName).map((node) => ["node", sectionOf(node)] as const),
  };
  const totem: Section = {
    values: {
      ...conf.totem,
      cluster_name: conf.clusterName,
      config_version: String(conf.configVersion),
    },
    sections: linkNumbers(conf).map((link) => ["interface", interfaceOf(conf, link)] as const),
  };
  return [
    ["logging", conf.logging] as const,
    ["nodelist", nodelist] as const,
    ["quorum", conf.quorum] as const,
    ["totem", totem] as const,
  ]
    .map(([name, section]) => `${name} {\n${body(section, 1)}}\n\n`)
    .join("");
}

/** Link numbers in use, in order. */
export function linkNumbers(conf: Pick<CorosyncConf, "nodes" | "linkPriorities">): number[] {
  const used = new Set(conf.nodes.flatMap((node) => Object.keys(node.links).map(Number)));
  for (const link of Object.keys(conf.linkPriorities)) {
    used.add(Number(link));
  }
  return [...used].sort((a, b) => a - b);
}

function nodeOf({ values }: Section): CorosyncNode[] {
  const name = values.name ?? values.ring0_addr;
  const nodeid = Number(values.nodeid);
  if (name === undefined || !Number.isInteger(nodeid)) {
    return [];
  }
  const links = Object.entries(values).flatMap(([key, value]) => {
    const link = /^ring(\d)_addr$/.exec(key)?.[1];
    return link === undefined ? [] : [[Number(link), value] as const];
  });
  return [
    {
      name,
      nodeid,
      votes: Number(values.quorum_votes ?? 0),
      links: Object.fromEntries(links),
    },
  ];
}

function sectionOf(node: CorosyncNode): Section {
  const links = Object.entries(node.links).map(([link, address]) => [`ring${link}_addr`, address]);
  return {
    values: {
      name: node.name,
      nodeid: String(node.nodeid),
      ...(node.votes > 0 ? { quorum_votes: String(node.votes) } : {}),
      ...Object.fromEntries(links),
    },
    sections: [],
  };
}

function interfaceOf(conf: CorosyncConf, link: number): Section {
  const priority = conf.linkPriorities[link] ?? 0;
  return {
    values: {
      ...(priority > 0 ? { knet_link_priority: String(priority) } : {}),
      linknumber: String(link),
    },
    sections: [],
  };
}

function body(section: Section, depth: number): string {
  const indent = "  ".repeat(depth);
  const values = Object.entries(section.values)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => `${indent}${key}: ${value}\n`);
  const sections = [...section.sections]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, inner]) => `${indent}${name} {\n${body(inner, depth + 1)}${indent}}\n`);
  // Proxmox sorts keys and sections together; sections named like `interface` stand among the keys.
  return mergeSorted(values, sections).join("");
}

function mergeSorted(values: readonly string[], sections: readonly string[]): string[] {
  return [...values, ...sections].sort((a, b) => firstWord(a).localeCompare(firstWord(b)));
}
const firstWord = (text: string): string => /[\w-]+/.exec(text)?.[0] ?? "";

function children(section: Section, name: string): Section[] {
  return section.sections.flatMap(([key, inner]) => (key === name ? [inner] : []));
}
const child = (section: Section, name: string): Section => children(section, name)[0] ?? EMPTY;
const byName = (a: CorosyncNode, b: CorosyncNode): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
