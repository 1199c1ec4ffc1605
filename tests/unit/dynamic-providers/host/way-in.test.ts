import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../config/failure/failure.js";
import { accountsTouched } from "../../../../dynamic-providers/host/users.js";
import {
  confirmation,
  keepingTheWayIn,
  wayInScript,
} from "../../../../dynamic-providers/host/way-in.js";
import type { Context } from "../../../../dynamic-providers/kit/runtime.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { thrownBy } from "../../../support/thrown.js";
import { type Answer, FakeClock, FakeHost } from "../pvecm/fake-cluster.js";

const TOUCHED = { users: ["root"], files: [] };
const ARM = "keep the way in under a timer";
const CONFIRM = "log in anew and confirm the new way in";
const BACK = "put the old accounts, keys and sshd settings back";

function contextOf(host: FakeHost, login: FakeHost): Context {
  const owner = { resource: "settings", deadlineMs: 60_000, changes: () => true };
  const context = fakeRuntime("settings", host, new FakeClock()).context(owner);
  return {
    ...context,
    newLogin: () => ({
      node: host.node,
      run: login.run.bind(login),
      close: () => login.asked.push("closed"),
    }),
  };
}

const answering = (answer: (verb: string) => Answer = () => ""): FakeHost =>
  new FakeHost("frege", answer);

