/** An element by its local name: clients choose their prefixes freely, and their attributes say nothing to a device. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly children: OpenElement[];
  text: string;
}

/** Declaration, comment, tag or text. Nothing else passes: neither document types nor whatever they could bring in. */
const TOKEN =
  /<\?[^?]*\?>|<!--(?:(?!--)[\s\S])*-->|<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>|([^<]+)/gy;
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};

export const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** The document's element; undefined when the text is no well-formed document. */
export function parseXml(xml: string): XmlElement | undefined {
  const tokens = [...xml.matchAll(TOKEN)];
  if (tokens.reduce((length, [whole]) => length + whole.length, 0) !== xml.length) return undefined;
  const top: OpenElement = { name: "", children: [], text: "" };
  const open = [top];
  for (const [, closing, name, empty, text = ""] of tokens) {
    const inner = open.at(-1) ?? top;
    inner.text += plain(text);
    if (name === undefined) continue;
    if (closing === "/") {
      if (open.length === 1 || inner.name !== name) return undefined;
      open.pop();
      continue;
    }
    const element: OpenElement = { name, children: [], text: "" };
    inner.children.push(element);
    if (empty !== "/") open.push(element);
  }
  return open.length === 1 && top.children.length === 1 && top.text.trim() === ""
    ? top.children[0]
    : undefined;
}

function plain(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|\w+);/gi, (whole, decimal, hex) => {
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : (ENTITIES[whole] ?? whole);
  });
}

/** The first element of that name, in document order, the given one included. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = findElement(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The trimmed text of the first element of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return findElement(element, name)?.text.trim();
}
