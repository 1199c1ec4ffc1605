import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  get,
  getIfThere,
  startTask,
  tell,
  withVariable,
} from "../../../../dynamic-providers/transport/pvesh/calls.js";
import {
  apiPath,
  endpoints,
  isApiPath,
} from "../../../../dynamic-providers/transport/pvesh/endpoints.js";
import { look, type Part } from "../../../../dynamic-providers/transport/pvesh/part.js";
import { answersOf, scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";

const purpose = { tried: "to ask", node: "frege", doNext: "Ask again." };

/** Runs the script of the parts in a shell in which `pvesh` and `sleep` are these functions. */
function run(parts: readonly Part<unknown>[], pvesh: string, cut?: number) {
  const script = `pvesh() {\n${pvesh}\n}\nsleep() { :; }\n( ${scriptOf(parts)}\n) 2>"$ERRORS"; echo "$?" >"$STATUS"`;
  const wrapped = `ERRORS=$(mktemp); STATUS=$(mktemp); COUNT=$(mktemp); ${script}\nprintf '\\n@@test\\n'; cat "$ERRORS"; printf '\\n@@test\\n'; cat "$STATUS"; rm "$ERRORS" "$STATUS" "$COUNT"`;
  const output = execFileSync("sh", ["-c", wrapped], { encoding: "utf8" });
  const [stdout = "", stderr = "", status = ""] = output.split("\n@@test\n");
  const shorter = cut === undefined ? stdout : stdout.slice(0, -cut);
  return answersOf(
    parts,
    { status: Number(status), signal: undefined, stdout: shorter, stderr },
    purpose,
  );
}

const STORAGES = get("/storage", z.array(z.object({ storage: z.string() })));
const POOL = getIfThere("/pools/lab", z.object({ comment: z.string() }));

describe("calls of the API in one script", () => {
  it("are answered each by its own schema, commands of the shell among them", () => {
    const name = look("name", "echo frege", (text) => text.trim());
    const said = run(
      [STORAGES, name, POOL],
      `case $2 in /storage) echo '[{"storage":"local"}]' ;; *) echo '{"comment":"x"}' ;; esac`,
    );
    expect(said.of(STORAGES)).toEqual([{ storage: "local" }]);
    expect(said.of(name)).toBe("frege");
    expect(said.of(POOL)).toEqual({ comment: "x" });
  });

  it("end at the first that fails, with what it said and its exit status", () => {
    expect(() =>
      run([STORAGES, POOL], "echo 'cluster not ready - no quorum?' >&2; return 2"),
    ).toThrow(
      /Failed to ask on frege: `pvesh get \/storage`: cluster not ready - no quorum\? \(exit status 2\)\. Ask again\./,
    );
  });

  it("are no fact when the output was cut, even at its last line", () => {
    for (const cut of [1, 2, 30]) {
      expect(() => run([STORAGES], "echo '[]'", cut)).toThrow(/it has no end/);
    }
  });

  it("are no fact when the answer has another shape, although pvesh ends with 0", () => {
    const said = run([STORAGES], "echo '{\"data\":[]}'");
    expect(() => said.of(STORAGES)).toThrow(/not as it is documented/);
    expect(() => run([STORAGES], ":").of(STORAGES)).toThrow(/not as it is documented/);
  });

  it("tell what is absent from what could not be asked", () => {
    const absent = run([POOL], "echo \"pool 'lab' does not exist\" >&2; return 2");
    expect(absent.of(POOL)).toBeNull();
    const silent = run([POOL], "echo 'proxy handler failed: ssh: exit code 255' >&2; return 255");
    expect(() => silent.of(POOL)).toThrow(/exit code 255/);
  });

  it("leave what the script is to read to the others", () => {
    const rest = look("rest", "cat", (text) => text.trim());
    const script = `pvesh() { cat >/dev/null; echo '[]'; }\n${scriptOf([STORAGES, rest])}`;
    const stdout = execFileSync("sh", ["-c", script], { input: "kept\n", encoding: "utf8" });
    const result = { status: 0, signal: undefined, stdout, stderr: "" };
    expect(answersOf([STORAGES, rest], result, purpose).of(rest)).toBe("kept");
  });
});

describe("changes", () => {
  const set = tell("set", "/cluster/options", { email_from: "it's@lab.example", on: true });

  it("are written with every word quoted, and lists repeat their key", () => {
    expect(set.name).toBe("pvesh set /cluster/options --email_from 'it'\\''s@lab.example' --on 1");
    const made = tell("create", "/cluster/notifications/matchers", { target: ["a", "b"] });
    expect(made.name).toBe("pvesh create /cluster/notifications/matchers --target a --target b");
  });

  const LOCKED = "cfs-lock 'file-datacenter_cfg' error: got lock request timeout";
  const counted = `echo x >>"$COUNT"`;

  it("wait for a lock of the cluster, each call for itself", () => {
    const once = `${counted}; test $(wc -l <"$COUNT") -gt 2 || { echo "${LOCKED}" >&2; return 255; }`;
    expect(() => run([set], once)).not.toThrow();
  });

  it("give up on a lock that stays, and on everything else at once", () => {
    const always = `${counted}; echo "$(wc -l <"$COUNT") ${LOCKED}" >&2; return 255`;
    expect(() => run([set], always)).toThrow(/3 cfs-lock .* got lock request timeout/);
    const refused = `${counted}; echo "$(wc -l <"$COUNT") Parameter verification failed" >&2; return 255`;
    expect(() => run([set], refused)).toThrow(/: 1 Parameter verification failed/);
  });

  it("can take a value from a variable of the script", () => {
    const token = look("token", "token=abc", () => undefined);
    const applied = withVariable(tell("delete", "/cluster/sdn/lock"), "lock-token", "token");
    expect(() => run([token, applied], 'test "$4" = abc')).not.toThrow();
  });
});

describe("a task", () => {
  const UPID = "UPID:pve-b:0000012D:000444BD:6B00B05F:reloadnetworkall::root@pam:";
  const apply = startTask("set", "/cluster/sdn");
  const ending = (end: string): string =>
    `case $1 in set) echo 'pve-a: reloading'; echo '"${UPID}"' ;; get) echo "$2" >>"$COUNT"; ${end} ;; esac`;

  it("is followed on its own node until it has ended", () => {
    const stopped = `if test $(wc -l <"$COUNT") -gt 2; then echo '{"exitstatus":"OK","status":"stopped"}'; else echo '{"status":"running"}'; fi`;
    const { warnings, log } = run([apply], ending(stopped)).of(apply);
    expect(warnings).toBe(false);
    expect(log).toContain("pve-a: reloading");
  });

  it("that ends with warnings has ended well", () => {
    const end = `echo '{"exitstatus":"WARNINGS: 1","status":"stopped"}'`;
    expect(run([apply], ending(end)).of(apply).warnings).toBe(true);
  });

  it("has failed when its own end says so, although pvesh ended with 0", () => {
    const end = `echo '{"exitstatus":"ifreload failed","status":"stopped"}'`;
    expect(() => run([apply], ending(end)).of(apply)).toThrow(
      /the task ended with "ifreload failed"; its log: pve-a: reloading/,
    );
  });

  it("is not believed in when nobody names one, or it never ends", () => {
    expect(() => run([apply], "echo done")).toThrow(/it named no task/);
    const running = run([apply], ending(`echo '{"status":"running"}'`));
    expect(() => running.of(apply)).toThrow(/the task still runs/);
  });
});

const facts = z.record(z.string(), z.record(z.string(), z.unknown()));
const share = "twin/pve/rootfs/usr/share/pve-standin";
const known = ["api.json", "api-extra.json"].map((file) =>
  facts.parse(JSON.parse(readFileSync(`${share}/${file}`, "utf8"))),
);
const METHOD = { get: "GET", create: "POST", set: "PUT", delete: "DELETE" } as const;

/** Guests and files of storages, which the facts leave out. */
const GUESTS = /^\/nodes\/\{node\}\/(qemu|lxc|storage\/\{storage\}\/(content|download-url))(\/|$)/;

describe("the list of what the program asks", () => {
  const all = (["get", "create", "set", "delete"] as const).flatMap((verb) =>
    endpoints[verb].flatMap((path) => (GUESTS.test(path) ? [] : [[verb, path] as const])),
  );
  it.each(all)("%s %s is in Proxmox's API", (verb, path) => {
    expect(known.some((file) => file[path]?.[METHOD[verb]] !== undefined)).toBe(true);
  });

  it("tells a path of the API from another text", () => {
    expect(isApiPath("delete", "/storage/nfs-vms")).toBe(true);
    expect(isApiPath("delete", "/storage")).toBe(false);
    expect(isApiPath("get", "/pools/a/b")).toBe(false);
    expect(() => apiPath("set", "/access/password")).toThrow(/stands in no list/);
  });
});
