import { describe, expect, it } from "vitest";
import { DigestLogin, isStale } from "../../../../../dynamic-providers/transport/amt/digest.js";
import { Secret } from "../../../../../dynamic-providers/transport/base/secret.js";
import { DigestGate } from "../../../../../twin/testing/index.js";

const gate = () => new DigestGate("admin", () => "Rehearsal-only-1", "seed");
const login = (password = "Rehearsal-only-1") =>
  new DigestLogin({ user: "admin", password: new Secret(password) });
const send = (client: DigestLogin) => client.authorize("POST", "/wsman").authorization;

describe("the digest login of AMT", () => {
  it("admits the right password as often as it counts on", () => {
    const server = gate();
    const client = login();
    expect(server.verify(send(client), "POST")).toBe("unknown");
    expect(client.accept(server.challenge(false))).toBe(true);
    expect(server.verify(send(client), "POST")).toBe("admitted");
    expect(server.verify(send(client), "POST")).toBe("admitted");
  });

  it("refuses a wrong password, another method, and a repeated answer", () => {
    const server = gate();
    const stranger = login("something-else");
    stranger.accept(server.challenge(false));
    expect(server.verify(send(stranger), "POST")).toBe("refused");
    const client = login();
    client.accept(server.challenge(false));
    const authorization = send(client);
    expect(server.verify(authorization, "GET")).toBe("refused");
    expect(server.verify(authorization, "POST")).toBe("admitted");
    expect(server.verify(authorization, "POST")).toBe("stale");
  });

  it("calls a forgotten nonce stale, so that the client asks again", () => {
    const server = gate();
    const client = login();
    client.accept(server.challenge(false));
    server.forget();
    expect(server.verify(send(client), "POST")).toBe("stale");
    const challenge = server.challenge(true);
    expect(isStale(challenge)).toBe(true);
    expect(client.accept(challenge)).toBe(true);
    expect(server.verify(send(client), "POST")).toBe("admitted");
  });

  it.each([
    undefined,
    "",
    'Basic realm="x"',
    'Digest realm="x", qop="auth"',
    'Digest realm="x", nonce="y", qop="auth-int"',
  ])("does not answer the challenge %s", (challenge) => {
    expect(login().accept(challenge)).toBe(false);
  });
});
