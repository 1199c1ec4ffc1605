import { describe, expect, it } from "vitest";
import { ProcessRuntime } from "../../../../dynamic-providers/kit/process-runtime.js";
import { parseMembershipFacts } from "../../../../dynamic-providers/membership/facts.js";
import { stillRunning } from "../../../../dynamic-providers/pvecm/old-machine.js";
import {
  objectionsToRemoval,
  remove,
  rolesScript,
} from "../../../../dynamic-providers/pvecm/remove.js";
import { corosyncRoster } from "../../../../dynamic-providers/pvecm/roster/provider.js";
import { FakeClock, FakeHost, memberParts, printedFacts } from "./fake-cluster.js";

const names = ["frege", "russell", "wittgenstein", "quine"];
const wish = { cluster: "ms01", node: "quine" };
const without = (offline: readonly string[], quorate = true) => {
  const parts = memberParts("frege", 0, { names, quorate });
  const members = JSON.stringify({
    cluster: { quorate: quorate ? 1 : 0 },
    nodelist: Object.fromEntries(
      names.map((name, at) => [name, { id: at + 1, online: offline.includes(name) ? 0 : 1 }]),
    ),
  });
  return printedFacts({ ...parts, members });
};
const facts = (offline: readonly string[], quorate = true) =>
  parseMembershipFacts(without(offline, quorate));

describe("what stands against a removal", () => {
  it("is nothing when the node is off, empty and not needed", () => {
    expect(objectionsToRemoval(wish, facts(["quine"]), [])).toEqual([]);
  });

  it("is a guest that it still has", () => {
    expect(objectionsToRemoval(wish, facts(["quine"]), ["guest vm:101"])).toEqual([
      "quine still has guest vm:101",
    ]);
    expect(rolesScript("quine")).toContain("/etc/pve/nodes/quine/qemu-server");
  });

  it("is a rest without quorum", () => {
    const rest = facts(["quine", "russell", "wittgenstein"], false);
    expect(objectionsToRemoval(wish, rest, [])).toEqual([
      "the cluster has no quorum (4 of 4 votes)",
      "without quine 1 of 3 votes would be left, and quorum takes 2",
    ]);
  });

  it("is nothing for a node that is no member", () => {
    expect(objectionsToRemoval({ ...wish, node: "ayer" }, facts([]), [])).toEqual([]);
  });
});

describe("a removal", () => {
  const policy = { deadlineMs: 10_000, clock: new FakeClock() };
  const isOff = () => Promise.resolve(undefined);

  it("switches nothing off while something else stands against it", async () => {
    const peer = new FakeHost("frege", (verb) =>
      verb.includes("roles") ? "guest vm:101" : without(["quine"]),
    );
    const asked: string[] = [];
    const seeOff = ({ name }: { readonly name: string }) => {
      asked.push(name);
      return Promise.resolve(undefined);
    };
    await expect(remove(wish, peer, seeOff, policy)).rejects.toThrow(/still has guest vm:101/);
    expect(asked).toEqual([]);
  });

  it("changes nothing while something stands against it", async () => {
    const peer = new FakeHost("frege", (verb) => (verb.includes("roles") ? "" : without([])));
    const running = () => Promise.resolve(stillRunning("quine"));
    await expect(remove(wish, peer, running, policy)).rejects.toThrow(
      /refused: .*still running.*membership is as it was/,
    );
    expect(peer.scripts.join()).not.toContain("delnode");
  });

  it("waits for what else has to let the node go, and keeps the vote when that refuses", async () => {
    const peer = new FakeHost("frege", (verb) =>
      verb.includes("roles") ? "" : without(["quine"]),
    );
    const letGo = () => Promise.reject(new Error("copies have nowhere to go"));
    await expect(remove({ ...wish, letGo }, peer, isOff, policy)).rejects.toThrow(/nowhere to go/);
    expect(peer.scripts.join()).not.toContain("delnode");
  });

  it("is proved by looking again, not by an exit status", async () => {
    const peer = new FakeHost("frege", (verb) =>
      verb.includes("roles") ? "" : without(["quine"]),
    );
    await expect(remove(wish, peer, isOff, policy)).rejects.toThrow(/still listed/);
    expect(peer.scripts.join()).toContain("pvecm delnode quine");
  });

  it("clears what a run that was cut has left of a node without a vote", async () => {
    const rest = { names: names.slice(0, 3) };
    const parts = {
      ...memberParts("frege", 0, rest),
      certified: "/etc/pve/nodes/frege/pve-ssl.pem\n/etc/pve/nodes/quine/pve-ssl.pem",
    };
    const peer = new FakeHost("frege", () => printedFacts(parts));
    expect(await remove(wish, peer, isOff, policy)).toBe("removed");
    expect(peer.asked.at(-1)).toBe("clear the traces of quine");
    expect(peer.scripts.at(-1)).toContain('rm -rf "$d"');
    expect(peer.scripts.join()).not.toContain("delnode");
  });

  it("of a node that is gone already is done", async () => {
    const rest = { names: names.slice(0, 3) };
    const peer = new FakeHost("frege", () => printedFacts(memberParts("frege", 0, rest)));
    expect(await remove(wish, peer, isOff, policy)).toBe("absent");
  });
});

describe("a node that is missing in the stack file", () => {
  const provider = corosyncRoster.serve(new ProcessRuntime());
  const before = { cluster: "ms01", nodes: names };
  const shortened = (consent: Readonly<Record<string, string>>) => ({
    cluster: "ms01",
    nodes: names.slice(0, 3),
    consent: { ...consent },
  });
  const reasons = async (consent: Readonly<Record<string, string>>): Promise<string[]> => {
    const { failures } = await provider.check(before, shortened(consent));
    return (failures ?? []).map(({ reason }) => reason);
  };

  it("is refused without a consent that names it and still holds", async () => {
    expect((await reasons({})).join()).toMatch(/refused, nothing was changed.*no longer has quine/);
    expect((await reasons({ "node.ayer": "2999-12-31" })).join()).toMatch(/refused/);
    expect((await reasons({ "node.quine": "2020-01-01" })).join()).toMatch(/ended on 2020-01-01/);
  });

  it("passes with one, and so does a node that comes", async () => {
    expect(await reasons({ "node.quine": "2999-12-31" })).toEqual([]);
    const { failures } = await provider.check(shortened({}), before);
    expect(failures ?? []).toEqual([]);
  });
});
