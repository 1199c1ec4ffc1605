import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  demandNoPresence,
  demandPresence,
  PRESENCE_KEY,
  presenceOf,
  withoutPresence,
} from "../../../../dynamic-providers/kit/presence.js";

const URN = "urn:pulumi:pair::proxmox-ha::pulumi-nodejs:dynamic/host:Paths::lan-gate";
const sent = z.object({ [PRESENCE_KEY]: z.string() });

beforeEach(demandPresence);
afterEach(demandNoPresence);

describe("a resource that has to be in the run", () => {
  it("is known once its provider has checked it, and is asked for as without it", () => {
    const { inputs, confirm } = presenceOf("lan-gate");
    const news = { network: "lan", ...sent.parse(inputs) };
    expect(withoutPresence(news)).toEqual({ network: "lan" });
    expect(confirm(URN)).toBe(URN);
  });

  it("is an error that names it and what to run where nobody checks it, whoever else is checked", () => {
    const left = presenceOf("lan-gate");
    withoutPresence(sent.parse(presenceOf("clocks-gate").inputs));
    expect(() => left.confirm(URN)).toThrow(
      /^lan-gate is left out of this run, by --target, --exclude or --run-program: .*`npx proxmox-ha up <stack> --phase <phase> --node <node>`/,
    );
  });

  it("is any one where nothing is demanded", () => {
    demandNoPresence();
    const { inputs, confirm } = presenceOf("lan-gate");
    expect(inputs).toEqual({});
    expect(confirm(URN)).toBe(URN);
    expect(withoutPresence({ network: "lan" })).toEqual({ network: "lan" });
  });
});
