import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import { together } from "../../../../dynamic-providers/shell/together.js";
import type {
  RunOptions,
  RunResult,
} from "../../../../dynamic-providers/transport/ssh/run-options.js";

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
      const stdout = execFileSync("bash", ["--norc", "-c", script], {
        encoding: "utf8",
        maxBuffer: 8_000_000,
      });
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

  it("asks for itself what had no answer in company", async () => {
    const host = new RefreshedHost();
    const large = "yes | head -c 2000000";
    const among = { ...shared, scripts: () => ["echo one", large] };
    const said = await together(host, among).run(large, asking("look at much"));
    expect(said.stdout).toHaveLength(2_000_000);
    expect(host.verbs).toEqual(["look at both", "look at much"]);
  });

  it("asks the one script of a shared look once and as it is", async () => {
    const host = new RefreshedHost();
    const alone = { ...shared, scripts: () => ["echo one"] };
    const look = () => together(host, alone).run("echo one", asking("look at one"));
    const [first, second] = await Promise.all([look(), look()]);
    expect([first, second]).toEqual([first, first]);
    expect(first).toMatchObject({ status: 0, stdout: "one\n" });
    expect(host.verbs).toEqual(["look at one"]);
  });

  it("gives nobody an answer for a script that reads what it is handed", async () => {
    const host = new RefreshedHost();
    const handed = { ...asking("look with a list"), stdin: Buffer.from("name\n") };
    await together(host, shared).run("echo one", handed);
    expect(host.verbs).toEqual(["look with a list"]);
  });
});
