import { describe, expect, it } from "vitest";
import {
  callOf,
  keysAndValues,
  planObject,
} from "../../../../dynamic-providers/datacenter/api-object.js";
import { getIfThere } from "../../../../dynamic-providers/transport/pvesh/calls.js";

const NODE = { path: "/nodes/frege/config", keys: { description: "rack A", wakeonlan: "aa" } };
const AT = "/cluster/notifications/endpoints/sendmail";
const TARGET = {
  path: `${AT}/ops`,
  made: { at: AT, name: "ops" },
  keys: { mailto: ["a@home.example", "b@home.example"], comment: "On call" },
};
const steps = (...args: Parameters<typeof planObject>): string[] =>
  planObject(...args).map(({ kind, step }) => `${kind} ${callOf(step).name}`);

const CALL = getIfThere(`${AT}/ops`, keysAndValues);
/** As Proxmox answers a look at one. */
const read = (status: number, text: string, errors: string) => CALL.read({ status, text, errors });

describe("keys and values in Proxmox's API", () => {
  it("are read as texts and lists, without the line break that Proxmox adds", () => {
    const text =
      '{"description":"rack A\\n","startall-onboot-delay":30,"mailto":["b","a"],"digest":"x"}';
    expect(read(0, text, "")).toEqual({
      description: "rack A",
      "startall-onboot-delay": "30",
      mailto: ["b", "a"],
      digest: "x",
    });
  });

  it("are not there when Proxmox says so, and unknown when it says something else", () => {
    expect(read(2, "", "endpoint 'ops' does not exist")).toBeNull();
    expect(() => read(255, "", "proxy handler failed: exit code 255")).toThrow(/exit code 255/);
    expect(() => read(255, "", "")).toThrow("no answer");
  });

  it("are set one by one, beside what others set", () => {
    expect(steps(NODE, { "ballooning-target": "70" }, undefined)).toEqual([
      "add pvesh set /nodes/frege/config --description 'rack A' --wakeonlan aa",
    ]);
    expect(steps(NODE, { description: "mine", wakeonlan: "aa" }, undefined)).toEqual([
      "change pvesh set /nodes/frege/config --description 'rack A'",
    ]);
    expect(steps(NODE, { description: "rack A", wakeonlan: "aa", acme: "x" }, NODE)).toEqual([]);
  });

  it("go only as far as they still hold what the file said", () => {
    const less = { ...NODE, keys: { wakeonlan: "aa" } };
    expect(steps(less, { description: "rack A", wakeonlan: "aa" }, NODE)).toEqual([
      "change pvesh set /nodes/frege/config --delete description",
    ]);
    expect(steps(less, { description: "by hand", wakeonlan: "aa" }, NODE)).toEqual([]);
    expect(steps(undefined, { description: "by hand", wakeonlan: "aa" }, NODE)).toEqual([
      "remove pvesh set /nodes/frege/config --delete wakeonlan",
    ]);
    expect(steps(undefined, {}, NODE)).toEqual([]);
  });

  it("are made under the name's own key, and compared as Proxmox understands them", () => {
    const path = "/cluster/ha/groups/near";
    const group = {
      path,
      made: { at: "/cluster/ha/groups", name: "near", key: "group" },
      keys: { nodes: "frege:100,russell:0", restricted: "0" },
    };
    expect(steps(group, null, undefined)).toEqual([
      "add pvesh create /cluster/ha/groups --group near --nodes frege:100,russell:0 --restricted 0",
    ]);
    expect(steps(group, { group: "near", nodes: "russell,frege:100" }, undefined)).toEqual([]);
    expect(
      steps(
        { ...group, keys: { restricted: "1" } },
        { group: "near", nodes: "frege:100" },
        undefined,
      ),
    ).toEqual([`change pvesh set ${path} --restricted 1`]);
  });

  it("are made again when somebody took away a pool that was there before the program", () => {
    const pool = {
      path: "/pools/lab",
      made: { at: "/pools", name: "lab", key: "poolid" },
      keys: {},
    };
    expect(steps(pool, null, pool)).toEqual(["add pvesh create /pools --poolid lab"]);
  });

  it("are made where they can be made, with each value of a list, and deleted there", () => {
    expect(steps(TARGET, null, undefined)).toEqual([
      `add pvesh create ${AT} --name ops --mailto a@home.example --mailto b@home.example --comment 'On call'`,
    ]);
    const there = { mailto: ["b@home.example", "a@home.example"], comment: "On call" };
    expect(steps(TARGET, there, TARGET)).toEqual([]);
    expect(steps(undefined, there, TARGET)).toEqual([`remove pvesh delete ${AT}/ops`]);
    expect(steps(undefined, null, TARGET)).toEqual([]);
  });
});
