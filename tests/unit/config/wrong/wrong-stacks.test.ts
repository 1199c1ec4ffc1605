import { describe, expect, it } from "vitest";
import { ACCEPTED } from "./cases-accepted.js";
import { BAD_INPUT } from "./cases-bad-input.js";
import { CEPH_AND_GUESTS } from "./cases-ceph-and-guests.js";
import { CLUSTER_DOCUMENTS } from "./cases-cluster-documents.js";
import { FENCING_DOCUMENTS } from "./cases-fencing-documents.js";
import { FIELDS } from "./cases-fields.js";
import { IMAGES } from "./cases-images.js";
import { INSTALLATION } from "./cases-install.js";
import { NETWORK_DOCUMENTS } from "./cases-network-documents.js";
import { NOTIFICATIONS } from "./cases-notifications.js";
import { OPERATION } from "./cases-operation.js";
import { PLATFORM_DOCUMENTS } from "./cases-platform-documents.js";
import { TEXTS } from "./cases-texts.js";
import { findingsOf, newCodes, patched, type WrongStack } from "./wrong-stack.js";

const TABLES: readonly (readonly [string, readonly WrongStack[]])[] = [
  ["contradictions of the platform documents", PLATFORM_DOCUMENTS],
  ["contradictions of the network documents", NETWORK_DOCUMENTS],
  ["contradictions of the cluster guides", CLUSTER_DOCUMENTS],
  ["contradictions of the fencing documents", FENCING_DOCUMENTS],
  ["bad input of hosts, networks and the cluster", BAD_INPUT],
  ["Ceph, capacity, guests, backup and graphics", CEPH_AND_GUESTS],
  ["images", IMAGES],
  ["installation", INSTALLATION],
  ["names, secrets, versions and operation", OPERATION],
  ["notifications", NOTIFICATIONS],
  ["single fields", FIELDS],
  ["texts", TEXTS],
  ["what reads well and means nothing", ACCEPTED],
];

describe.each(TABLES)("a stack file is refused or warned about: %s", (_, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", (_name, wrong) => {
    const text = patched(wrong.stack, wrong.patch);
    const findings = findingsOf(text, wrong);
    const found = findings.find(({ code, path }) => code === wrong.code && path === wrong.at);
    expect(found, JSON.stringify(findings, undefined, 1)).toBeDefined();
    expect(newCodes(wrong.stack, findings)).toEqual([wrong.code, ...(wrong.also ?? [])].sort());
    expect(`${found?.what} ${found?.fix}`).toMatch(wrong.fix);
    const line = text.split("\n")[(found?.line ?? 0) - 1] ?? "";
    expect(line).toContain(wrong.line ?? lastKey(wrong.at));
    expect(line.slice((found?.column ?? 0) - 1).trim()).not.toBe("");
  });
});

describe("what a message says to write instead is accepted", () => {
  const ways = TABLES.flatMap(([, cases]) => cases).flatMap((one) =>
    one.way === undefined ? [] : [[one.name, one, one.way] as const],
  );
  it.each(ways)("%s", (_name, { stack, patch, also = [] }, way) => {
    const codes = newCodes(stack, findingsOf(patched(stack, { ...patch, ...way })));
    expect(codes.filter((code) => !also.includes(code))).toEqual([]);
  });
});

it("covers at least eighty wrong files", () => {
  expect(TABLES.flatMap(([, cases]) => cases).length).toBeGreaterThanOrEqual(80);
});

function lastKey(path: string): string {
  return (
    path
      .replace(/\[\d+\]$/, "")
      .split(/[.[\]"]+/)
      .filter((part) => part !== "")
      .at(-1) ?? ""
  );
}
