import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  demandNoPresence,
  demandPresence,
  presenceOf,
  withoutPresence,
} from "../../../../dynamic-providers/kit/presence.js";

const sent = z.record(z.string(), z.string());

beforeEach(demandPresence);
afterEach(demandNoPresence);

describe("a resource that has to be in the run", () => {
  it("is in it once its provider has checked it, and is asked for as without that", () => {
    const { inputs, leftOut } = presenceOf("lan-gate");
    const news = { network: "lan", ...sent.parse(inputs) };
    expect(news).not.toEqual({ network: "lan" });
    expect(withoutPresence(news)).toEqual({ network: "lan" });
    expect(leftOut()).toBeUndefined();
  });

  it("is left out where nobody checks it, whoever else is checked, and the sentence names it and what to run", () => {
    const { leftOut } = presenceOf("lan-gate");
    withoutPresence(sent.parse(presenceOf("clocks-gate").inputs));
    expect(leftOut()).toMatch(
      /^lan-gate is left out of this run, by --target, --exclude or --run-program: .*`npx proxmox-ha up <stack> --phase <phase> --node <node>`/,
    );
  });

  it("is any one where nothing is demanded", () => {
    demandNoPresence();
    const { inputs, leftOut } = presenceOf("lan-gate");
    expect(inputs).toEqual({});
    expect(leftOut()).toBeUndefined();
    expect(withoutPresence({ network: "lan" })).toEqual({ network: "lan" });
  });
});
