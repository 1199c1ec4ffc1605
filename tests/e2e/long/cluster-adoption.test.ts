import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, formCluster, type OwnStack } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Three hosts that somebody has made a cluster of by hand, before the program ever came. */
let twin: ProgramTwin;
let file: OwnStack;
const MEMBERS = [
  { name: "frege", address: "10.203.3.11" },
  { name: "russell", address: "10.203.3.12" },
  { name: "wittgenstein", address: "10.203.3.13" },
];
const LINKS = "links: [management, ring]";
const POOL = [
  "      migrationType: insecure\n",
  "      migrationType: insecure\n      pools: [production]\n",
] as const;
/** What somebody has defined before: as the stack file wants it, with a comment that it says nothing about. */
const BY_HAND = [
  "pvesm add nfs nfs-vms --server 10.203.3.99 --export /volume1/proxmox/vms --options hard,vers=4.2 --content rootdir,images",
  "pvesm add nfs nfs-isos --server 10.203.3.99 --export /volume1/proxmox/isos --options vers=4.2,soft,timeo=50 --content iso,vztmpl",
  "pvesm add nfs nfs-backups --server 10.203.3.99 --export /volume1/proxmox/backups --options vers=4.2,hard --content backup --prune-backups keep-monthly=6,keep-weekly=4,keep-daily=7",
  "pvesh create /pools --poolid production --comment 'made by hand'",
].join(" && ");

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("adoption");
  await formCluster(twin, "ms01", MEMBERS, twin.secretAt("ssm:/ms01/hosts/root_password"));
  await twin.on("frege", BY_HAND);
});
afterAll(() => closeAll(twin, file));

/** Everything that would show that a host was touched. */
const traces = (): Promise<string[]> =>
  Promise.all(
    MEMBERS.map(({ name }) =>
      twin.on(
        name,
        "cat /etc/pve/corosync.conf /etc/pve/storage.cfg /etc/pve/user.cfg /etc/network/interfaces /etc/hosts; ls /etc/ssh /root/.ssh /etc/sysctl.d",
      ),
    ),
  );
const corosync = (): Promise<string> =>
  twin.on(
    "russell",
    "cat /etc/pve/corosync.conf; corosync-cmapctl -g config.reload_status || true",
  );

const defined = (): Promise<string> =>
  twin.on("russell", "cat /etc/pve/storage.cfg; pvesh get /pools --output-format json");

describe("a cluster formed by hand", () => {
  it("is refused under another name, in the preview and before anything is written", async () => {
    const before = await traces();
    file.write([["    name: ms01", "    name: ms02"]]);
    for (const verb of ["preview", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.status).toBe(3);
      expect(done.stdout).toMatch(/nothing was changed: frege is in the cluster ms01/);
      expect(done.stdout).toContain("If that is the cluster you mean, write `name: ms01`");
    }
    expect(await traces()).toEqual(before);
  });

  it("is refused with each difference when its links are others", async () => {
    const before = await traces();
    file.write([[LINKS, "links: [ring, management]"]]);
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toContain(
      "link 0 of russell: 10.203.3.12 -> 169.254.1.2 (there -> wanted)",
    );
    expect(done.stdout).toContain("set `adopt: true`");
    expect(await traces()).toEqual(before);
  });

  it("is refused when its ids are not those of the file", async () => {
    file.write([
      [LINKS, "links: [management]"],
      ["      russell:\n        id: 2\n", "      russell:\n        id: 7\n"],
    ]);
    const { done } = await twin.run("preview");
    expect(done.status).toBe(3);
    expect(done.stdout).toContain("Write `id: 2` under `nodes.russell`");
  });

  it("is announced by the preview, with its storages and its pool", async () => {
    file.write([[LINKS, "links: [management]"], POOL]);
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    expect(preview.done.stdout).toContain(
      "The cluster ms01 stands already, with frege, russell, wittgenstein: it is taken over, and corosync stays as it is.",
    );
    for (const what of ["storage nfs-backups", "storage nfs-vms", "resource pool production"]) {
      expect(preview.done.stdout).toContain(`${what}: on the cluster already, and as wanted`);
    }
  });

  it("is refused with each difference when its storages are others, before anything is written", async () => {
    const before = await traces();
    const other = ["prune: { keepDaily: 7,", "prune: { keepDaily: 14,"] as const;
    file.write([[LINKS, "links: [management]"], POOL, other]);
    for (const verb of ["preview", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.status).toBe(3);
      expect(done.stdout).toMatch(
        /take over storage nfs-backups: refused.* prune-backups: keep-monthly=6,keep-weekly=4,keep-daily=7 -> keep-daily=14,keep-monthly=6,keep-weekly=4/,
      );
      expect(done.stdout).toContain("or set `adopt: true` to have it changed");
    }
    file.write([
      [LINKS, "links: [management]"],
      POOL,
      [other[0], `adopt: true\n        ${other[1]}`],
    ]);
    const { done } = await twin.run("preview");
    expect(done.status).toBe(4);
    expect(done.stdout).toContain(
      "storage nfs-backups: on the cluster already, and changed (there -> wanted): prune-backups:",
    );
    expect(await traces()).toEqual(before);
  });

  it("is taken over as it is, corosync and storages untouched", async () => {
    file.write([[LINKS, "links: [management]"], POOL]);
    const before = await corosync();
    const definitions = await defined();
    const { done, log } = await twin.runUp();
    for (const what of [
      "the cluster ms01",
      "russell as a member",
      "the links of ms01",
      "storage nfs-vms",
      "storage nfs-backups",
      "resource pool production",
    ]) {
      expect(done.stdout).toMatch(new RegExp(`${what}[^:]*: already as wanted, taken over`));
    }
    expect(await corosync()).toBe(before);
    expect(await defined()).toBe(definitions);
    const steps = log.steps().map(({ verb }) => verb);
    const changes = /^(join|found|add|remov|set|defining|changing)/;
    // What no cluster made by hand has.
    expect(steps.filter((verb) => changes.test(verb)).sort()).toEqual([
      "set the cluster's options",
      "set up the program's API account",
    ]);
    const second = await twin.runUp();
    expect(second.done.stdout).toContain("nothing to change");
    expect(second.log.steps()).toEqual([]);
  });

  it("gets a further link and another rule for backups later, and keeps the number of its first link", async () => {
    file.write([POOL, ["prune: { keepDaily: 7,", "prune: { keepDaily: 14,"]]);
    await twin.runUp();
    expect(await defined()).toMatch(/keep-daily=14(.|\n)*made by hand/);
    const { links } = await twin.status();
    expect(links.map(({ state }) => state)).toEqual(["connected", "connected"]);
    expect(await twin.on("frege", "cat /etc/pve/corosync.conf")).not.toContain(
      "knet_link_priority",
    );
  });
});
