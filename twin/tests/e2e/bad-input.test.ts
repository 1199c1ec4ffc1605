import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Finished, leftoversOf, said, start, tryTwin } from "../../testing/index.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const name = `e2e-half-${process.pid}`;
const up = (words: readonly string[] = []) =>
  tryTwin(["up", "frege", "--name", name, "--nodes", "frege", ...words]);

/** A sentence for the user: exit code 2, the words, and no trace of the program's insides. */
function expectSentence(done: Finished, words: RegExp): void {
  expect(done.status, said(done)).toBe(2);
  expect(done.stderr).toMatch(words);
  expect(done.stderr).not.toMatch(/^\s+at /m);
}

afterAll(async () => {
  await tryTwin(["down", name, "--forget-snapshots"]);
});

describe("what a twin cannot be made of", () => {
  it("is told in a sentence, and nothing is left behind", async () => {
    expectSentence(
      await tryTwin(["up", "hegel", "--name", name]),
      /there is no stack "hegel"; looked for .*Pulumi\.hegel\.yaml/,
    );
    expectSentence(
      await tryTwin(["up", "frege", "--name", "No Name"]),
      /"No Name" cannot be the name of a twin; use lower-case letters/,
    );
    expectSentence(
      await tryTwin(["up", "frege", "--name", name, "--nodes", "kant"]),
      /the stack has no node kant; it has frege, russell, wittgenstein/,
    );
    expectSentence(
      await tryTwin(["ssh", name, "frege", "true"]),
      new RegExp(`no twin "${name}" is running`),
    );
    expect(leftoversOf(name)).toEqual([]);
  });

  it("is also somebody who is not root", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-not-root-"));
    try {
      const done = await start(
        [
          ...["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
          ...[process.execPath, path.join(repository, "bin", "automation", "main.js")],
          ...["twin", "up", "frege", "--name", name],
        ],
        { env: { HOME: folder }, deadlineMs: 30_000 },
      ).finished;
      expectSentence(done, /only root may do; run it with sudo/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(leftoversOf(name)).toEqual([]);
  });
});

describe("a machine on which a twin cannot start", () => {
  const upOn = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    start(
      [
        ...words,
        ...[process.execPath, path.join(repository, "bin", "automation", "main.js")],
        ...["twin", "up", "frege", "--name", name],
      ],
      { env, deadlineMs: 60_000 },
    ).finished;

  it("lacks a package", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-tools-"));
    try {
      const tools =
        "for t in sh ip nft gpg openssl ssh-keygen losetup python3 systemd-nspawn unshare mount mkdir";
      const link = `${tools}; do ln -s "$(command -v $t)" ${folder}/$t; done`;
      expect((await start(["sh", "-c", link]).finished).status).toBe(0);
      expectSentence(
        await upOn([], { PATH: folder }),
        /these Debian packages are missing: mmdebstrap apt-utils; run `npm run setup`/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(leftoversOf(name)).toEqual([]);
  });

  it("has no room on its disk", async () => {
    const full = 'mount -t tmpfs -o size=64m tmpfs /mnt && exec env PROXMOX_HA_CACHE=/mnt "$@"';
    expectSentence(
      await upOn(["unshare", "--mount", "sh", "-c", full, "sh"]),
      /\/mnt has 0 GiB left, and a twin needs 6; make room, or set PROXMOX_HA_CACHE/,
    );
    expect(leftoversOf(name)).toEqual([]);
  });

  it("gives its root no right to make namespaces, as in a plain container", async () => {
    expectSentence(
      await upOn(["setpriv", "--bounding-set", "-sys_admin"]),
      /root may not make namespaces here, as in a container without privileges/,
    );
    expect(leftoversOf(name)).toEqual([]);
  });

  it("is told of a layer that is not there or is no archive, and nothing of the twin stays", async () => {
    expectSentence(
      await upOn([], { PROXMOX_HA_PVE_LAYER: "/nowhere/layer.tar" }),
      /nothing of it was left behind\. PROXMOX_HA_PVE_LAYER names \/nowhere\/layer\.tar, which does not exist/,
    );
    const notAnArchive = path.join(repository, "package.json");
    expectSentence(
      await upOn([], { PROXMOX_HA_PVE_LAYER: notAnArchive }),
      /PROXMOX_HA_PVE_LAYER names .*package\.json, which tar cannot unpack/,
    );
    expect(leftoversOf(name)).toEqual([]);
  });
});

describe("a machine that owns the twin's addresses itself", () => {
  it("keeps them, and the twin has them too", async () => {
    // A network namespace stands for the machine, so that this one is not given addresses of others.
    const machine = `clash-${process.pid}`;
    const onMachine = (...words: string[]) =>
      start(["nsenter", `--net=/run/netns/${machine}`, ...words], { deadlineMs: 120_000 }).finished;
    const own = "ip -o address; ip route; ip route get 10.203.3.11";
    expect((await start(["ip", "netns", "add", machine]).finished).status).toBe(0);
    try {
      const addresses = "ip link set lo up; ip link add lan0 type veth peer name lan1";
      const more = "ip address add 10.203.3.11/24 dev lan0; ip address add 10.203.3.1/24 dev lan0";
      await onMachine("sh", "-ec", `${addresses}; ${more}; ip link set lan0 up`);
      const before = await onMachine("sh", "-c", own);
      expect(before.stdout).toContain("local 10.203.3.11 dev lo");
      const twin = [
        process.execPath,
        path.join(repository, "bin", "automation", "main.js"),
        "twin",
      ];
      const up = await onMachine(...twin, "up", "frege", "--name", name, "--nodes", "frege");
      expect(up.status, said(up)).toBe(0);
      expect((await onMachine("sh", "-c", own)).stdout).toBe(before.stdout);
      expect((await onMachine(...twin, "ssh", name, "frege", "hostname")).stdout).toBe("frege\n");
    } finally {
      await tryTwin(["down", name]);
      await start(["ip", "netns", "delete", machine]).finished;
    }
    expect(leftoversOf(name)).toEqual([]);
  });
});

describe("a snapshot that cannot be put back", () => {
  it("ends the start before anything is built", async () => {
    expectSentence(
      await up(["--restore", "formed"]),
      /there is no snapshot "formed" of .*none at all/,
    );
    expectSentence(await up(["--restore", "../x"]), /"\.\.\/x" cannot be the label of a snapshot/);
    expect(leftoversOf(name)).toEqual([]);
  });
});

describe("an earlier twin of the same name", () => {
  it("stands in the way while it runs", async () => {
    expect((await up()).status).toBe(0);
    expectSentence(await up(), new RegExp(`a twin "${name}" is running already; use it, end it`));
  });

  it("is told to be half-dead when its supervisor was killed, and replaced by the next up", async () => {
    process.kill(supervisorOf(name), "SIGKILL");
    expectSentence(
      await tryTwin(["status", name]),
      new RegExp(`does not answer .*twin down ${name}.* removes what is left`),
    );
    const done = await up();
    expect(done.status, said(done)).toBe(0);
    expect(done.stderr).toContain(`removed what an earlier twin "${name}" left behind:`);
    expect((await tryTwin(["ssh", name, "frege", "--", "hostname"])).stdout).toBe("frege\n");
  });

  it("is cleared away by down when its supervisor was killed", async () => {
    process.kill(supervisorOf(name), "SIGKILL");
    expect((await tryTwin(["down", name])).status).toBe(0);
    expect(leftoversOf(name)).toEqual([]);
  });
});

function supervisorOf(twin: string): number {
  const file = path.join("/run/proxmox-ha/twins", twin, "state.json");
  return z.object({ pid: z.int() }).parse(JSON.parse(readFileSync(file, "utf8"))).pid;
}
