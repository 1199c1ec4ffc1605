import { describe, expect, it } from "vitest";
import {
  chassisLines,
  parseChassisQuestion,
  renderChassisProgram,
} from "../../../bmc/ipmi/chassis.js";
import { renderLanConfig } from "../../../bmc/ipmi/lan-config.js";

const options = {
  config: { node: "alpha.example", address: "10.0.0.21", port: 623, user: "fence" },
  password: "Rehearsal-only-1",
  uuid: "4c4c4544-0042-4a10-8051-b4c04f4d3332",
  chassisCommand: "/run/alpha/chassis",
  loginAllowed: true,
};

describe("the configuration of ipmi_sim", () => {
  it("holds address, account, chassis program and the UUID in the order of SMBIOS", () => {
    const text = renderLanConfig(options);
    expect(text).toContain("  addr 10.0.0.21 623\n");
    expect(text).toContain("  guid 44454c4c4200104a8051b4c04f4d3332\n");
    expect(text).toContain('chassis_control "/run/alpha/chassis"\n');
    expect(text).toContain('user 2 true "fence" "Rehearsal-only-1" operator');
    expect(text).toContain('name "alpha-example"\n');
  });

  it("disables the account when the login is to be refused", () => {
    expect(renderLanConfig({ ...options, loginAllowed: false })).toContain('user 2 false "fence"');
  });

  it.each(['a"b', "a\\b", "a\nb"])(
    "refuses the password %j, which would end its line",
    (password) => {
      expect(() => renderLanConfig({ ...options, password })).toThrow("quotes");
    },
  );

  it("refuses a password that ipmi_sim would cut, without showing it", () => {
    const password = "12345678901234567";
    expect(() => renderLanConfig({ ...options, password })).toThrow(/16 bytes/);
    expect(() => renderLanConfig({ ...options, password })).not.toThrow(password);
  });
});

describe("the chassis program of ipmi_sim", () => {
  it.each([
    ["get power", { kind: "get", settings: ["power"] }],
    ["get power boot", { kind: "get", settings: ["power", "boot"] }],
    ["set power 0", { kind: "act", action: "off" }],
    ["set power 1", { kind: "act", action: "on" }],
    ["set reset 1", { kind: "act", action: "reset" }],
    ["set shutdown 1", { kind: "act", action: "off" }],
    ["get", undefined],
    ["burn power 1", undefined],
  ])("understands %s", (text, question) => {
    expect(parseChassisQuestion(text)).toEqual(question);
  });

  it("says on for everything that is not clearly off", () => {
    expect(chassisLines(["power", "boot"], "off")).toBe("power:0\nboot:0\n");
    expect(chassisLines(["power"], "unknown")).toBe("power:1\n");
  });

  it("asks over a socket whatever its path holds", () => {
    const program = renderChassisProgram("/run/it's here/fault.sock", "alpha");
    expect(program).toContain("--unix-socket '/run/it'\\''s here/fault.sock'");
    expect(program).toContain("/bmcs/alpha/chassis");
  });
});
