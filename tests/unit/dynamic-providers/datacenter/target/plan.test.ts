import { describe, expect, it } from "vitest";
import type { ApiFacts } from "../../../../../dynamic-providers/datacenter/api-object.js";
import type { KeptSecrets } from "../../../../../dynamic-providers/datacenter/kept-secrets.js";
import {
  encoded,
  planTarget,
  type TargetState,
} from "../../../../../dynamic-providers/datacenter/target/plan.js";

const CHAT: TargetState = {
  type: "webhook",
  target: "chat",
  keys: { url: "https://chat.home.example/x", method: "post" },
  headers: [{ name: "Accept", value: "text/plain" }],
  body: "{{ message }}",
  secrets: { token: { ssm: "/ms01/chat" } },
};
const THERE = {
  name: "chat",
  url: "https://chat.home.example/x",
  method: "post",
  header: [`name=Accept,value=${encoded("text/plain")}`],
  body: encoded("{{ message }}"),
  secret: ["name=token"],
  comment: "by hand",
};
const SAME: KeptSecrets = { token: "same" };

const planned = (
  wanted: TargetState | undefined,
  object: ApiFacts,
  secrets: KeptSecrets,
  before?: TargetState,
) => planTarget(wanted, { object, secrets }, before);

describe("the plan of a target", () => {
  it("is empty when keys and secrets are as wanted, or when a secret could not be compared", () => {
    expect(planned(CHAT, THERE, SAME)).toEqual([]);
    expect(planned(CHAT, THERE, { token: "not compared" })).toEqual([]);
  });

  it("makes what is not there, and removes what is", () => {
    expect(planned(CHAT, null, {})).toMatchObject([{ kind: "add", step: { do: "make" } }]);
    expect(planned(undefined, THERE, SAME, CHAT)).toMatchObject([
      { kind: "remove", step: { do: "remove" } },
    ]);
    expect(planned(undefined, null, {}, CHAT)).toEqual([]);
  });

  it("shows texts as they read, not as Proxmox keeps them", () => {
    const [change] = planned({ ...CHAT, body: "new" }, THERE, SAME);
    expect(change).toMatchObject({ kind: "change", from: "{{ message }}", to: "new" });
    const more = [...CHAT.headers, { name: "X-A", value: "b" }];
    expect(planned({ ...CHAT, headers: more }, THERE, SAME)[0]?.to).toBe(
      "Accept: text/plain X-A: b",
    );
  });

  it("adds a missing secret without asking, and replaces another one only as a change", () => {
    expect(planned(CHAT, THERE, {})).toMatchObject([
      { kind: "add", path: "secret token", step: { write: ["token"], keep: [] } },
    ]);
    expect(planned(CHAT, THERE, { token: "different", theirs: "not compared" })).toMatchObject([
      { kind: "change", step: { write: ["token"], keep: ["theirs"] } },
    ]);
  });

  it("drops only what the file said last and nobody has changed since", () => {
    const { body: _body, ...less } = CHAT;
    const without: TargetState = { ...less, headers: [], secrets: {} };
    expect(planned(without, THERE, SAME, CHAT)).toMatchObject([
      { kind: "change", step: { drop: ["header", "body"], forget: ["token"] } },
    ]);
    expect(planned(without, { ...THERE, body: encoded("mine") }, {}, CHAT)).toMatchObject([
      { step: { drop: ["header"], forget: [] } },
    ]);
    expect(planned(without, THERE, SAME)).toEqual([]);
  });
});
