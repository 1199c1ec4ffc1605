import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { typeToken } from "../../dynamic-providers/kit/dynamic-resource.js";

/** What a component's own source says of it. */
export interface ComponentSource {
  readonly name: string;
  readonly token: string;
  /** Resources and components that it makes: dynamic ones by their types, native ones by their classes. */
  readonly makes: readonly string[];
}

interface SourceFile {
  readonly file: string;
  readonly imports: ReadonlyMap<string, string>;
  readonly components: readonly { readonly name: string; readonly token: string }[];
  readonly classes: ReadonlySet<string>;
  /** By the components themselves. */
  readonly made: readonly string[];
  /** By functions and other classes of the file, for whoever imports them. */
  readonly madeForOthers: readonly string[];
}

const ROOT = path.resolve(__dirname, "..", "..");
const RESOURCE = /^dynamic-providers\/(.*)\/resource\.ts$/;
/** What an expression with `new` may make beside resources. */
const PLAIN = /^(Map|Set|Error|RunError|Date|Config|SecretResolver|ParameterStore)$/;

/** Every component of the program, by name. */
export function componentSources(): ComponentSource[] {
  const files = readdirSync(path.join(ROOT, "components"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join("components", file));
  return files
    .map(read)
    .flatMap((source) =>
      source.components.map(({ name, token }) => ({
        name,
        token,
        makes: [
          ...new Set([
            ...named(source, source.made),
            ...madeWithHelpOf(source, new Set()).filter((one) => one !== name),
          ]),
        ].sort(),
      })),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** What functions of the file make, and those that they import. How phases follow each other is no part of a component. */
function madeWithHelpOf(source: SourceFile, seen: Set<string>): string[] {
  if (seen.has(source.file)) {
    return [];
  }
  seen.add(source.file);
  const others = [...source.imports].flatMap(([name, from]) => {
    const other = /^components\/(?!kit\/|program\/)/.test(from) ? read(from) : undefined;
    if (other === undefined || other.components.some((one) => one.name === name)) {
      return [];
    }
    return other.components.length > 0
      ? named(other, other.madeForOthers)
      : madeWithHelpOf(other, seen);
  });
  return [...named(source, source.madeForOthers), ...others];
}

/** Resources by their types and components by their names, without plain objects. */
function named(source: SourceFile, made: readonly string[]): string[] {
  return made.flatMap((name) => {
    const from = source.imports.get(name) ?? "";
    const kind = RESOURCE.exec(from)?.[1];
    if (kind !== undefined) {
      return [typeToken(kind).replace("pulumi-nodejs:dynamic/", "")];
    }
    const isOurs = from.startsWith("components/");
    const isComponent = isOurs && read(from).components.some((one) => one.name === name);
    const isPlain = PLAIN.test(name) || source.classes.has(name) || (isOurs && !isComponent);
    return isPlain ? [] : [name];
  });
}

const files = new Map<string, SourceFile>();

function read(file: string): SourceFile {
  const known = files.get(file);
  if (known !== undefined) {
    return known;
  }
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports = new Map<string, string>();
  const components: { name: string; token: string }[] = [];
  const classes = new Set<string>();
  const made: string[] = [];
  const madeForOthers: string[] = [];
  const visit = (node: ts.Node, list: string[]): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      note(node, placeOf(file, node.moduleSpecifier.text), imports);
    }
    if (ts.isNewExpression(node)) {
      list.push(node.expression.getText().split(".").at(-1) ?? "");
    }
    if (ts.isClassDeclaration(node) && node.name !== undefined) {
      const [, area, type] = /super\(\s*"(\w+)",\s*"(\w+)"/.exec(node.getText()) ?? [];
      const isComponent = area !== undefined && type !== undefined;
      if (isComponent) {
        components.push({ name: node.name.text, token: `proxmox-ha:${area}:${type}` });
      } else {
        classes.add(node.name.text);
      }
      ts.forEachChild(node, (child) => visit(child, isComponent ? made : list));
    } else {
      ts.forEachChild(node, (child) => visit(child, list));
    }
  };
  visit(source, madeForOthers);
  const found = { file, imports, components, classes, made, madeForOthers };
  files.set(file, found);
  return found;
}

/** Values alone: what is imported for its type makes nothing. */
function note(node: ts.ImportDeclaration, from: string, imports: Map<string, string>): void {
  const bindings = node.importClause?.namedBindings;
  if (node.importClause?.isTypeOnly === true || bindings === undefined) {
    return;
  }
  if (ts.isNamedImports(bindings)) {
    for (const { name, isTypeOnly } of bindings.elements) {
      if (!isTypeOnly) {
        imports.set(name.text, from);
      }
    }
  }
}

function placeOf(file: string, specifier: string): string {
  return specifier.startsWith(".")
    ? path.join(path.dirname(file), specifier).replace(/\.js$/, ".ts")
    : specifier;
}
