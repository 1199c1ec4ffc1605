import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, type OwnStack, untilQuorate } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** A node in the middle of the file dies for good, and another machine comes under its name. */
let twin: ProgramTwin;
let file: OwnStack;
const RUSSELL = "      russell:\n";
const SECOND = "      russell:\n        installation: 2\n";
const FENCING = "\n    fencing:\n";
const CONSENT = `\n    consent: { "node.russell": ${SOON} }\n\n    fencing:\n`;

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("replacement");
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

const conf = (): Promise<string> => twin.on("frege", "cat /etc/pve/corosync.conf");

describe("a node that another machine replaces", () => {
  it("is refused without a consent, in the preview too, and no host is asked anything", async () => {
    file.write([[RUSSELL, SECOND]]);
    for (const verb of ["preview", "up"] as const) {
      const { done, log } = await twin.run(verb);
      expect(done.status).toBe(3);
      expect(done.stdout).toMatch(/the member that russell was would lose its vote/);
      expect(log.steps()).toEqual([]);
    }
  });

  it("is refused while the old machine is still the member", async () => {
    const before = await conf();
    file.write([
      [RUSSELL, SECOND],
      [FENCING, CONSENT],
    ]);
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(/russell is the member that it was, not a fresh installation/);
    expect(await conf()).toBe(before);
  });

  it("is refused while the rest has no quorum, and the vote stays", async () => {
    await twin.twin(["power", twin.name, "russell", "off"]);
    await twin.twin(["reinstall", twin.name, "russell"]);
    await twin.on("wittgenstein", "systemctl stop corosync");
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(/the cluster has no quorum \(1 of 3 votes\)/);
    expect(await conf()).toContain("name: russell");
    await twin.on("wittgenstein", "systemctl start corosync pve-cluster");
    await untilQuorate(twin, "frege", 2);
  });

  it("is refused while the controller of the old machine says On, and the new one is another machine", async () => {
    const own = "/usr/sbin/dmidecode";
    await twin.on(
      "russell",
      `cp -p ${own} ${own}.kept && printf '#!/bin/sh\necho 5714a6e4-0000-4000-8000-00000000beef\n' > ${own}`,
    );
    const { done, log } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(
      /frege asked the controller of russell at 10\.203\.3\.22 port 16993 \(amt\), which says On/,
    );
    expect(done.stdout).toContain('consent: {"off.russell": <last day');
    expect(log.steps().map(({ verb }) => verb)).not.toContain("switch russell off");
    expect(await conf()).toContain("name: russell");
    await twin.on("russell", `mv ${own}.kept ${own}`);
  });

  it("is done by consent: the old vote goes, its traces too, and the new machine is a full member", async () => {
    const oldKey = await twin.on("frege", "grep root@russell /etc/pve/priv/authorized_keys");
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(
      /members\["russell"\]: another machine of this name, which leaves the cluster -> member with id 2/,
    );
    const verbs = log.steps().map(({ verb }) => verb);
    const order = ["remove russell", "clear the traces of russell", "join ms01"];
    expect(order.map((verb) => verbs.indexOf(verb))).toEqual(
      order.map((verb) => verbs.indexOf(verb)).toSorted((a, b) => a - b),
    );
    expect(order.every((verb) => verbs.includes(verb))).toBe(true);
    const { quorum } = await twin.status();
    expect(quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
    const keys = await twin.on("frege", "grep root@russell /etc/pve/priv/authorized_keys");
    expect(keys.trim().split("\n").length).toBe(1);
    expect(keys).not.toBe(oldKey);
    // As Proxmox itself goes from node to node, and as a person does.
    const hop = "-o BatchMode=yes -o StrictHostKeyChecking=yes";
    await twin.on(
      "frege",
      `ssh ${hop} -o UserKnownHostsFile=/etc/pve/nodes/russell/ssh_known_hosts -o HostKeyAlias=russell root@10.203.3.12 true`,
    );
    await twin.untilHealthy(60_000);
  });

  it("leaves nothing to do, with the consent in the file or without", async () => {
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
    file.write([[RUSSELL, SECOND]]);
    const { done, log } = await twin.runUp();
    expect(done.stdout).toContain("nothing to change");
    expect(log.steps()).toEqual([]);
  });

  it("keeps the ids of the others when the node in the middle leaves for good", async () => {
    await twin.twin(["fault", twin.name, "host-freeze", "russell"]);
    await eventually(
      async () => (await twin.status()).quorum.votes === 2,
      () => "russell does not leave the membership",
      120_000,
    );
    const text = file.committed.replace(/ {6}russell:\n(?: {8}.*\n| {10}.*\n| {12}.*\n)+/, "");
    const without = text
      .replace("{ frege: 100, russell: 50, wittgenstein: 50 }", "{ frege: 100, wittgenstein: 50 }")
      .replace(
        "links: [management, ring]",
        "links: [management, ring]\n      evenNodesAccepted: true",
      )
      // Two nodes are a pair, no ring.
      .replace(
        "thunderbolt: { ports: [en05, en06] }",
        "thunderbolt: { ports: [en05, en06], topology: pair }",
      )
      .replace(FENCING, CONSENT);
    file.put(without.replace("id: 3\n", "id: 2\n"));
    const { done, log } = await twin.run("up");
    expect(done.stdout).toContain("Write `id: 3` under `nodes.wittgenstein`");
    expect(done.status).toBe(3);
    expect(log.steps()).toEqual([]);
    // It stands still with its power on: nobody answers, and that is no proof.
    file.put(without);
    const on = await twin.run("up");
    expect(on.done.status).toBe(3);
    expect(on.done.stdout).toMatch(/russell is still running.*which says On/);
    await twin.twin(["fault", twin.name, "bmc", "russell", "dead"]);
    file.put(without.replace('"node.russell":', `"off.russell": ${SOON}, "node.russell":`));
    const unknown = await twin.run("up");
    expect(unknown.done.status).toBe(3);
    // The kernel of a twin's frozen host still answers pings, as one may whose processes hang.
    expect(unknown.done.stdout).toMatch(
      /an address of it answers, and frege asked the controller of russell.*nothing that counts/,
    );
    expect(await conf()).toContain("name: russell");
    await twin.twin(["heal", twin.name]);
    await twin.twin(["fault", twin.name, "host-freeze", "russell"]);
    await eventually(
      async () => (await twin.status()).quorum.votes === 2,
      () => "russell does not leave the membership",
      120_000,
    );
    const gone = await twin.runUp();
    expect(gone.done.stdout).toContain("it is switched off, by the consent off.russell");
    expect(await twin.twin(["status", twin.name])).toMatch(/russell +10\.203\.3\.12 +off/);
    expect(await conf()).toMatch(/name: wittgenstein\n\s+nodeid: 3/);
    expect(await conf()).not.toContain("russell");
    expect(await twin.on("frege", "ls /etc/pve/nodes")).not.toContain("russell");
  });
});
