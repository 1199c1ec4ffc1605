import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { reasons } from "../../../../dynamic-providers/health/condition.js";
import { pathCarries } from "../../../../dynamic-providers/health/paths.js";
import {
  awaitPathsScript,
  measureOncePathsAreThere,
  measurePaths,
  type PathWish,
  parsePaths,
  pathsScript,
} from "../../../../dynamic-providers/measure/paths.js";

const path: PathWish = {
  network: "ring",
  from: "169.254.1.1",
  to: "169.254.1.2",
  toNode: "russell",
  mtu: 65520,
};
const GOOD =
  "0|169.254.1.2 dev en05 src 169.254.1.1 uid 0|PING 169.254.1.2 --- 5 packets transmitted, 5 received, 0% packet loss, time 812ms rtt min/avg/max/mdev = 0.041/0.055/0.060/0.006 ms";

function judge(output: string): string | undefined {
  const [result] = parsePaths([path], output);
  return result && reasons([pathCarries("frege", result)])[0];
}

describe("a path between two nodes", () => {
  it("is good when every full-size packet returns from the expected source", () => {
    expect(judge(GOOD)).toBeUndefined();
    expect(parsePaths([path], GOOD)[0]).toMatchObject({ averageMs: 0.055, device: "en05" });
  });

  it.each([
    ["dead without a line", "", /no route/],
    [
      "dead by MTU",
      GOOD.replace("5 received", "0 received"),
      /nothing comes back at 65520 bytes through en05/,
    ],
    ["lossy", GOOD.replace("5 received", "3 received"), /2 of 5 packets lost/],
    [
      "from the wrong source",
      GOOD.replace("src 169.254.1.1", "src 10.203.3.11"),
      /chooses 10\.203\.3\.11/,
    ],
  ])("is reported when %s", (_what, output, complaint) => {
    expect(judge(output)).toMatch(complaint);
  });

  it("is measured by a script that a shell accepts", () => {
    const script = pathsScript([
      path,
      { ...path, from: "fd00::1", to: "fd00::2", network: "ring6" },
    ]);
    expect(() => execFileSync("sh", ["-n"], { input: script })).not.toThrow();
    expect(script).toContain("-s 65492");
    expect(script).toContain("-s 65472");
  });

  it("is waited for on the host, no longer than the patience, by a script that a shell accepts", () => {
    const script = awaitPathsScript([path, { ...path, from: "fd00::1", to: "fd00::2" }]);
    expect(() => execFileSync("sh", ["-n"], { input: script })).not.toThrow();
    expect(script.match(/until ping .* -c 1 .*\$end/g)).toHaveLength(2);
    const impatient = awaitPathsScript([path, path], 0);
    const dead = execFileSync("sh", {
      input: `ping() { return 1; }\nip() { :; }\n${impatient}\necho went on`,
      encoding: "utf8",
      timeout: 10_000,
    });
    expect(dead).toBe("went on\n");
  });

  it("is waited for and measured in one round trip", async () => {
    const scripts: string[] = [];
    const shell = {
      node: "frege",
      place: "frege",
      run: (script: string) => {
        scripts.push(script);
        return Promise.resolve({
          status: 0,
          signal: undefined,
          stdout: GOOD,
          stderr: "",
        });
      },
    };
    const [result] = await measureOncePathsAreThere([path], shell);
    expect(result).toMatchObject({ received: 5 });
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toContain("until ping");
  });

  it("is measured after what was learnt of an earlier way is forgotten", () => {
    const [, forgets] = pathsScript([path]).split("\n");
    expect(forgets).toBe("ip route flush cache; ip -6 route flush cache");
  });
});

describe("many paths of one host", () => {
  const many = Array.from({ length: 20 }, (_, at) => ({ ...path, to: `169.254.1.${at + 2}` }));
  const came = (index: number, received: number): string =>
    `${index}|x dev en05 src 169.254.1.1 uid 0|5 packets transmitted, ${received} received, 0% loss rtt min/avg/max = 1/2/3 ms`;

  /** Answers each look with the next list of packets that came back, a number a path. */
  function host(...looks: readonly (readonly number[])[]) {
    const scripts: string[] = [];
    return {
      scripts,
      shell: {
        node: "frege",
        place: "frege (10.0.0.1)",
        run: async (script: string) => {
          const counts = looks[scripts.length] ?? [];
          scripts.push(script);
          const stdout = counts.map((received, index) => came(index, received)).join("\n");
          return { status: 0, signal: undefined, stdout, stderr: "" };
        },
      },
    };
  }

  it("are measured a few at a time, because together they would fill the cables", () => {
    const lines = pathsScript(many).split("\n");
    const turns = lines.join("\n").split("\nwait");
    expect(turns.map((turn) => turn.match(/ping/g)?.length ?? 0)).toEqual([8, 8, 4, 0]);
    expect(() => execFileSync("sh", ["-n"], { input: lines.join("\n") })).not.toThrow();
  });

  it("are measured again, alone, where single packets were lost, and that counts", async () => {
    const first = many.map((_, at) => (at === 3 || at === 7 ? 4 : 5));
    const { shell, scripts } = host(first, [5, 3]);
    const results = await measurePaths(many, shell);
    expect(scripts).toHaveLength(2);
    expect(scripts[1]?.match(/^wait$/gm)).toHaveLength(3);
    expect(results.map(({ received }) => received)).toEqual(
      many.map((_, at) => (at === 7 ? 3 : 5)),
    );
    expect(results.map(({ to }) => to)).toEqual(many.map(({ to }) => to));
  });

  it("are not asked again where nothing comes back, or where many lose packets", async () => {
    for (const first of [many.map(() => 0), many.map(() => 4)]) {
      const { shell, scripts } = host(first);
      await measurePaths(many, shell);
      expect(scripts).toHaveLength(1);
    }
  });
});
