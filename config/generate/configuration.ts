import { flow } from "../findings/flow.js";
import { HARDWARE } from "../hardware/index.js";
import { isNotApplied } from "../not-applied.js";
import { UNIT_PATTERNS } from "../schema/units.js";
import { clusterJsonSchema, type JsonSchema } from "./json-schema.js";
import { code, table } from "./markdown.js";

interface Row {
  readonly field: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** Every field of a stack file: type, default, meaning, example. */
export function configurationReference(): string {
  const root = clusterJsonSchema();
  const sections = entries(root.properties);
  const plain = sections.filter(([, schema]) => !isBranch(schema));
  const branches = sections.filter(([, schema]) => isBranch(schema));
  return `${[
    "# Configuration",
    "",
    "Made from the schema by `npm run generate`; do not edit.",
    "",
    "A stack file `Pulumi.<stack>.yaml` describes one cluster, as the value of `proxmox-ha:cluster` below `config`. Fields of",
    "mappings are written with dots, `<name>` stands for a name of your own, `[]` for the entries of a list. **Bold** fields have",
    "no default and must be given when what they belong to is. `npx proxmox-ha validate` checks a file;",
    "[findings.md](findings.md) explains what it says.",
    "",
    "Sizes are written `4GiB`, `1800GB` or `7.68TB`, durations `500ms`, `30s`, `5m`, `2h` or `30d`, link speeds `2500Mbit/s` or",
    "`25Gbit/s`. A secret is named by its place, never written: `{ssm: /path}` in the AWS parameter store, `{pulumi: key}` for a",
    "value encrypted with `pulumi config set --secret key`, `{env: NAME}` for a variable of the environment.",
    "",
    "Numbers stand as they are printed (`10`, never `010`); texts and names that look like a number, a day, true or false stand in",
    "quotes. Anchors and aliases may stand for values, without merge keys and without aliases inside each other.",
    "",
    "## Top level",
    "",
    fieldTable(plain.map(([name, schema]) => row(root, name, schema, ""))),
    ...branches.flatMap(([name, schema]) => [
      "",
      `## ${name}`,
      "",
      schema.description ?? "",
      ...(isNotApplied([name])
        ? ["", "This section is checked, and not applied by this version."]
        : []),
      "",
      fieldTable(rowsOf(schema, "").map((one) => marked(name, one))),
    ]),
    "",
    "## Hardware profiles",
    "",
    "What a profile brings; `overrides` of a node says otherwise.",
    "",
    hardwareTable(),
  ].join("\n")}\n`;
}

/** Of a section that is applied, the fields that are not. */
function marked(section: string, one: Row): Row {
  const place = [section, ...one.field.replaceAll("[]", ".[]").split(".")];
  return isNotApplied([section]) || !isNotApplied(place)
    ? one
    : {
        ...one,
        schema: { ...one.schema, description: `${one.schema.description ?? ""} Not applied yet.` },
      };
}

function hardwareTable(): string {
  return table(
    [
      "profile",
      "machine",
      "memory",
      "threads",
      "ring ports",
      "ring MTU",
      "watchdog",
      "controllers",
    ],
    Object.entries(HARDWARE).map(([name, one]) => [
      code(name),
      one.description,
      one.memory === undefined ? "not assumed" : `${one.memory / 2 ** 30} GiB`,
      one.threads === undefined ? "not assumed" : String(one.threads),
      one.thunderboltPorts.map(({ name: port, path }) => `${port} (${path})`).join(", ") || "none",
      String(one.ringMtu),
      one.watchdog,
      one.fenceKinds.join(", ") || "none",
    ]),
  );
}

function fieldTable(rows: readonly Row[]): string {
  return table(
    ["field", "type", "default", "meaning", "example"],
    rows.map(({ field, required, schema }) => [
      required ? `**${code(field)}**` : code(field),
      typeOf(schema),
      schema.default === undefined || isBranch(schema) ? "" : code(flow(schema.default)),
      schema.description ?? "",
      schema.examples?.[0] === undefined ? "" : code(flow(schema.examples[0])),
    ]),
  );
}

/** The field itself where it can be described, and all fields below it. */
function rowsOf(schema: JsonSchema, prefix: string): Row[] {
  return children(schema).flatMap(({ name, inner }) => {
    const field = prefix === "" ? name : join(prefix, name);
    const own = name === "<name>" || name === "[]" ? [] : [row(schema, name, inner, prefix)];
    return isSecret(inner) ? own : [...own, ...rowsOf(inner, field)];
  });
}

function join(prefix: string, name: string): string {
  return name === "[]" ? `${prefix}[]` : `${prefix}.${name}`;
}

function row(parent: JsonSchema, name: string, schema: JsonSchema, prefix: string): Row {
  return {
    field: prefix === "" ? name : join(prefix, name),
    required: parent.required?.includes(name) ?? false,
    schema,
  };
}

function children(schema: JsonSchema): { readonly name: string; readonly inner: JsonSchema }[] {
  const fields = entries(schema.properties).map(([name, inner]) => ({ name, inner }));
  const named = schemaOf(schema.additionalProperties);
  const items = schemaOf(Array.isArray(schema.items) ? undefined : schema.items);
  return [
    ...fields,
    ...(named === undefined ? [] : [{ name: "<name>", inner: named }]),
    ...(items === undefined ? [] : [{ name: "[]", inner: items }]),
    ...variants(schema).flatMap(children),
  ];
}

function isBranch(schema: JsonSchema): boolean {
  return (
    !isSecret(schema) &&
    children(schema).some(({ inner }) => inner.description !== undefined || isBranch(inner))
  );
}

function isSecret(schema: JsonSchema): boolean {
  const keys = variants(schema).flatMap((one) => Object.keys(one.properties ?? {}));
  return ["ssm", "env", "pulumi"].every((key) => keys.includes(key));
}

function typeOf(schema: JsonSchema): string {
  if (isSecret(schema)) {
    return "secret";
  }
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => code(String(value))).join(" or ");
  }
  if (schema.const !== undefined) {
    return code(String(schema.const));
  }
  const options = variants(schema);
  if (options.length > 0) {
    return [...new Set(options.map(typeOf))].join(" or ");
  }
  switch (schema.type) {
    case "array": {
      const items = schemaOf(Array.isArray(schema.items) ? undefined : schema.items);
      return items === undefined ? "list" : `list of ${typeOf(items)}`;
    }
    case "integer":
    case "number":
      return `number${rangeOf(schema)}`;
    case "boolean":
      return "true or false";
    case "string":
      return unitOf(schema) ?? "text";
    case "object":
      return schemaOf(schema.additionalProperties) === undefined ? "mapping" : "mapping by name";
    default:
      return "any";
  }
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) {
    return ` (${minimum} to ${maximum})`;
  }
  return minimum === undefined ? "" : ` (from ${minimum})`;
}

function unitOf({ pattern }: JsonSchema): string | undefined {
  return Object.entries(UNIT_PATTERNS).find(([, { source }]) => source === pattern)?.[0];
}

function variants(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? []).flatMap((one) => {
    const found = schemaOf(one);
    return found === undefined ? [] : [found];
  });
}

function entries(properties: JsonSchema["properties"]): [string, JsonSchema][] {
  return Object.entries(properties ?? {}).flatMap(([name, one]): [string, JsonSchema][] => {
    const schema = schemaOf(one);
    return schema === undefined ? [] : [[name, schema]];
  });
}

function schemaOf(one: JsonSchema["additionalProperties"]): JsonSchema | undefined {
  return typeof one === "object" && one !== null ? one : undefined;
}