describe("a change of who may log in", () => {
  it("is armed before, and confirmed by a new login after it", async () => {
    const [host, login] = [answering(), answering()];
    await keepingTheWayIn(TOUCHED, FREGE, contextOf(host, login), async () => {
      expect(host.asked).toEqual([ARM]);
      expect(login.asked).toEqual([]);
    });
    expect(host.asked).toEqual([ARM]);
    expect(login.asked).toEqual([CONFIRM, "closed"]);
  });

  it("costs nothing where no account and no setting of before is touched", async () => {
    const [host, login] = [answering(), answering()];
    await keepingTheWayIn(
      { users: [], files: [] },
      FREGE,
      contextOf(host, login),
      async () => undefined,
    );
    expect([...host.asked, ...login.asked]).toEqual([]);
  });

  it("goes back when nobody can log in anew", async () => {
    const host = answering();
    const login = answering(() => ({
      status: 1,
      stdout: "This account is currently not available.",
    }));
    const error = await thrownBy(
      Failure,
      keepingTheWayIn(TOUCHED, FREGE, contextOf(host, login), async () => undefined),
    );
    expect(error.kind).toBe("refused");
    expect(error.message).toContain(
      "a new login did not work afterwards, so the old accounts, keys and sshd settings are back",
    );
    expect(error.message).toContain("This account is currently not available");
    expect(host.asked).toEqual([ARM, BACK]);
    expect(login.asked).toEqual([CONFIRM, "closed"]);
  });

  it("is left to the host's timer when the old connection is dead as well", async () => {
    const dead = (verb: string): Answer => (verb === ARM ? "" : { status: 255, stdout: "gone" });
    const host = answering(dead);
    const error = await thrownBy(
      Failure,
      keepingTheWayIn(TOUCHED, FREGE, contextOf(host, answering(dead)), async () => undefined),
    );
    expect(error.message).toContain("the timer on the host puts them back within 180 s");
  });

  it("that fails itself is taken back, and its own reason is told", async () => {
    const [host, login] = [answering(), answering()];
    const changing = keepingTheWayIn(TOUCHED, FREGE, contextOf(host, login), () =>
      Promise.reject(new Error("usermod: no such shell")),
    );
    await expect(changing).rejects.toThrow("usermod: no such shell");
    expect(host.asked).toEqual([ARM, BACK]);
  });

  it("is not begun where the timer cannot be armed", async () => {
    const host = answering(() => ({ status: 1, stdout: "no space left" }));
    let begun = false;
    const error = await thrownBy(
      Failure,
      keepingTheWayIn(TOUCHED, FREGE, contextOf(host, answering()), async () => {
        begun = true;
      }),
    );
    expect(error.message).toContain("Nothing was changed");
    expect(begun).toBe(false);
  });

  it("happens on one host after the other", async () => {
    const context = contextOf(answering(), answering());
    const order: string[] = [];
    const change = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${name} ends`);
    };
    await Promise.all(
      ["a", "b"].map((name) => keepingTheWayIn(TOUCHED, FREGE, context, change(name))),
    );
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });
});

describe("a change whose run was cut before it was proved", () => {
  const LOOK = "look whether the earlier change of the way in still waits";
  const earlier = (state: string) => answering((verb) => (verb === LOOK ? `${state}\n` : ""));
  const nothing = { users: [], files: [] };

  it("is a difference of its own, because a timer would undo what the look saw", () => {
    expect(confirmation(true)).toMatchObject([{ path: "way in", step: { kind: "confirm" } }]);
    expect(confirmation(false)).toEqual([]);
  });

  it("is confirmed by a new login, also where nothing else is to be done", async () => {
    const [host, login] = [earlier("armed"), answering()];
    await keepingTheWayIn(nothing, FREGE, contextOf(host, login), async () => undefined, true);
    expect(host.asked).toEqual([LOOK]);
    expect(login.asked).toEqual([CONFIRM, "closed"]);
  });

  it("is confirmed before the next one begins, whose plan counts on it", async () => {
    const [host, login] = [earlier("armed"), answering()];
    await keepingTheWayIn(TOUCHED, FREGE, contextOf(host, login), async () => undefined, true);
    expect(host.asked).toEqual([LOOK, ARM]);
    expect(login.asked).toEqual([CONFIRM, "closed", CONFIRM, "closed"]);
  });

  it("ends the run when the timer was faster, because the look is no longer true", async () => {
    const [host, login] = [earlier("restored"), answering()];
    let begun = false;
    const change = async () => {
      begun = true;
    };
    const error = await thrownBy(
      Failure,
      keepingTheWayIn(TOUCHED, FREGE, contextOf(host, login), change, true),
    );
    expect(error.message).toMatch(
      /put the old accounts.* back a moment ago.*Run `pulumi up` again/,
    );
    expect([begun, login.asked]).toEqual([false, []]);
  });

  it("is nothing to do when another resource of this run has confirmed it", async () => {
    const [host, login] = [earlier("confirmed"), answering()];
    await keepingTheWayIn(nothing, FREGE, contextOf(host, login), async () => undefined, true);
    expect([host.asked, login.asked]).toEqual([[LOOK], []]);
  });
});

describe("what a change touches", () => {
  const found = [{ name: "root", shell: "/bin/bash", sudo: "none", keys: ["old"] }] as const;
  const user = (name: string) =>
    ({ kind: "user", user: { name, shell: "/bin/sh", sudo: "none", keys: [] } }) as const;
  it.each([
    [[user("root")], ["root"]],
    [[user("fresh")], []],
    [[{ kind: "keys", user: "root", keys: ["new"] }], []],
    [[{ kind: "revoke", user: "root", keys: ["old"] }, user("root")], ["root"]],
  ] as const)("%j is %j", (steps, touched) => {
    expect(accountsTouched(steps, found)).toEqual(touched);
  });
});

describe("the script that arms the timer", () => {
  it.each([
    [{ users: ["root", "ansible"], files: [] }],
    [{ users: [], files: ["/etc/ssh/sshd_config.d/00-proxmox-ha.conf"] }],
  ])("is one that bash understands, and so is what it writes: %j", (touched) => {
    const script = wayInScript(touched);
    execFileSync("bash", ["-n"], { input: script });
    const restore =
      /<<'PROXMOX_HA_RESTORE'\n([\s\S]*?)\nPROXMOX_HA_RESTORE/.exec(script)?.[1] ?? "";
    expect(restore).toContain("usermod -s");
    execFileSync("bash", ["-n"], { input: restore });
  });
});
