import type { Path } from "../../config/findings/finding.js";
import { consentTo } from "../../config/plan/consents.js";
import { StackText } from "../edit/stack-text.js";

/** What a person asks of the file. */
export type NodeEdit = Addition | Leaving;

interface Addition {
  readonly verb: "add";
  readonly node: string;
  readonly id: number;
  /** Fields below the node by their paths, `fence.amt.address`, each with text of YAML. */
  readonly fields: ReadonlyMap<string, string>;
  /** A node of the same kind: the new one stands where it does among interfaces and storages. */
  readonly like: string | undefined;
}

/** A machine leaves, with or without another one that takes its place. */
interface Leaving {
  readonly verb: "replace" | "remove";
  readonly node: string;
  /** Last day of the consents. */
  readonly until: string;
  /** Whether the machine may be switched off by the run, or was seen off by a person. */
  readonly machine: "as it is" | "may be switched off" | "was seen off";
}

export interface Edited {
  readonly text: string;
  /** What was left to a person, a sentence each. */
  readonly left: readonly string[];
}

/** Lists in which a node stands because of what it is, and not because of what it does. */
const OF_ITS_KIND = ["interfaces", "storages"];
/** Words for people, and consents, which name many things. */
const NOT_LOOKED_AT = ["consent", "description", "acknowledged"];

/** Edits the section of the cluster that stands at a path in the file. */
export function editNodes(file: string, section: Path, edit: NodeEdit): Edited {
  const text = new StackText(file);
  switch (edit.verb) {
    case "add":
      return added(text, section, edit);
    case "replace":
      return {
        text: consented(withNextInstallation(text, section, edit.node), section, edit).text,
        left: [],
      };
    case "remove":
      return removed(text, section, edit);
  }
}

function added(text: StackText, section: Path, { fields, id, like, node }: Addition): Edited {
  const nodes = [...section, "nodes"];
  const tree = treeOf(new Map([["id", String(id)], ...fields]));
  const entry = text.isOnOneLine(nodes)
    ? [`${node}: ${onOneLine(tree)}`]
    : [`${node}:`, ...inLines(tree).map((line) => `  ${line}`)];
  let edited = text.withBlock(nodes, entry);
  const left: string[] = [];
  // From the end, so that the places before stay where they are.
  for (const { path, text: named } of like === undefined
    ? []
    : placesOf(edited, section, like).reverse()) {
    const isOfItsKind = OF_ITS_KIND.includes(String(path[section.length]));
    if (named === like && typeof path.at(-1) === "number" && isOfItsKind) {
      edited = edited.withItemBehind(path, node);
    } else {
      left.unshift(`line ${edited.lineOf(path)} (${shown(section, path)}) names ${like} alone`);
    }
  }
  return { text: edited.text, left };
}

function removed(text: StackText, section: Path, edit: Leaving): Edited {
  const { node } = edit;
  let edited = text;
  for (const { kind, path, text: named } of placesOf(text, section, node).reverse()) {
    // A list that would be empty says another thing than one that names somebody.
    const isLast = kind === "item" && edited.sizeOf(path.slice(0, -1)) === 1;
    if (named === node && kind !== "value" && !isLast) {
      edited = edited.without(path);
    }
  }
  edited = edited.without([...section, "nodes", node]);
  edited = consented(edited, section, edit);
  return {
    text: edited.text,
    left: placesOf(edited, section, node).map(
      ({ path }) => `line ${edited.lineOf(path)} (${shown(section, path)}) still names ${node}`,
    ),
  };
}

/** Where a node is named beside its own entry. */
function placesOf(text: StackText, section: Path, node: string) {
  const word = new RegExp(`(^|[^\\w-])${node.replaceAll(/[.\\]/g, "\\$&")}($|[^\\w-])`);
  return [...text.texts(section)].filter(({ path, text: named }) => {
    const below = path.slice(section.length);
    const isOwn = below[0] === "nodes" && below[1] === node;
    return (
      !isOwn && !below.some((step) => NOT_LOOKED_AT.includes(String(step))) && word.test(named)
    );
  });
}

const shown = (section: Path, path: Path): string => path.slice(section.length).join(".");

function withNextInstallation(text: StackText, section: Path, node: string): StackText {
  const path = [...section, "nodes", node, "installation"];
  return text.with(path, String(Number(text.valueOf(path) ?? "1") + 1));
}

function consented(text: StackText, section: Path, { machine, node, until }: Leaving): StackText {
  const names = [
    consentTo.node(node),
    ...(machine === "may be switched off" ? [consentTo.off(node)] : []),
    ...(machine === "was seen off" ? [consentTo.seenOff(node)] : []),
  ];
  const consent = [...section, "consent"];
  if (text.sizeOf(consent) === 0) {
    const all = `{ ${names.map((name) => `${name}: ${until}`).join(", ")} }`;
    return text.without(consent).with(consent, all);
  }
  return names.reduce((edited, name) => edited.with([...consent, name], until), text);
}

interface Tree extends ReadonlyMap<string, string | Tree> {}

/** `fence.amt.address` below `fence` below `amt`. */
function treeOf(fields: ReadonlyMap<string, string>): Tree {
  const below = new Map<string, Map<string, string>>();
  const tree = new Map<string, string | Tree>();
  for (const [path, value] of fields) {
    const [first = "", ...rest] = path.split(".");
    if (rest.length === 0) {
      tree.set(first, value);
    } else {
      const inner = below.get(first) ?? new Map<string, string>();
      inner.set(rest.join("."), value);
      below.set(first, inner);
      tree.set(first, new Map());
    }
  }
  for (const [name, inner] of below) {
    tree.set(name, treeOf(inner));
  }
  return tree;
}

function onOneLine(tree: Tree): string {
  const entries = [...tree].map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : onOneLine(value)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

function inLines(tree: Tree): string[] {
  return [...tree].flatMap(([name, value]) =>
    typeof value === "string"
      ? [`${name}: ${value}`]
      : [`${name}:`, ...inLines(value).map((line) => `  ${line}`)],
  );
}
