import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Change } from "../../../../dynamic-providers/kit/change.js";
import { checkInputs } from "../../../../dynamic-providers/kit/check.js";
import { commonInputs } from "../../../../dynamic-providers/kit/common-inputs.js";
import { refuseTrampling, requireConsent } from "../../../../dynamic-providers/kit/decide.js";
import { differences } from "../../../../dynamic-providers/kit/difference.js";
import { providerText, typeToken } from "../../../../dynamic-providers/kit/dynamic-resource.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";

const unknown = pulumi.runtime.unknownValue;
const DAY = Date.parse("2026-11-21T12:00:00Z");

describe("differences", () => {
  it("name the place in a way that a person reads", () => {
    const found = differences(
      { files: { "/etc/hosts": { mode: "0600" } }, names: ["a"] },
      { files: { "/etc/hosts": { mode: "0644" } }, names: ["a", "b"] },
    );
    expect(found).toEqual([
      { path: 'files["/etc/hosts"].mode', from: "0600", to: "0644" },
      { path: "names[1]", from: undefined, to: "b" },
    ]);
  });

  it("are none between a value and itself", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => differences(value, value).length === 0));
  });
});

describe("what goes to the engine", () => {
  it("loses undefined members and keeps the rest", () => {
    expect(toStruct({ a: undefined, b: [1, null, { c: "d", e: undefined }] })).toEqual({
      b: [1, null, { c: "d" }],
    });
  });

  it.each([
    ["a bigint", { a: [1n] }, "result.a[0]"],
    ["a date", { a: new Date() }, "result.a"],
    ["a map", { a: new Map() }, "result.a"],
    ["no number", { a: Number.NaN }, "result.a"],
  ])("is refused when it holds %s, with the place", (_word, value, place) => {
    expect(() => toStruct(value)).toThrow(place);
  });
});

describe("check", () => {
  const schema = z.strictObject({ ...commonInputs, size: z.int(), name: z.string().default("x") });

  it("fills in defaults around unknown values", () => {
    expect(checkInputs(schema, { size: unknown })).toEqual({
      inputs: { adopt: false, consent: {}, secretVersions: {}, size: unknown, name: "x" },
      failures: [],
    });
  });

  it("still finds mistakes beside unknown values", () => {
    const { failures } = checkInputs(schema, { size: unknown, name: 3, colour: "red" });
    expect(failures.map(({ property }) => property).sort()).toEqual(["colour", "name"]);
  });

  it("names a missing property", () => {
    expect(checkInputs(schema, {}).failures[0]?.property).toBe("size");
  });
});

describe("decisions", () => {
  const removal = {
    kind: "remove",
    path: "osd.3",
    from: "there",
    to: "absent",
    consent: "osd.3",
    step: 1,
  } as const;

  it("let additions through and refuse to trample, unless the file adopts or consents by name", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    const refuse = (changes: readonly Change<number>[], adopt: boolean, consent = {}) =>
      refuseTrampling(changes, { adopt, consent }, "disks", now);
    expect(() => refuse([{ ...removal, kind: "add" }], false)).not.toThrow();
    expect(() => refuse([removal], true)).not.toThrow();
    expect(() => refuse([removal], false, { "osd.3": "2026-11-21" })).not.toThrow();
    for (const consent of [{}, { "osd.3": "2026-11-20" }, { "osd.33": "2026-12-01" }]) {
      expect(() => refuse([removal], false, consent)).toThrow("osd.3: there -> absent");
    }
    const { consent: _name, ...unnamed } = removal;
    expect(() => refuse([unnamed], false, { "osd.3": "2026-11-21" })).toThrow("osd.3");
  });

  it.each([
    ["the last day itself", { "osd.3": "2026-11-21" }, true],
    ["a later day", { "osd.3": "2026-12-01" }, true],
    ["the day before", { "osd.3": "2026-11-20" }, false],
    ["another name", { "osd.33": "2026-12-01" }, false],
  ])("judge a consent until %s", (_word, consent, granted) => {
    const judge = (): void => requireConsent([removal], consent, "disks", DAY);
    if (granted) {
      expect(judge).not.toThrow();
    } else {
      expect(judge).toThrow("osd.3");
    }
  });
});

describe("the text that finds a provider", () => {
  it("is short and constant", () => {
    expect(providerText("host/files")).toBe(
      'exports.handler=()=>require("./bin/dynamic-providers/index.js").providers["host/files"]',
    );
    expect(typeToken("ha/migrated-groups")).toBe("pulumi-nodejs:dynamic/ha:MigratedGroups");
  });
});
