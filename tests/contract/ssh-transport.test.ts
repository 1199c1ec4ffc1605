import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../config/failure/failure.js";
import { endOfOutput } from "../../dynamic-providers/shell/shell.js";
import { lockedOnHost } from "../../dynamic-providers/transport/ssh/host-lock.js";
import { bootId } from "../../dynamic-providers/transport/ssh/reboot.js";
import { shownHostKey } from "../../dynamic-providers/transport/ssh/shown-key.js";
import { eventually } from "../../twin/testing/index.js";
import { TestPool } from "../support/ssh-pool.js";
import { startSshd, type TestSshd } from "../support/sshd.js";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.js";
import { thrownBy } from "../support/thrown.js";

let sshd: TestSshd;
let folder: string;
const pools: TestPool[] = [];
const proxies: TcpProxy[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-ssh-"));
});
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
  for (const proxy of proxies.splice(0)) proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

function newPool(...args: ConstructorParameters<typeof TestPool>): TestPool {
  const pool = new TestPool(...args);
  pools.push(pool);
  return pool;
}

async function newProxy(delayMs = 0): Promise<TcpProxy> {
  const proxy = await startProxy(sshd.port, delayMs);
  proxies.push(proxy);
  return proxy;
}

const errorOf = (work: Promise<unknown>): Promise<Failure> => thrownBy(Failure, work);

