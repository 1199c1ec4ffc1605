import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { isNotApplied } from "../../../config/not-applied.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const SOURCES = ["env", "pulumi", "ssm"];

type Node = { readonly [key: string]: unknown };
const isNode = (one: unknown): one is Node => z.looseObject({}).safeParse(one).success;
const members = (one: unknown): readonly (readonly [string, Node])[] =>
  isNode(one) || Array.isArray(one)
    ? Object.entries(one).flatMap(([key, value]) => (isNode(value) ? [[key, value] as const] : []))
    : [];

/** Places of the stack file in which a reference to a secret may stand, as the generated schema has them. */
function secretPlaces(node: Node, place: readonly string[]): string[] {
  const alternatives = members(node.anyOf).map(([, one]) => one);
  const keys = alternatives.flatMap((one) => members(one.properties).map(([key]) => key));
  if (SOURCES.every((key) => keys.includes(key))) {
    return [place.join(".")];
  }
  return [
    ...members(node.properties).flatMap(([key, one]) => secretPlaces(one, [...place, key])),
    ...[node.additionalProperties, node.items].flatMap((one) =>
      isNode(one) ? secretPlaces(one, [...place, "*"]) : [],
    ),
    ...alternatives.flatMap((one) => secretPlaces(one, place)),
  ];
}

const schema = z
  .looseObject({})
  .parse(
    JSON.parse(readFileSync(path.join(ROOT, "config", "generated", "stack.schema.json"), "utf8")),
  );
const places = [...new Set(secretPlaces(schema, []))].map((place) =>
  place.replace("config.proxmox-ha:cluster.", ""),
);

/** Rows of the table: the places of a row and what it says of them. */
const [, behind = ""] = readFileSync(path.join(ROOT, "docs", "security.md"), "utf8").split(
  "| in the file | who keeps the value, where, for how long |\n",
);
const rows = [...(behind.split("\n\n")[0] ?? "").matchAll(/^\| (`.+`) \| (.+) \|$/gm)].flatMap(
  ([, named = "", keeps = ""]) =>
    [...named.matchAll(/`([^`]+)`/g)].map(([, place = ""]) => ({ place, keeps })),
);

it("says of every secret that a stack file may name who keeps it, and of no other one", () => {
  expect(places.length).toBeGreaterThan(20);
  expect(rows.map(({ place }) => place).sort()).toEqual([...places].sort());
});

it("calls those not applied that this version does not apply", () => {
  const said = rows.filter(({ keeps }) => keeps.includes("not applied")).map(({ place }) => place);
  const known = places.filter((place) => isNotApplied(place.split(".")));
  expect(said.sort()).toEqual(known.filter((place) => !place.startsWith("ceph.")).sort());
});
