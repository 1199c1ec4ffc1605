import { describe, expect, it } from "vitest";
import { z } from "zod";
import { providers } from "../../../dynamic-providers/index.js";
import { defineResource } from "../../../dynamic-providers/kit/define-resource.js";
import { describedIn } from "../../support/outputs-of.js";

/** Names that only earlier states have, for kinds that stand under another one. */
const FORMERLY = ["pvesm/guard", "pvesm/roster"];
const kinds = Object.keys(providers).filter((kind) => !FORMERLY.includes(kind));

describe("the outputs of a kind", () => {
  it.each(kinds)("%s: are declared as they are told", async (kind) => {
    const resource = await describedIn(kind, "resource");
    const provider = await describedIn(kind, "provider");
    expect([resource.kind, provider.kind]).toEqual([kind, kind]);
    expect(resource.outputs).toBe(provider.outputs);
  });
});

describe("a kind of resource", () => {
  it.each(["id", "urn"])("has no input and no output called %s, which is Pulumi's", (key) => {
    const taken = z.strictObject({ [key]: z.string() });
    const free = z.strictObject({ vmid: z.string() });
    expect(() => defineResource("guest/thing", taken)).toThrow(/guest\/thing cannot have/);
    expect(() => defineResource("guest/thing", free, taken)).toThrow(/guest\/thing cannot have/);
    expect(() => defineResource("guest/thing", free)).not.toThrow();
  });
});