describe("the key of a host", () => {
  it("is shown to whoever asks, without a login and without a record", async () => {
    const place = { host: "127.0.0.1", port: sshd.port };
    const shown = await shownHostKey(place, 5_000);
    expect(shown).toBe(sshd.hostKey);
    // A connection with that pin is the same host.
    expect(await newPool().run(sshd.connection({ hostKey: shown }), "true")).toMatchObject({
      status: 0,
    });
  });

  it("is not waited for beyond patience, and nobody there is said so", async () => {
    const silent = net.createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const slow = await errorOf(shownHostKey({ host: "127.0.0.1", port }, 300));
    expect(slow).toMatchObject({ kind: "unreachable", where: "127.0.0.1" });
    silent.close();
    const nobody = await errorOf(shownHostKey({ host: "127.0.0.1", port }, 5_000));
    expect(nobody).toMatchObject({
      kind: "unreachable",
      cameBack: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("a script on a host", () => {
  it("keeps output, errors, status and signal apart and reads its own input", async () => {
    const pool = newPool();
    const result = await pool.run(sshd.connection(), "cat; echo bad >&2; exit 3", {
      stdin: Buffer.from("from the input"),
    });
    expect(result).toEqual({
      status: 3,
      signal: undefined,
      stdout: "from the input",
      stderr: "bad\n",
    });
    const killed = await pool.run(sshd.connection(), "kill -TERM $$");
    expect(killed).toMatchObject({ status: undefined, signal: "TERM" });
  });

  it("that prints a secret shows in no trace, and no error quotes it", async () => {
    const pool = newPool();
    const canary = "canary-5f2c-77";
    const result = await pool.run(sshd.connection(), "cat; exit 4", {
      stdin: Buffer.from(canary),
      confidential: true,
    });
    expect(result).toMatchObject({ status: 4, stdout: canary });
    expect(pool.said.join("\n")).toContain("(output not shown)");
    expect([...pool.said, endOfOutput(result)].join("\n")).not.toContain(canary);
    expect(endOfOutput(result)).toBe("(output not shown) (exit status 4)");
  });

  it("never stands in a process list", async () => {
    const { stdout } = await newPool().run(
      sshd.connection(),
      "marker=hidden-in-the-input; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '",
    );
    expect(stdout).toContain("sshd");
    expect(stdout).not.toContain("hidden-in-the-input");
  });

  it("is one of 200 at once over one connection with at most eight channels", async () => {
    const pool = newPool();
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        pool.run(sshd.connection(), `echo ${at}`, { repeatable: true }),
      ),
    );
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(
      Array.from({ length: 200 }, (_, at) => at),
    );
    expect(pool.log.counters().frege).toMatchObject({ connections: 1, roundTrips: 200 });
  }, 120_000);

  it("ends with an error when it prints more than is read", async () => {
    const error = await errorOf(
      newPool().run(sshd.connection(), "head -c 9000000 /dev/zero", { maxOutputBytes: 1_000_000 }),
    );
    expect(error.message).toContain("printed more than the program reads");
  });

  it("is given up at its deadline, with the place where it may go on", async () => {
    const pool = newPool();
    await pool.run(sshd.connection(), "true");
    const error = await errorOf(pool.run(sshd.connection(), "sleep 20", { timeoutMs: 400 }));
    expect(error.message).toMatch(
      /"test step" on frege \(127\.0\.0\.1\): no end within 0\.4 s; it may still be running there/,
    );
    expect((await pool.run(sshd.connection(), "echo on")).stdout).toBe("on\n");
  });

  it("is no longer waited for when the run is interrupted", async () => {
    const pool = newPool();
    const running = pool.run(sshd.connection(), `touch ${folder}/begun; sleep 20`);
    await eventually(
      () => existsSync(`${folder}/begun`),
      () => "the step did not begin",
    );
    pool.cancellation.cancel("the run was interrupted");
    const error = await errorOf(running);
    expect(error.message).toContain('still running: "test step" on frege (127.0.0.1)');
    expect(error.message).toContain("pulumi up");
  });

  it("runs alone under a lock of the host", async () => {
    const step = lockedOnHost(
      `test-${process.pid}`,
      20,
      `echo in >> ${folder}/order; sleep 0.2; echo out >> ${folder}/order`,
    );
    const [one, other] = [newPool(), newPool()];
    await Promise.all([one.run(sshd.connection(), step), other.run(sshd.connection(), step)]);
    expect(readFileSync(`${folder}/order`, "utf8")).toBe("in\nout\nin\nout\n");
  });
});

describe("a host that does not do as it is told", () => {
  const onHost = async (
    options: Parameters<typeof startSshd>[0],
    script: string,
  ): Promise<Failure> => {
    const host = await startSshd(options);
    try {
      return await errorOf(newPool().run(host.connection(), script));
    } finally {
      host.stop();
    }
  };

  it.each([
    ["/usr/sbin/nologin", "This account is currently not available"],
    ["/bin/false", "exit status 1"],
    ["/bin/true", "exit status 0"],
  ])("because its login shell is %s has not run the step, and says so", async (loginShell, why) => {
    const error = await onHost({ loginShell }, "hostname");
    expect(error.message).toContain('the step "test step" on frege (127.0.0.1)');
    expect(error.message).toContain("could not be looked at: the login runs no commands");
    expect(error.message).toContain(why);
  });

  it("because sshd puts another command in its place has not run it either", async () => {
    const error = await onHost({ forcedCommand: "echo hostname=frege" }, "hostname");
    expect(error.message).toContain("the login runs no commands");
    expect(error.message).toContain("hostname=frege");
  });

  it.each([
    ["cuts the answer", 'bash -c "$SSH_ORIGINAL_COMMAND" | head -c 40', "echo frege; seq 99"],
    [
      "kills the one that would report the end",
      'bash -c "$SSH_ORIGINAL_COMMAND"; true',
      "echo frege; kill -9 $$; sleep 0.1",
    ],
  ])("and %s has given none", async (_what, forcedCommand, script) => {
    const error = await onHost({ forcedCommand }, script);
    expect(error.message).toContain("could not be looked at: its answer was cut after: frege");
  });

  it("and says something of its own first has answered nevertheless, without that", async () => {
    const host = await startSshd({ startUp: "echo welcome to this host" });
    try {
      expect(await newPool().run(host.connection(), "echo answer; exit 2")).toMatchObject({
        status: 2,
        stdout: "answer\n",
      });
    } finally {
      host.stop();
    }
  });

  it("keeps what its own script does at its end, and its last words without a line's end", async () => {
    const script = "trap 'printf bye' EXIT; set -e; false; echo not reached";
    expect(await newPool().run(sshd.connection(), script)).toMatchObject({
      status: 1,
      stdout: "bye",
    });
  });
});

describe("a connection", () => {
  it("that breaks in the middle is an error when the step must not be repeated", async () => {
    const proxy = await newProxy();
    const pool = newPool();
    const running = pool.run(
      sshd.connection({ port: proxy.port }),
      `echo x >> ${folder}/runs; sleep 20`,
    );
    await eventually(
      () => existsSync(`${folder}/runs`),
      () => "the step did not begin",
    );
    proxy.cut();
    const error = await errorOf(running);
    expect(error.message).toContain("whether the step has finished is not known");
    expect(readFileSync(`${folder}/runs`, "utf8")).toBe("x\n");
  });

  it("that breaks in the middle is opened again when the step is repeatable", async () => {
    const proxy = await newProxy();
    const pool = newPool();
    const running = pool.run(
      sshd.connection({ port: proxy.port }),
      `echo x >> ${folder}/runs; [ $(wc -l < ${folder}/runs) = 1 ] && sleep 20; echo done`,
      { repeatable: true },
    );
    await eventually(
      () => existsSync(`${folder}/runs`),
      () => "the step did not begin",
    );
    proxy.cut();
    expect((await running).stdout).toBe("done\n");
    expect(pool.log.counters().frege?.connections).toBe(2);
  });

  it("that is half open is noticed and replaced", async () => {
    const proxy = await newProxy();
    const pool = newPool({}, { keepAliveMs: 300 });
    const connection = sshd.connection({ port: proxy.port });
    await pool.run(connection, "true");
    proxy.freeze();
    const { stdout } = await pool.run(connection, "echo alive", { repeatable: true });
    expect(stdout).toBe("alive\n");
    expect(proxy.opened()).toBe(2);
  });

  it("to a slow host works, and each step costs one round trip", async () => {
    const proxy = await newProxy(60);
    const pool = newPool();
    const connection = sshd.connection({ port: proxy.port });
    await pool.run(connection, "true");
    const session = pool.pool.session(connection);
    const owner = { resource: "test", changes: () => false };
    const host = session.shellFor(owner);
    const ask = () => session.once("boot id", () => bootId(host));
    const before = pool.log.counters().frege?.roundTrips ?? 0;
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(pool.log.counters().frege?.roundTrips).toBe(before + 1);
  });

  it("that is taken at once may have its own time for the login", async () => {
    const { port } = await newProxy(150);
    const slow = sshd.connection({ port });
    const hasty = await errorOf(newPool({}, { timeoutMs: 250 }).run(slow, "true"));
    expect(hasty.message).toMatch(/handshake/);
    const patient = newPool({}, { timeoutMs: 250, loginMs: 20_000 });
    expect(await patient.run(slow, "echo in")).toMatchObject({ stdout: "in\n" });
  });

  it("to a host that is down says so after all tries", async () => {
    const error = await errorOf(newPool().run(sshd.connection({ port: 1 }), "true"));
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.message).toContain("frege (127.0.0.1)");
  });

  it("takes a key that only an agent holds", async () => {
    const socket = path.join(folder, "agent.sock");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    const before = process.env.SSH_AUTH_SOCK;
    try {
      await eventually(
        () => existsSync(socket),
        () => "the agent has no socket",
      );
      process.env.SSH_AUTH_SOCK = socket;
      execFileSync("ssh-add", ["-q", sshd.keyFile], { stdio: "ignore" });
      const { stdout } = await newPool().run(
        sshd.connection({ auth: { agent: true } }),
        "echo reached",
      );
      expect(stdout).toBe("reached\n");
    } finally {
      agent.kill();
      if (before === undefined) {
        delete process.env.SSH_AUTH_SOCK;
      } else {
        process.env.SSH_AUTH_SOCK = before;
      }
    }
  });

  it("goes through a jump host", async () => {
    const jumpHost = await startSshd({
      alsoAccepts: readFileSync(`${sshd.keyFile}.pub`, "utf8"),
    });
    try {
      const { stdout } = await newPool().run(
        sshd.connection({
          jump: {
            host: "127.0.0.1",
            port: jumpHost.port,
            user: "root",
            hostKey: jumpHost.hostKey,
          },
        }),
        `echo "$SSH_CONNECTION"; cat /proc/$(ss -tnpH state established "( sport = :$(echo $SSH_CONNECTION | cut -d' ' -f2) )" | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p' | head -n1)/comm`,
      );
      expect(stdout).toContain(` ${sshd.port}\n`);
      expect(stdout).toContain("sshd\n");
    } finally {
      jumpHost.stop();
    }
  });
});

describe("a host key", () => {
  it("is recorded at first contact, reported, and held against the next one", async () => {
    const own = await startSshd();
    try {
      const connection = own.connection({
        hostKey: "trust-first-use",
        knownHostsFile: path.join(folder, "pins/known_hosts"),
      });
      const first = newPool();
      await first.run(connection, "true");
      expect(first.said.join()).toContain(`first contact, host key ${own.hostKey} recorded`);
      const known = readFileSync(path.join(folder, "pins/known_hosts"), "utf8");
      expect(known).toMatch(new RegExp(`^\\[127\\.0\\.0\\.1\\]:${own.port} ssh-ed25519 \\S+\\n$`));
      const before = own.hostKey;
      await own.changeHostKey();
      const error = await errorOf(newPool().run(connection, "true"));
      expect(error.message).toContain(own.hostKey);
      expect(error.message).toContain(before);
      expect(error.message).toContain("installed anew, or something else answers");
    } finally {
      own.stop();
    }
  });

  it("that is not the one of the stack file ends the attempt before anything secret is sent", async () => {
    const pool = newPool({ PASSWORD: "never-sent" });
    const error = await errorOf(
      pool.run(
        sshd.connection({ hostKey: "SHA256:AAAA", auth: { password: { env: "PASSWORD" } } }),
        "true",
      ),
    );
    expect(error.message).toContain("SHA256:AAAA");
    expect(pool.asked).toEqual([]);
  });
});

describe("first contact", () => {
  it("installs the key with the installer's password, and needs none afterwards", async () => {
    const fresh = await startSshd({ acceptsKey: false });
    try {
      const keyFile = path.join(folder, "own/key");
      const first = newPool({ ROOT: fresh.password });
      const connection = fresh.connection({ auth: { keyFile, password: { env: "ROOT" } } });
      await first.run(connection, "true");
      expect(first.asked).toEqual(["ROOT"]);
      expect(first.said.join()).toContain("the password is not needed any more");
      const second = newPool({ ROOT: "wrong by now" });
      const { stdout } = await second.run(
        connection,
        "cat /etc/ssh/sshd_config.d/10-proxmox-ha.conf; wc -l < /etc/ssh/proxmox-ha_authorized_keys",
      );
      expect(second.asked).toEqual([]);
      expect(stdout).toContain("/etc/ssh/proxmox-ha_authorized_keys");
      expect(stdout).toMatch(/\n1\n$/);
    } finally {
      fresh.stop();
    }
  });

  it("leaves keys and pins beside the state, and the same connection finds them after a move", async () => {
    const fresh = await startSshd({ acceptsKey: false });
    const [one, two] = [path.join(folder, "one"), path.join(folder, "two")];
    const connection = fresh.connection({
      hostKey: "trust-first-use",
      knownHostsFile: ".proxmox-ha/frege/known_hosts",
      auth: { keyFile: ".proxmox-ha/frege/id_ed25519", password: { env: "ROOT" } },
    });
    try {
      vi.stubEnv("PROXMOX_HA_STATE", one);
      await newPool({ ROOT: fresh.password }).run(connection, "true");
      expect(readdirSync(path.join(one, "stacks/frege")).sort()).toEqual([
        "id_ed25519",
        "id_ed25519.pub",
        "known_hosts",
      ]);
      renameSync(one, two);
      vi.stubEnv("PROXMOX_HA_STATE", two);
      const moved = newPool({ ROOT: "wrong by now" });
      await moved.run(connection, "true");
      expect(moved.asked).toEqual([]);
      expect(moved.said.join()).not.toContain("first contact");
    } finally {
      vi.unstubAllEnvs();
      fresh.stop();
    }
  });

  it("with a wrong password says what to check, without the password", async () => {
    const fresh = await startSshd({ acceptsKey: false });
    try {
      const pool = newPool({ ROOT: "not-the-password" });
      const error = await errorOf(
        pool.run(fresh.connection({ auth: { password: { env: "ROOT" } } }), "true"),
      );
      expect(error.message).toContain("neither the program's key nor a password was accepted");
      expect(error.message + pool.said.join()).not.toContain("not-the-password");
    } finally {
      fresh.stop();
    }
  });
});
