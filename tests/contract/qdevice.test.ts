import net from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { ProviderProcess } from "../support/provider-process.js";
import { QDevicePair } from "../support/qdevice-pair.js";
import { TestPool } from "../support/ssh-pool.js";

const KIND = "pvecm/qdevice";
const QNETD_PORT = 5403;

let pair: QDevicePair;
let provider: ProviderProcess;
let pool: TestPool;
let qnetd: net.Server | undefined;

beforeAll(async () => {
  pair = await QDevicePair.start();
  provider = await ProviderProcess.start({ env: { PROXMOX_HA_RUN_LOG: "/dev/null" } });
  pool = new TestPool();
  // A small key under the name that Proxmox's set-up uses: making its usual one takes seconds.
  const make = "test -e /root/.ssh/id_rsa || ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_rsa";
  for (const { connection } of pair.members()) {
    expect(await pool.run(connection, make)).toMatchObject({ status: 0 });
  }
}, 60_000);
afterAll(async () => {
  await provider.stop();
  pool.close();
  pair.stop();
});
beforeEach(async () => {
  pair.reset();
  qnetd = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => qnetd?.listen(QNETD_PORT, "127.0.0.1", resolve));
});
afterEach(closeQnetd);

async function closeQnetd(): Promise<void> {
  const server = qnetd;
  qnetd = undefined;
  await new Promise<void>((resolve) =>
    server === undefined ? resolve() : server.close(() => resolve()),
  );
}

async function wish(more: object = {}): Promise<JsonObject> {
  const { inputs, failures } = await provider.check(KIND, {
    cluster: "pair",
    members: pair.members(),
    connection: pair.deviceConnection(),
    votes: 1,
    voteDeadlineMs: 3_000,
    ...more,
  });
  expect(failures).toEqual([]);
  return inputs;
}

const setUps = (): string[] => pair.calls().filter((call) => call.includes("qdevice setup"));

/** Keys of the members that the host of the device still lets in. */
async function admitted(): Promise<string> {
  const { stdout } = await pool.run(
    pair.deviceConnection(),
    'cat "$HOME/.ssh/authorized_keys" 2>/dev/null || true',
  );
  return stdout;
}

describe("the vote of a QDevice", () => {
  it("is refused before anything is changed while its daemon does not answer", async () => {
    await closeQnetd();
    await expect(provider.create(await wish())).rejects.toThrow(
      /nothing was changed: castor does not reach 127\.0\.0\.1 at TCP 5403; pollux does not reach.*install and start corosync-qnetd/is,
    );
    expect(pair.calls()).toEqual([]);
  });

  it("is refused where its host has not the daemon's package", async () => {
    pair.takeQnetdAway();
    await expect(provider.create(await wish())).rejects.toThrow(
      /corosync-qnetd is not installed here.*apt install corosync-qnetd/s,
    );
    expect(setUps()).toEqual([]);
  });

  it("is set up by a member that gets in with its own key, and keeps no way in", async () => {
    const inputs = await wish();
    const { id, outs } = await provider.create(inputs);
    expect(id).toBe("pair/qdevice");
    expect(setUps()).toEqual(["castor: pvecm qdevice setup 127.0.0.1"]);
    expect(pair.conf()).toContain("algorithm: ffsplit");
    expect(await admitted()).toBe("");
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
    await provider.create(inputs);
    expect(setUps()).toHaveLength(1);
  });

  it("takes away the key that a cut set-up left, and no key of somebody else", async () => {
    const [castor] = pair.members();
    const own = castor && (await pool.run(castor.connection, "cat /root/.ssh/id_rsa.pub")).stdout;
    const theirs = "ssh-ed25519 AAAA somebody";
    await pool.run(
      pair.deviceConnection(),
      'mkdir -p "$HOME/.ssh" && cat > "$HOME/.ssh/authorized_keys"',
      { stdin: Buffer.from(`${own?.trim()} proxmox-ha-qdevice\n${theirs}`) },
    );
    await provider.create(await wish());
    expect(await admitted()).toBe(`${theirs}\n`);
    await pool.run(pair.deviceConnection(), 'rm "$HOME/.ssh/authorized_keys"');
  });

  it("is set up over what a cut set-up left on a member", async () => {
    pair.leaveRemains("pollux");
    await provider.create(await wish());
    expect(setUps()).toHaveLength(1);
    expect(pair.has("pollux/corosync/qdevice/net/nssdb/cut")).toBe(false);
    expect(pair.has("pollux/corosync/qdevice/net/nssdb/cert9.db")).toBe(true);
  });

  it("that pvecm did not set up, for all its exit status 0, is an error with its words, and the next run sets it up", async () => {
    pair.breakPvecm("Error: something about certificates");
    const failing = provider.create(await wish());
    await expect(failing).rejects.toThrow(
      /pvecm said: Error: something about certificates.*castor has none in its configuration/s,
    );
    expect(await admitted()).toBe("");
    pair.reset();
    const kept = await failing.then(
      () => undefined,
      (thrown: unknown) => Reflect.get(Object(thrown), "kept"),
    );
    expect(kept).toMatchObject({ id: "pair/qdevice" });
    await provider.create(await wish());
    expect(pair.conf()).toContain("device {");
  });

  it("is cast by a member whose corosync read the configuration late, however often its daemon ended before", async () => {
    pair.readLate("castor");
    const inputs = await wish({ voteDeadlineMs: 20_000 });
    const { id, outs } = await provider.create(inputs);
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
  });

  it("whose daemon does not start is an error with the daemon's own last words", async () => {
    pair.breakDaemon("pollux", "Can't init nss (-8174)");
    await expect(provider.create(await wish())).rejects.toThrow(
      /on pollux: corosync-qdevice does not start\. Its last words:.*Can't init nss \(-8174\)/s,
    );
  });

  it("that a member no longer counts shows in a refresh, and its daemon is started again", async () => {
    const inputs = await wish();
    const { id, outs } = await provider.create(inputs);
    pair.stopDaemon("pollux");
    const { props } = await provider.read(id, outs);
    expect(JSON.stringify(props.drift)).toContain("does not run corosync-qdevice");
    await provider.update(id, props, inputs);
    expect(setUps()).toHaveLength(1);
    expect(pair.calls().at(-1)).toMatch(/^pollux: systemctl restart/);
    expect((await provider.read(id, props)).props).toMatchObject({ drift: [] });
  });

  it("goes by consent alone, and is gone the second time", async () => {
    const { id, outs } = await provider.create(await wish());
    await expect(provider.delete(id, outs)).rejects.toThrow(/does not consent/);
    expect(pair.conf()).toContain("device {");
    const agreed = { ...outs, consent: { qdevice: "2999-12-31" } };
    await provider.delete(id, agreed);
    expect(pair.conf()).not.toContain("device {");
    expect(pair.calls().at(-1)).toBe("castor: pvecm qdevice remove");
    await provider.delete(id, agreed);
    expect(pair.calls().filter((call) => call.endsWith("qdevice remove"))).toHaveLength(1);
    expect(await provider.read(id, outs)).toMatchObject({ id: "" });
  });

  it("that does not go is an error that says what is left", async () => {
    const { id, outs } = await provider.create(await wish());
    pair.breakPvecm("Error: node pollux is offline");
    await expect(
      provider.delete(id, { ...outs, consent: { qdevice: "2999-12-31" } }),
    ).rejects.toThrow(
      /pvecm said: Error: node pollux is offline.*still has it in its configuration/s,
    );
  });
});
