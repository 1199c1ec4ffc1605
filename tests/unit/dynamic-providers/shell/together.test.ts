import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import {
  answersApart,
  apartScript,
  together,
} from "../../../../dynamic-providers/shell/together.js";
import type {
  RunOptions,
  RunResult,
} from "../../../../dynamic-providers/transport/ssh/run-options.js";

const run = (scripts: readonly string[], secondsEach = 20): string =>
  execFileSync("bash", ["--norc", "-c", apartScript(scripts, secondsEach)], { encoding: "utf8" });

describe("scripts that are asked together", () => {
  it("have each their own output, complaints and status, whatever one does to its shell", () => {
    const answers = answersApart(
      run([
        "echo one; echo 'wrong' >&2; exit 3",
        "cat; printf 'two'",
        "set -e; false",
        "kill -9 $$",
      ]),
    );
    expect([...answers.values()]).toEqual([
      { status: 3, signal: undefined, stdout: "one\n", stderr: "wrong\n" },
      { status: 0, signal: undefined, stdout: "two", stderr: "" },
      { status: 1, signal: undefined, stdout: "", stderr: "" },
      { status: 137, signal: undefined, stdout: "", stderr: expect.any(String) },
    ]);
  });

  it("that hang end in their own time, and hold up none of the others", () => {
    const answers = answersApart(run(["sleep 60", "echo there"], 1));
    expect(answers.get(0)).toMatchObject({ status: 124, stderr: "no answer after 1 s\n" });
    expect(answers.get(1)).toMatchObject({ status: 0, stdout: "there\n" });
  });

  it("have no answer when they are cut before their end", () => {
    const whole = run(["echo one", "echo two"]);
    const cut = whole.slice(0, whole.lastIndexOf("@@proxmox-ha apart 1"));
    expect([...answersApart(cut).keys()]).toEqual([0]);
  });
});

describe("a host in a refresh", () => {
  const shared = {
    name: "both",
    verb: "look at both",
    scripts: () => ["echo one", "echo two; exit 4"],
    secondsEach: 20,
  };

  class RefreshedHost implements Host {
    readonly node = "frege";
    readonly place = "frege";
    readonly verbs: string[] = [];
    readonly #known = new Map<string, Promise<unknown>>();

    once<T>(name: string, ask: () => Promise<T>): Promise<T>;
    once(name: string, ask: () => Promise<unknown>): Promise<unknown> {
      const answer = this.#known.get(name) ?? ask();
      this.#known.set(name, answer);
      return answer;
    }
    forget(): void {
      this.#known.clear();
    }
    run(script: string, { verb }: RunOptions): Promise<RunResult> {
      this.verbs.push(verb);
      const stdout = execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
      return Promise.resolve({ status: 0, signal: undefined, stdout, stderr: "" });
    }
  }

  const asking = (verb: string) => ({ timeoutMs: 1_000, repeatable: true, verb });

  it("answers what is shared in one round trip, and anything else for itself", async () => {
    const host = new RefreshedHost();
    const [one, two, other] = await Promise.all([
      together(host, shared).run("echo one", asking("look at one")),
      together(host, shared).run("echo two; exit 4", asking("look at two")),
      together(host, shared).run("echo other", asking("look at another")),
    ]);
    expect(one).toMatchObject({ status: 0, stdout: "one\n" });
    expect(two).toMatchObject({ status: 4, stdout: "two\n" });
    expect(other).toMatchObject({ status: 0, stdout: "other\n" });
    expect(host.verbs.sort()).toEqual(["look at another", "look at both"]);
  });

  it("gives nobody an answer for a script that reads what it is handed", async () => {
    const host = new RefreshedHost();
    const handed = { ...asking("look with a list"), stdin: Buffer.from("name\n") };
    await together(host, shared).run("echo one", handed);
    expect(host.verbs).toEqual(["look with a list"]);
  });
});
