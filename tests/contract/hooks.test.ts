import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SshConnection } from "../../dynamic-providers/transport/ssh/connection.js";
import { eventually, type Finished, start } from "../../twin/testing/index.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

/** As the component names it to @pulumi/command. */
const RUNNER = path.join(process.cwd(), "bin", "dynamic-providers", "hook", "runner.js");
const CANARY = "canary-9b1f33aa57";

let sshd: TestSshd;
let folder = "";

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-hook-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

interface Wish {
  readonly command: string;
  readonly connection?: SshConnection | undefined;
  readonly deadlineMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** The runner as @pulumi/command starts it: the command as its last word, the request on its standard input. */
async function hook({ command, connection, deadlineMs = 20_000, env }: Wish): Promise<Finished> {
  const request = {
    place: "hooks[2]",
    when: "before",
    phase: "cluster",
    deadlineMs,
    stack: "frege",
    folder,
    secretNames: ["SITE_WORD"],
    ...(connection === undefined ? {} : { connection }),
  };
  return await start([process.execPath, RUNNER, command], {
    input: JSON.stringify(request),
    deadlineMs: 60_000,
    env: { PROXMOX_HA_RUN_LOG: path.join(folder, "run.jsonl"), ...env },
  }).finished;
}

const PLACES = [
  ["on the controller", () => undefined, "the controller"],
  ["on a node", () => sshd.connection(), "frege (127.0.0.1)"],
] as const;

describe.each(PLACES)("a hook %s", (_words, connection, place) => {
  const on = (wish: Omit<Wish, "connection">): Promise<Finished> =>
    hook({ ...wish, connection: connection() });

  it("runs to its end, with nothing to read", async () => {
    const done = await on({ command: `cat; echo one; echo two >> ${folder}/ran` });
    expect([done.status, done.stderr]).toEqual([0, ""]);
    expect(readFileSync(`${folder}/ran`, "utf8")).toBe("two\n");
  });

  it("that fails says which it was, where, its own words and what waits for it", async () => {
    const { status, stderr } = await on({
      command: "echo looked for the licence; echo 'it is \"gone\"' >&2; exit 7",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("Failed to run the hook hooks[2] (before the phase cluster)");
    expect(stderr).toContain(
      `on ${place}: looked for the licence | it is "gone" (exit status 7). Nothing of the phase cluster was started.`,
    );
  });

  it("that takes too long is ended with all that it started, and its last words are told", async () => {
    const file = `${folder}/pid`;
    const { status, stderr } = await on({
      command: `echo still counting; sleep 600 & echo $! > ${file}; wait`,
      deadlineMs: 1_000,
    });
    expect(status).toBe(1);
    expect(stderr).toContain("ended because it took longer than 1 s");
    expect(stderr).toContain("still counting");
    expect(stderr).toContain("`deadlines.command` says how long a hook may take");
    const child = Number(readFileSync(file, "utf8"));
    await eventually(
      () => !alive(child),
      () => `process ${child} still runs`,
      5_000,
    );
  });

  it("that exits like one that was ended in time is only a failure", async () => {
    expect((await on({ command: "exit 124" })).stderr).toContain("exit status 124");
  });
});

describe("secrets in the environment of a hook", () => {
  const env = {
    SITE_WORD: `${CANARY}-site`,
    AWS_SECRET_ACCESS_KEY: `${CANARY}-aws`,
    PULUMI_CONFIG_PASSPHRASE: `${CANARY} and 'more'`,
  };

  it("are there for it, and masked when it fails", async () => {
    const command =
      'test -n "$SITE_WORD" && touch used; env >&2; echo "$SITE_WORD $PULUMI_CONFIG_PASSPHRASE"; exit 1';
    const { stdout, stderr } = await hook({ command, env });
    expect(existsSync(`${folder}/used`)).toBe(true);
    expect(stdout + stderr).not.toContain(CANARY);
    const last =
      'echo "it was $SITE_WORD, $AWS_SECRET_ACCESS_KEY, $PULUMI_CONFIG_PASSPHRASE"; false';
    expect((await hook({ command: last, env })).stderr).toContain(
      "it was [secret], [secret], [secret]",
    );
  });

  it("do not travel to a node", async () => {
    const command = `env > ${folder}/there`;
    expect((await hook({ command, env, connection: sshd.connection() })).status).toBe(0);
    expect(readFileSync(`${folder}/there`, "utf8")).not.toContain(CANARY);
    expect(readFileSync(`${folder}/run.jsonl`, "utf8")).not.toContain(CANARY);
  });
});

describe("the way to a node", () => {
  it("may go through a jump host", async () => {
    const jumpHost = await startSshd({ alsoAccepts: readFileSync(`${sshd.keyFile}.pub`, "utf8") });
    try {
      const { port, hostKey } = jumpHost;
      const jump = { host: "127.0.0.1", port, user: "root", hostKey };
      const command = `echo "$SSH_CONNECTION" > ${folder}/way; exit 4`;
      const done = await hook({ command, connection: sshd.connection({ jump }) });
      expect(done.stderr).toContain("on frege (127.0.0.1): exit status 4.");
      expect(readFileSync(`${folder}/way`, "utf8")).toContain(` ${sshd.port}\n`);
      const wrong = { ...jump, hostKey: `SHA256:${"A".repeat(43)}` };
      const refused = await hook({ command, connection: sshd.connection({ jump: wrong }) });
      expect(refused.stderr).toContain("hooks[2]");
      expect(refused.stderr).toContain("key");
    } finally {
      jumpHost.stop();
    }
  });

  it("that is not the pinned one runs nothing and says which hook waits", async () => {
    const connection = sshd.connection({ hostKey: `SHA256:${"A".repeat(43)}` });
    const { status, stderr } = await hook({ command: `touch ${folder}/ran`, connection });
    expect(status).toBe(1);
    expect(stderr).toContain("hooks[2] (before the phase cluster)");
    expect(stderr).toContain("Nothing of the phase cluster was started.");
    expect(existsSync(`${folder}/ran`)).toBe(false);
  });
});

/** A process that has ended and that nobody has asked about yet runs no more either. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
