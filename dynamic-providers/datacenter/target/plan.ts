import type { Change } from "../../kit/change.js";
import type { ApiFacts } from "../api-object.js";
import type { KeptSecrets } from "../kept-secrets.js";
import type { TargetInputs } from "./schema.js";

export type TargetState = Pick<
  TargetInputs,
  "type" | "target" | "keys" | "headers" | "body" | "secrets"
>;

export interface TargetFacts {
  /** Null where there is none. */
  readonly object: ApiFacts;
  readonly secrets: KeptSecrets;
}

type Value = string | readonly string[];

export type TargetStep =
  | { readonly do: "make" }
  | { readonly do: "remove" }
  | {
      readonly do: "set";
      readonly keys: Readonly<Record<string, Value>>;
      /** Keys that go, and names of secrets whose values are sent, kept as they are, or dropped. */
      readonly drop: readonly string[];
      readonly write: readonly string[];
      readonly keep: readonly string[];
      readonly forget: readonly string[];
    };

export const encoded = (text: string): string => Buffer.from(text).toString("base64");

/** Keys as the API takes them, secrets aside. */
export function apiKeys({
  keys,
  headers,
  body,
}: Pick<TargetState, "keys" | "headers" | "body">): Readonly<Record<string, Value>> {
  return {
    ...keys,
    ...(headers.length === 0
      ? {}
      : { header: headers.map(({ name, value }) => `name=${name},value=${encoded(value)}`) }),
    ...(body === undefined ? {} : { body: encoded(body) }),
  };
}

/** What has to happen to the target: keys and secrets that others added stay. */
export function planTarget(
  wanted: TargetState | undefined,
  { object, secrets }: TargetFacts,
  before: TargetState | undefined,
): Change<TargetStep>[] {
  if (wanted === undefined) {
    return object === null
      ? []
      : [{ kind: "remove", path: "target", from: "there", to: "absent", step: { do: "remove" } }];
  }
  if (object === null) {
    const to = Object.keys({ ...apiKeys(wanted), ...wanted.secrets }).join(", ");
    return [{ kind: "add", path: "target", from: "absent", to, step: { do: "make" } }];
  }
  const keys = apiKeys(wanted);
  const differing = Object.entries(keys).filter(([key, value]) => !same(object[key], value));
  const drop = Object.entries(before === undefined ? {} : apiKeys(before)).flatMap(
    ([key, value]) => (keys[key] === undefined && same(object[key], value) ? [key] : []),
  );
  const names = Object.keys(wanted.secrets);
  const write = names.filter(
    (name) => secrets[name] === undefined || secrets[name] === "different",
  );
  const forget = Object.keys(before?.secrets ?? {}).filter(
    (name) => !names.includes(name) && secrets[name] !== undefined,
  );
  const texts = [
    ...differing.map(([key, value]) => [key, shown(key, object[key]), shown(key, value)]),
    ...drop.map((key) => [key, shown(key, object[key]), "absent"]),
    ...write.map((name) => [
      `secret ${name}`,
      secrets[name] === undefined ? "absent" : "another one",
      "as the stack file's reference says",
    ]),
    ...forget.map((name) => [`secret ${name}`, "there", "absent"]),
  ];
  if (texts.length === 0) {
    return [];
  }
  const tramples =
    differing.some(([key]) => object[key] !== undefined) ||
    write.some((name) => secrets[name] === "different") ||
    drop.length + forget.length > 0;
  return [
    {
      kind: tramples ? "change" : "add",
      path: texts.map(([key]) => key).join(", "),
      from: texts.map(([, from]) => from).join(", "),
      to: texts.map(([, , to]) => to).join(", "),
      step: {
        do: "set",
        keys: Object.fromEntries(differing),
        drop,
        write,
        keep: Object.keys(secrets).filter(
          (name) => !write.includes(name) && !forget.includes(name),
        ),
        forget,
      },
    },
  ];
}

/** Proxmox keeps no order in its lists. */
function same(present: Value | undefined, wanted: Value): boolean {
  return sorted(present) === sorted(wanted);
}

function sorted(value: Value | undefined): string {
  return value === undefined ? "" : [value].flat().sort().join("\n");
}

/** For people: as it was before it was encoded. */
function shown(key: string, value: Value | undefined): string {
  if (value === undefined) {
    return "absent";
  }
  const decoded = (text: string): string => Buffer.from(text, "base64").toString();
  const texts = [value].flat().map((text) => {
    const [, name, inside] = /^name=([^,]*),value=(.*)$/.exec(text) ?? [];
    return name === undefined || inside === undefined ? text : `${name}: ${decoded(inside)}`;
  });
  return key === "body" ? texts.map(decoded).join() : texts.sort().join(" ");
}
