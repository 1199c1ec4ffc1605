import { describe, expect, it } from "vitest";
import {
  applyToken,
  observeToken,
  parseTokenFacts,
  planToken,
  type TokenWish,
  tokenStepsScript,
} from "../../../../dynamic-providers/pveum/api-token.js";
import { FakeHost } from "../pvecm/fake-cluster.js";

const wish: TokenWish = {
  user: "proxmox-ha@pve",
  token: "pulumi",
  role: "ProxmoxHA",
  privileges: ["Sys.Audit", "Sys.Modify"],
  rotation: 0,
};
const CANARY = "11111111-2222-3333-4444-555555555555";
const lists = (privileges: string, privsep: number): string =>
  [
    JSON.stringify([{ roleid: "ProxmoxHA", privs: privileges, special: 0 }]),
    JSON.stringify([{ userid: "root@pam" }, { userid: "proxmox-ha@pve" }]),
    JSON.stringify([{ path: "/", roleid: "ProxmoxHA", ugid: "proxmox-ha@pve", type: "user" }]),
    JSON.stringify([{ tokenid: "pulumi", privsep, comment: "proxmox-ha rotation 0" }]),
    `value ${CANARY}`,
  ].join("\n");

describe("the program's API account", () => {
  it("is made from nothing in one go", () => {
    const facts = parseTokenFacts(wish, "[]\n[]\n[]\n[]\n");
    expect(planToken(wish, facts)).toEqual(["add-role", "add-user", "grant", "new-token"]);
  });

  it("needs nothing when all is there", () => {
    const facts = parseTokenFacts(wish, lists("Sys.Modify,Sys.Audit", 0));
    expect(planToken(wish, facts)).toEqual([]);
    expect(facts.value).toBe(CANARY);
  });

  it("gets a new token when its value is lost, when it is limited, or by rotation", () => {
    const all = lists("Sys.Audit,Sys.Modify", 0);
    const lost = parseTokenFacts(wish, all.replace(/^value.*$/m, ""));
    expect(planToken(wish, lost)).toEqual(["new-token"]);
    expect(planToken(wish, parseTokenFacts(wish, lists("Sys.Audit,Sys.Modify", 1)))).toEqual([
      "new-token",
    ]);
    expect(planToken({ ...wish, rotation: 1 }, parseTokenFacts(wish, all))).toEqual(["new-token"]);
  });

  it("gets only its role changed when privileges differ", () => {
    expect(planToken(wish, parseTokenFacts(wish, lists("Sys.Audit", 0)))).toEqual(["change-role"]);
  });

  it("never shows the value in an error", async () => {
    const host = new FakeHost("frege", () => ({ status: 13, stdout: `{"value":"${CANARY}"}` }));
    const failing = applyToken(wish, ["new-token"], host);
    await expect(failing).rejects.toThrow(/setting up the program's API account on frege/);
    await expect(failing).rejects.not.toThrow(CANARY);
  });

  it("is read in a step whose output is never shown", async () => {
    const asked: unknown[] = [];
    await observeToken(wish, {
      node: "frege",
      run: (_script, options) => {
        asked.push(options.confidential);
        return Promise.resolve({ status: 0, signal: undefined, stdout: "", stderr: "" });
      },
    });
    expect(asked).toEqual([true]);
  });

  it("has no secret in what is sent", () => {
    expect(tokenStepsScript(wish, ["new-token"])).not.toMatch(/password|value/);
  });
});
