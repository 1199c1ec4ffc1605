import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { eventually, type StandInNode, startStandIn } from "../../twin/testing/index.js";
import { putUnits } from "../support/fake-units.js";
import { ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

/** So slow that there is time to cut a move, and no slower. */
const KIB_A_SECOND = 2_048;
const WRITTEN = Buffer.alloc(8 * 2 ** 20, "what the guest wrote ");
const UNIT = "proxmox-ha-move-100";

let standIn: StandInNode;
let sshd: TestSshd;
let provider: ProviderProcess;
let units: ReturnType<typeof putUnits>;

const folderOf = (storage: string): string => path.join(sshd.folder, storage);
beforeAll(async () => {
  standIn = await startStandIn("frege", ["Sys.Audit"]);
  sshd = await startSshd({ proxmox: standIn });
  units = putUnits(standIn.tools, sshd.folder);
  mkdirSync(path.join(standIn.etcPve, "priv"), { recursive: true });
  const sections = ["store", "other", "full"].map(
    (name) =>
      `dir: ${name}\n\tpath ${folderOf(name)}\n\tcontent ${name === "full" ? "iso" : "images,rootdir"}\n\tbwlimit move=${KIB_A_SECOND}\n`,
  );
  writeFileSync(path.join(standIn.etcPve, "storage.cfg"), `${sections.join("\n")}\n`);
  provider = await ProviderProcess.start({});
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  await standIn.stop();
});
afterEach(() => {
  writeFileSync(path.join(standIn.etcPve, ".vmlist"), '{"version":1,"ids":{}}');
  rmSync(file(), { force: true });
  rmSync(record(), { force: true });
  for (const storage of ["store", "other"]) {
    rmSync(path.join(folderOf(storage), "images"), { recursive: true, force: true });
  }
});

const file = (): string => path.join(standIn.etcPve, "nodes", "frege", "qemu-server", "100.conf");
const record = (): string => path.join(standIn.etcPve, "priv", "proxmox-ha-move-100.json");
const config = (): string => readFileSync(file(), "utf8");
const disks = (storage: string): string[] => {
  const folder = path.join(folderOf(storage), "images", "100");
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
};

const wish = (storage: string, olds: JsonObject = {}) =>
  check(storage, olds).then(({ inputs, failures }) => {
    expect(failures).toEqual([]);
    return inputs;
  });
const check = (storage: string, olds: JsonObject = {}) =>
  provider.check(
    "guest/vm",
    {
      cluster: "ms01",
      connection: sshd.connection(),
      members: { frege: sshd.connection() },
      kind: "vm",
      vmid: 100,
      name: "test-vm",
      node: "frege",
      settings: { name: "test-vm", cores: "2" },
      worded: {},
      disks: [{ slot: "scsi0", storage, gib: 1, words: {}, initial: { discard: "on" } }],
      cards: {},
      initial: { ostype: "l26" },
      initialCards: {},
      startsItself: false,
      mayRestart: false,
      consents: { removal: "guest.test-vm", restart: "restart.test-vm" },
    },
    olds,
  );

/** A machine that has written something. */
async function made() {
  const inputs = await wish("store");
  const { id, outs } = await provider.create(inputs);
  const [disk = ""] = disks("store");
  const open = openSync(disk, "r+");
  writeSync(open, WRITTEN, 0, WRITTEN.length, 2 ** 20);
  closeSync(open);
  return { inputs, id, outs, edited: await wish("other", inputs) };
}
function expectMoved(): void {
  expect(config()).toMatch(/^scsi0: other:100\/vm-100-disk-\d\.raw,discard=on,size=1G$/m);
  expect(config()).not.toContain("unused");
  expect(disks("store")).toEqual([]);
  const [, name = ""] = /other:100\/([\w.-]+)/.exec(config()) ?? [];
  const bytes = Buffer.alloc(WRITTEN.length);
  const open = openSync(path.join(folderOf("other"), "images", "100", name), "r");
  readSync(open, bytes, 0, bytes.length, 2 ** 20);
  closeSync(open);
  expect(bytes.equals(WRITTEN)).toBe(true);
  expect(readdirSync(path.dirname(record()))).not.toContain(path.basename(record()));
}
const untilItMoves = (): Promise<void> =>
  eventually(
    () => Promise.resolve(disks("other").length > 0),
    () => "nothing is moved",
    60_000,
  );

describe("a disk that moves to another storage", () => {
  it("is there with every byte, and the old copy is gone", async () => {
    const { id, outs, edited } = await made();
    const after = await provider.update(id, outs, edited);
    expectMoved();
    expect((await provider.read(id, after.outs)).props).toMatchObject({ drift: [] });
  });

  it("is refused where the storage does not take it, and stays", async () => {
    const { inputs } = await made();
    const before = config();
    const { failures } = await check("full", inputs);
    expect(failures.map(({ reason }) => reason).join()).toContain("does not take images");
    expect(config()).toBe(before);
  });

  it("goes on when the run is killed, and the next run waits for it and removes the old copy", async () => {
    const { id, outs, edited } = await made();
    const cut = provider.update(id, outs, edited).catch(() => undefined);
    await untilItMoves();
    await provider.stop();
    await cut;
    provider = await ProviderProcess.start({});
    await provider.update(id, outs, edited);
    expectMoved();
    expect(disks("other")).toHaveLength(1);
  });

  it("is found moved by the next run where nobody waited for its end", async () => {
    const { id, outs, edited } = await made();
    const cut = provider.update(id, outs, edited).catch(() => undefined);
    await untilItMoves();
    await provider.stop();
    await cut;
    await eventually(
      () => Promise.resolve(readFileSync(record(), "utf8").includes('"moved"')),
      () => "the move does not end",
      60_000,
    );
    expect(config()).toMatch(/^unused0: store:100\/vm-100-disk-0\.raw$/m);
    provider = await ProviderProcess.start({});
    await provider.update(id, outs, edited);
    expectMoved();
  });

  it("is done again where its host went down in the middle", async () => {
    const { id, outs, edited } = await made();
    const cut = provider.update(id, outs, edited).catch((thrown: unknown) => String(thrown));
    await untilItMoves();
    units.kill(UNIT);
    await cut;
    expect(config()).toMatch(/^scsi0: store:/m);
    await provider.update(id, outs, edited);
    expectMoved();
  });
});
