import { describe, expect, it } from "vitest";
import { observeFencing, observeNode } from "../../../../automation/fence/observe.js";
import { guestParts } from "../../../../dynamic-providers/membership/guests.js";
import { scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";
import { answered } from "../../../support/said.js";
import { type Answer, FakeHost } from "../../dynamic-providers/pvecm/fake-cluster.js";
import { type Picture, planOf, sightOf } from "./sights.js";

const RUNNING = answered(scriptOf(guestParts(true)), (command) => ({
  text: command.includes("qemu")
    ? '[{"vmid":100,"status":"running"}]'
    : command.includes("manager_status")
      ? "{}"
      : "[]",
})).stdout;

function look(answers: Readonly<Record<string, Answer>>, picture: Picture = {}) {
  const asked: string[] = [];
  const shellOf = (node: string) =>
    new FakeHost(node, (verb) => {
      asked.push(`${node}: ${verb}`);
      return answers[verb] ?? { status: 1, stdout: "it broke off" };
    });
  return observeNode(planOf(picture.stack), sightOf(picture), "russell", shellOf).then((seen) => ({
    seen,
    asked,
  }));
}

describe("how the fencers stand", () => {
  it("is asked over the one way to each host, and of those alone that answer", async () => {
    const asked: string[] = [];
    const hosts = new Map(
      planOf().nodes.map(({ name }) => [
        name,
        new FakeHost(name, (verb) => {
          asked.push(`${name}: ${verb}`);
          return name === "frege" ? { status: 255, stdout: "" } : "";
        }),
      ]),
    );
    const shellOf = (node: string) => {
      const host = hosts.get(node);
      if (host === undefined) throw new Error(`nobody is called ${node}`);
      return host;
    };
    const { answers } = await observeFencing(planOf(), shellOf);
    expect(answers).toEqual(["russell", "wittgenstein"]);
    expect(asked).toEqual([
      "frege: read the status",
      "russell: read the status",
      "wittgenstein: read the status",
      "russell: read how the fencer stands",
      "wittgenstein: read how the fencer stands",
    ]);
  });
});

describe("what would suffer when a node goes", () => {
  it("is asked of the node itself while it is a member", async () => {
    const { seen, asked } = await look({
      "look for running guests": RUNNING,
      "ask Ceph whether it can spare the host": "no ceph\n",
    });
    expect(seen).toEqual({
      guests: {
        kind: "running",
        managed: [],
        unmanaged: ["vm:100"],
        inMaintenance: false,
        isCountedOn: true,
      },
      ceph: { kind: "told", against: [] },
    });
    expect(asked.every((one) => one.startsWith("russell: "))).toBe(true);
  });

  it("is not known where it could not be asked", async () => {
    const { seen } = await look({});
    expect(seen).toMatchObject({
      guests: { kind: "unknown", why: expect.stringContaining("it broke off") },
      ceph: { kind: "unknown", why: expect.stringContaining("could not be looked at") },
    });
  });

  it("is asked of a member with quorum when the node is away, by the definitions of its guests", async () => {
    const said =
      "/etc/pve/nodes/russell/qemu-server/100.conf\n/etc/pve/nodes/russell/lxc/200.conf\n";
    const { seen, asked } = await look(
      { "list the guests of russell": said },
      { away: ["russell"] },
    );
    expect(seen).toEqual({
      guests: { kind: "defined", guests: ["vm:100", "ct:200"] },
      ceph: { kind: "not-asked" },
    });
    expect(asked).toEqual(["frege: list the guests of russell"]);
  });

  it("is known by nobody without quorum", async () => {
    const { seen, asked } = await look({}, { silent: ["russell"], quorate: false });
    expect(seen.guests).toEqual({ kind: "unknown", why: "no node with quorum answers" });
    expect(asked).toEqual([]);
  });
});
