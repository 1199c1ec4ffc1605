import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: what comes later works on what came before. */
let twin: ProgramTwin;
const stack = ownFrege();

const MORE = `    storage:
      bak:
        pbs:
          server: 10.203.3.98
          datastore: ms01
          user: ms01@pbs!backup
          password: { ssm: /ms01/pbs/token }
          encryptionKey: { ssm: /ms01/pbs/key }
        content: [backup]
      thin:
        lvmThin: { volumeGroup: pve, thinPool: data }
        content: [images]
      mounted:
        dir: { path: /srv/mounted, mountPoint: true }
        content: [snippets]
        nodes: [frege]
`;
const QUICK = "    deadlines: { storage: 15s }\n";
const CONSENT = `    consent: { "storage.nfs-vms": ${SOON} }\n`;
const DISK = "nfs-vms:100/vm-100-disk-0.raw";
const withMore = [
  ["    storage:\n", MORE],
  ["    ha:\n", `${QUICK}    ha:\n`],
] as const;
const moved = ["export: /volume1/proxmox/vms,", "export: /volume1/elsewhere,"] as const;
const withoutIsos = [
  /* The whole entry, so that the rest of the section stays as it is. */
  `      nfs-isos:
        nfs:
          {
            server: 10.203.3.99,
            export: /volume1/proxmox/isos,
            options: [vers=4.2, soft, timeo=50],
          }
        content: [iso, vztmpl]
`,
  "",
] as const;
const withoutDisks = [
  `      nfs-vms:
        nfs: { server: 10.203.3.99, export: /volume1/proxmox/vms, options: [vers=4.2, hard] }
        content: [images, rootdir]
`,
  "",
] as const;

beforeAll(async () => {
  stack.write([...withMore]);
  twin = await ProgramTwin.up("storages");
  await twin.on("frege", "mkdir -p /srv/mounted && mount -t tmpfs tmpfs /srv/mounted");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

const storageCfg = () => twin.on("frege", "cat /etc/pve/storage.cfg");
/** What both verbs say when they refuse, and the proof that nothing was touched. */
async function expectRefused(...words: readonly (string | RegExp)[]): Promise<void> {
  const before = await storageCfg();
  for (const verb of ["preview", "up"] as const) {
    const { done, log } = await twin.run(verb);
    expect(done.status).toBe(3);
    for (const word of words) {
      expect(done.stdout + done.stderr).toMatch(word);
    }
    // One look, and no change.
    expect(log.steps().map(({ verb }) => verb)).toEqual(["look at what the storages hold"]);
  }
  expect(await storageCfg()).toBe(before);
}

describe("storages of a formed cluster", () => {
  it("are defined, mounted and proved on every node that uses them", async () => {
    const { storages } = await twin.status();
    const states = Object.fromEntries(storages.map((one) => [one.storage, one.states]));
    const everywhere = { frege: "active", russell: "active", wittgenstein: "active" };
    for (const storage of ["nfs-vms", "nfs-isos", "nfs-backups", "bak", "thin"]) {
      expect([storage, states[storage]]).toEqual([storage, everywhere]);
    }
    expect(states.mounted?.frege).toBe("active");
    const text = await storageCfg();
    expect(text).toMatch(
      /nfs: nfs-backups[\s\S]*prune-backups keep-daily=7,keep-weekly=4,keep-monthly=6/,
    );
    expect(text).toMatch(/dir: mounted[\s\S]*is_mountpoint 1/);
  });

  it("leave no probe behind", async () => {
    const left = "ls -A /mnt/pve/nfs-* /srv/mounted | grep -c proxmox-ha-probe; pvesm list thin";
    expect(await twin.on("frege", left)).toMatch(/^0\n/);
    expect(await twin.on("frege", left)).not.toContain("vm-999999999");
  });

  it("keep their secrets out of the state", async () => {
    const state = await twin.exportedState();
    for (const secret of twin.secrets()) {
      expect(state).not.toContain(secret);
      expect(state).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    expect(state).toContain("/ms01/pbs/token");
  });

  it("are left alone by a second up", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change/);
    expect(log.roundTrips()).toEqual({});
  });

  it("show a change by hand of one of our own, and up puts it back", async () => {
    await twin.on("frege", "pvesm set bak --content none");
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toContain("1 found different");
    await twin.runUp();
    expect(await storageCfg()).toMatch(/pbs: bak[\s\S]*content backup/);
  });

  it("stay when they hold volumes and move in the file", async () => {
    await twin.on("frege", "pvesm alloc nfs-vms 100 vm-100-disk-0.raw 1M");
    stack.write([...withMore, moved, withoutIsos]);
    await expectRefused(/to move storage nfs-vms/, DISK, 'consent: {"storage.nfs-vms"');
  });

  it("go when they are empty, with nothing else touched", async () => {
    stack.write([...withMore, withoutIsos]);
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    await twin.runUp();
    expect(await storageCfg()).not.toContain("nfs-isos");
    expect(await storageCfg()).toContain("nfs-vms");
  });

  it("stay while a guest uses them, whatever the consent", async () => {
    await twin.on(
      "frege",
      `printf 'memory: 16\\nscsi0: ${DISK},size=1M\\n' > /etc/pve/qemu-server/100.conf`,
    );
    stack.write([...withMore, withoutDisks, ["    ha:\n", `${CONSENT}    ha:\n`]]);
    await expectRefused(/guests use it: 100 on frege/);
    await twin.on("frege", "rm /etc/pve/qemu-server/100.conf");
  });

  it("go with their volumes by a consent, in one run, and the volumes lie where they lay", async () => {
    await twin.runUp();
    expect(await storageCfg()).not.toContain("nfs-vms");
    stack.write([...withMore]);
    await twin.runUp();
    expect(await twin.on("frege", "pvesm list nfs-vms")).toContain(DISK);
  });

  it("are not tried on a server that answers nobody", async () => {
    await twin.twin(["fault", twin.name, "nas-gone", "nas"]);
    stack.write([
      ...withMore,
      [
        "      nfs-isos:\n",
        "      nfs-more:\n        nfs: { server: 10.203.3.99, export: /volume1/more, options: [vers=3, soft, timeo=50] }\n        content: [snippets]\n      nfs-isos:\n",
      ],
    ]);
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(done.stdout + done.stderr).toMatch(
      /russell gets no answer from 10\.203\.3\.99, TCP port 2049 \(nfs-backups, nfs-isos, nfs-more, nfs-vms\)/,
    );
    expect(await storageCfg()).not.toContain("nfs-more");
    await twin.twin(["fault", twin.name, "nas-gone", "pbs"]);
    const doctor = await twin.run("doctor");
    expect(doctor.done.stdout).toContain("10.203.3.98 does not answer on TCP port 8007");
    await twin.twin(["heal", twin.name]);
  });

  it("cannot be seen on a server that is gone, and stay without a consent", async () => {
    stack.write([...withMore]);
    await twin.runUp();
    await twin.twin(["fault", twin.name, "nas-gone", "nas"]);
    stack.write([...withMore, withoutIsos]);
    await expectRefused(/whether it holds volumes cannot be seen/);
    await twin.twin(["heal", twin.name]);
  });
});
