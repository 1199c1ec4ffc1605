import { describe, expect, it } from "vitest";
import { policies } from "../../../../../dynamic-providers/transport/base/clock.js";
import { Contacts } from "../../../../../dynamic-providers/transport/ssh/contacts.js";
import { NotReachable } from "../../../../../dynamic-providers/transport/ssh/dial.js";

const parts = { tried: "to connect", where: "frege", cameBack: "no answer", doNext: "Look." };
const dropped = new NotReachable(parts, false);
const slow = new NotReachable(parts, true);

function contacts(): { readonly at: (ms: number) => void; readonly contacts: Contacts } {
  let now = 0;
  return {
    at: (ms) => {
      now = ms;
    },
    contacts: new Contacts({ now: () => now, sleep: () => Promise.resolve() }),
  };
}

describe("a run in which no host has answered", () => {
  it("is told of a silent host once, and asks it again after a while", () => {
    const { at, contacts: run } = contacts();
    run.keptSilent("frege", dropped);
    expect(run.silenceOf("frege")).toBe(dropped);
    expect(run.silenceOf("russell")).toBeUndefined();
    at(15_000);
    expect(run.silenceOf("frege")).toBeUndefined();
  });

  it("has little patience with each", () => {
    expect(contacts().contacts.patience(policies.connect).deadlineMs).toBe(10_000);
  });

  it.each([
    ["answers", (run: Contacts) => run.answered()],
    ["takes a connection and is slow", (run: Contacts) => run.keptSilent("russell", slow)],
  ])("has all its patience again as soon as one %s", (_how, happens) => {
    const run = contacts().contacts;
    run.keptSilent("frege", dropped);
    happens(run);
    expect(run.silenceOf("frege")).toBeUndefined();
    expect(run.patience(policies.connect)).toBe(policies.connect);
    run.keptSilent("frege", dropped);
    expect(run.silenceOf("frege")).toBeUndefined();
  });
});
