/** An element with its local name; WS-Man peers choose their prefixes freely, so prefixes are dropped. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The element's own text, without that of its children. */
  readonly text: string;
}

interface Building {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Building[];
  text: string;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, entity: string) => {
    const [, hex, digits] = /^#(x?)([0-9a-f]+)$/i.exec(entity) ?? [];
    if (digits !== undefined) {
      const code = Number.parseInt(digits, hex ? 16 : 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    return entities[entity] ?? whole;
  });
}

const localName = (name: string) => name.slice(name.indexOf(":") + 1);

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = "", double, single] of text.matchAll(
    /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
  )) {
    if (!name.startsWith("xmlns")) attributes[localName(name)] = decode(double ?? single ?? "");
  }
  return attributes;
}

/**
 * Reads the XML that WS-Man peers exchange: elements, attributes, text, CDATA. Document types are refused, so that
 * nothing can expand or be fetched.
 */
export function parseXml(xml: string): XmlElement {
  const root: Building = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/\s*([\w:.-]+)\s*>|<([\w:.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)|</g;
  for (const [whole, cdata, closing, opening, attributes = "", empty, text] of xml.matchAll(
    token,
  )) {
    const top = open.at(-1) ?? root;
    if (cdata !== undefined) top.text += cdata;
    else if (text !== undefined) top.text += decode(text);
    else if (opening !== undefined) {
      const element: Building = {
        name: localName(opening),
        attributes: attributesOf(attributes),
        children: [],
        text: "",
      };
      top.children.push(element);
      if (empty === "") open.push(element);
    } else if (closing !== undefined) {
      if (open.length === 1 || top.name !== localName(closing)) {
        throw new Error(`not well-formed XML: </${closing}> closes nothing`);
      }
      open.pop();
    } else if (whole === "<") throw new Error("not well-formed XML: a stray <");
  }
  const [document] = root.children;
  if (document === undefined || root.children.length !== 1 || open.length !== 1) {
    throw new Error("not well-formed XML: there is not exactly one complete root element");
  }
  return document;
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
