import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { type StandInNode, startStandIn } from "../../twin/testing/index.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

const IMAGE = Buffer.alloc(3 * 2 ** 20, "an image ");
const CHECKSUM = createHash("sha256").update(IMAGE).digest("hex");

let standIn: StandInNode;
let sshd: TestSshd;
let provider: ProviderProcess;
let server: http.Server;
let store: string;
const fetched: string[] = [];

beforeAll(async () => {
  standIn = await startStandIn("frege", ["Sys.Audit"]);
  sshd = await startSshd({ proxmox: standIn });
  store = path.join(sshd.folder, "store");
  mkdirSync(store);
  mkdirSync(path.join(standIn.etcPve, "nodes", "russell", "qemu-server"), { recursive: true });
  writeFileSync(
    path.join(standIn.etcPve, "storage.cfg"),
    `dir: store\n\tpath ${store}\n\tcontent images,import,rootdir,vztmpl\n\n`,
  );
  server = http.createServer((request, response) => {
    fetched.push(request.url ?? "");
    response.end(IMAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  provider = await ProviderProcess.start({});
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  await standIn.stop();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  fetched.length = 0;
  rmSync(path.join(store, "images"), { recursive: true, force: true });
  rmSync(path.join(store, "import"), { recursive: true, force: true });
  writeFileSync(path.join(standIn.etcPve, ".vmlist"), '{"version":1,"ids":{}}');
  for (const file of ["frege/qemu-server/100.conf", "russell/qemu-server/100.conf"]) {
    rmSync(path.join(standIn.etcPve, "nodes", file), { force: true });
  }
});

function addressOf(made: http.Server): AddressInfo {
  const address = made.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address;
}

async function checked(kind: string, wish: object, olds: JsonObject = {}): Promise<JsonObject> {
  const news = { cluster: "ms01", connection: sshd.connection(), ...wish };
  const { inputs, failures } = await provider.check(kind, news, olds);
  expect(failures).toEqual([]);
  return inputs;
}

const image = (changes: object = {}) =>
  checked("guest/image", {
    name: "system",
    storage: "store",
    content: "import",
    file: "system.raw",
    url: `http://127.0.0.1:${addressOf(server).port}/system.raw`,
    algorithm: "sha256",
    checksum: CHECKSUM,
    ...changes,
  });
const filesOf = (folder: string): string[] =>
  readdirSync(path.join(store, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe("an image", () => {
  it("is fetched once, and is as wanted the second time", async () => {
    const inputs = await image();
    const { id, outs } = await provider.create(inputs);
    expect(readFileSync(path.join(store, "import", "system.raw")).equals(IMAGE)).toBe(true);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
    await provider.delete(id, outs);
    await provider.create(inputs);
    expect(fetched).toEqual(["/system.raw"]);
  });

  it("with a wrong checksum leaves nothing behind", async () => {
    const wrong = await image({ checksum: "0".repeat(64) });
    await expect(provider.create(wrong)).rejects.toThrow(/checksum mismatch/);
    expect(filesOf("import")).toEqual([]);
  });
});

const DISK = { slot: "scsi0", storage: "store", words: {}, initial: { discard: "on" } };
const wish = (changes: object = {}) => ({
  kind: "vm",
  vmid: 100,
  name: "test-vm",
  node: "frege",
  settings: { name: "test-vm", cores: "2" },
  worded: { memory: { current: "512" } },
  disks: [{ ...DISK, gib: 1 }],
  cards: { net0: { bridge: "vmbr0", tag: "" } },
  initial: { ostype: "l26" },
  initialCards: { net0: { model: "virtio" } },
  // HA starts it, which is not there.
  startsItself: false,
  mayRestart: false,
  consents: { removal: "guest.test-vm", restart: "restart.test-vm" },
  ...changes,
});
/** Its cluster would list a guest anew as soon as it has moved. */
const relisted = (node: string): void =>
  writeFileSync(
    path.join(standIn.etcPve, ".vmlist"),
    JSON.stringify({ version: 2, ids: { 100: { node, type: "qemu", version: 2 } } }),
  );
const vm = (changes: object = {}, olds: JsonObject = {}) =>
  checked("guest/vm", wish(changes), olds);
const fileOn = (node: string): string =>
  path.join(standIn.etcPve, "nodes", node, "qemu-server", "100.conf");
const config = (node = "frege"): string => readFileSync(fileOn(node), "utf8");

describe("a virtual machine", () => {
  it("is made, is as wanted the second time, and is no difference where it was moved", async () => {
    const inputs = await vm();
    const { id, outs } = await provider.create(inputs);
    expect(config()).toMatch(/^net0: virtio=BC:24:11:.*,bridge=vmbr0$/m);
    expect(config()).toMatch(/^scsi0: store:100\/vm-100-disk-0\.raw,discard=on,size=1G$/m);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    renameSync(fileOn("frege"), fileOn("russell"));
    relisted("russell");
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [], sid: "vm:100" });
  });

  it("is changed in place, and its disk grows", async () => {
    const inputs = await vm();
    const { id, outs } = await provider.create(inputs);
    const settings = { name: "test-vm", cores: "2", description: "of: the guide" };
    const wider = { settings, tags: ["lab"], disks: [{ ...DISK, gib: 2 }] };
    const edited = await vm(wider, inputs);
    const after = await provider.update(id, outs, edited);
    expect(config()).toMatch(/^#of%3A the guide$[\s\S]*size=2G$[\s\S]*^tags: lab$/m);
    expect((await provider.read(id, after.outs)).props).toMatchObject({ drift: [] });
  });

  it("is refused a smaller disk before anybody is asked", async () => {
    const olds = await vm({ disks: [{ ...DISK, gib: 2 }] });
    const news = { cluster: "ms01", connection: sshd.connection(), ...wish() };
    const { failures } = await provider.check("guest/vm", news, olds);
    expect(failures).toEqual([
      expect.objectContaining({ reason: expect.stringContaining("a disk only grows") }),
    ]);
  });

  it("made by hand is taken over as it is, and one that differs is refused", async () => {
    const inputs = await vm();
    await provider.create(inputs);
    const byHand = config().replace("cores: 2", "cores: 2\ncpu: host");
    writeFileSync(fileOn("frege"), byHand);
    await provider.create(inputs);
    expect(config()).toBe(byHand);
    writeFileSync(fileOn("frege"), byHand.replace("cores: 2", "cores: 4"));
    await expect(provider.create(inputs)).rejects.toThrow(/cores/);
    expect(config()).toContain("cores: 4");
  });

  it("is made from an image, and its disk has its own size", async () => {
    await provider.create(await image());
    const disks = [{ ...DISK, gib: 1, image: "store:import/system.raw" }];
    const { id, outs } = await provider.create(await vm({ disks }));
    expect(config()).toMatch(/^scsi0: store:100\/vm-100-disk-0\.raw,discard=on,size=1G$/m);
    const disk = readFileSync(path.join(store, "images", "100", "vm-100-disk-0.raw"));
    expect(disk.subarray(0, IMAGE.length).equals(IMAGE)).toBe(true);
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
  });

  it("is finished by the next run where one was cut in between", async () => {
    const inputs = await vm();
    const { id, outs } = await provider.create(inputs);
    const disk = path.join(store, "images", "100", "vm-100-disk-0.raw");
    renameSync(disk, `${disk}.away`);
    const settings = { name: "test-vm", cores: "1" };
    const edited = await vm({ settings, disks: [{ ...DISK, gib: 2 }] }, inputs);
    const cut: unknown = await provider.update(id, outs, edited).catch((thrown: unknown) => thrown);
    expect(config()).toMatch(/cores: 1[\s\S]*size=1G/);
    if (!(cut instanceof ProviderFailure) || cut.kept === undefined) {
      throw new Error("nothing is kept of what was done");
    }
    renameSync(`${disk}.away`, disk);
    await provider.update(id, cut.kept.properties, edited);
    expect(config()).toMatch(/cores: 1[\s\S]*size=2G/);
  });

  it("that is forgotten stays with its disks", async () => {
    const { id, outs } = await provider.create(await vm());
    const before = config();
    await provider.delete(id, outs);
    expect(config()).toBe(before);
    expect(filesOf("images")).toEqual(["vm-100-disk-0.raw"]);
  });
});

describe("a container", () => {
  function withTemplate(): void {
    const cache = path.join(store, "template", "cache");
    mkdirSync(cache, { recursive: true });
    writeFileSync(path.join(cache, "debian.tar.zst"), IMAGE);
  }
  const box = (changes: object = {}, olds: JsonObject = {}) =>
    checked(
      "guest/container",
      {
        ...wish(),
        kind: "container",
        vmid: 112,
        name: "box",
        settings: { hostname: "box", cores: "1", memory: "512" },
        worded: { features: { nesting: "1" } },
        disks: [{ slot: "rootfs", storage: "store", gib: 4, words: {}, initial: {} }],
        cards: { net0: { bridge: "vmbr0", tag: "", ip: "10.203.3.50/24", gw: "10.203.3.1" } },
        initial: { ostemplate: "store:vztmpl/debian.tar.zst", unprivileged: "1" },
        initialCards: { net0: { name: "eth0" } },
        consents: { removal: "guest.box", restart: "restart.box" },
        ...changes,
      },
      olds,
    );
  const file = () => path.join(standIn.etcPve, "nodes", "frege", "lxc", "112.conf");
  const text = (): string => readFileSync(file(), "utf8");
  afterEach(() => {
    rmSync(file(), { force: true });
    rmSync(path.join(store, "template"), { recursive: true, force: true });
  });

  it("is not made without its template", async () => {
    await expect(provider.create(await box())).rejects.toThrow(/debian\.tar\.zst' does not exist/);
  });

  it("is made from its template, and is as wanted the second time", async () => {
    withTemplate();
    const inputs = await box();
    const { id, outs } = await provider.create(inputs);
    expect(outs).toMatchObject({ sid: "ct:112" });
    expect(text()).toMatch(
      /^net0: name=eth0,bridge=vmbr0,gw=10\.203\.3\.1,ip=10\.203\.3\.50\/24,hwaddr=BC:24:11:/m,
    );
    expect(text()).toMatch(/^rootfs: store:112\/vm-112-disk-0\.raw,size=4G$/m);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
  });

  it("is changed in place, and its root grows", async () => {
    withTemplate();
    const inputs = await box();
    const { id, outs } = await provider.create(inputs);
    const disks = [{ slot: "rootfs", storage: "store", gib: 6, words: {}, initial: {} }];
    const settings = { hostname: "box", cores: "1", memory: "1024" };
    await provider.update(id, outs, await box({ disks, settings }, inputs));
    expect(text()).toMatch(/^memory: 1024$[\s\S]*^rootfs: .*,size=6G$/m);
    expect(text()).toContain("hwaddr=BC:24:11:");
  });
});
