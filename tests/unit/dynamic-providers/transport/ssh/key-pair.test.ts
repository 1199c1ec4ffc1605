import { utils } from "ssh2";
import { afterEach, expect, it, vi } from "vitest";
import { Secret } from "../../../../../dynamic-providers/transport/base/secret.js";
import { newKeyPair, publicLine } from "../../../../../dynamic-providers/transport/ssh/key-pair.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const unreadable = {
  private: [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    Buffer.from("openssh-key-v1\0cut").toString("base64"),
    "-----END OPENSSH PRIVATE KEY-----",
  ].join("\n"),
  public: "ssh-ed25519 AAAA",
};

it("a key pair that ssh could not read is thrown away and another one made", () => {
  const made = vi.spyOn(utils, "generateKeyPairSync").mockReturnValueOnce(unreadable);
  const pair = newKeyPair();
  expect(made).toHaveBeenCalledTimes(2);
  expect(publicLine(new Secret(pair.private), "a test")).toMatch(/^ssh-ed25519 AAAA/);
});

it("a library that makes no readable key pair at all is given up, with what to do", () => {
  vi.spyOn(utils, "generateKeyPairSync").mockReturnValue(unreadable);
  expect(() => newKeyPair()).toThrow(/could not be read.*ssh-keygen -t ed25519/s);
});
