import type { WrongStack } from "./wrong-stack.js";

const RELAY = { server: "mail.home.example", from: "pve@home.example", to: ["ops@home.example"] };
const SECRET = { ssm: "/ms01/notifications/x" };
const AT = "datacenter.notifications";

function wrong(
  name: string,
  notifications: object,
  finding: Omit<WrongStack, "name" | "stack" | "patch">,
): WrongStack {
  return {
    name,
    stack: "frege",
    patch: { "datacenter/notifications": notifications },
    ...finding,
    at: `${AT}.${finding.at}`,
  };
}

export const NOTIFICATIONS: readonly WrongStack[] = [
  wrong(
    "a password of a mail server in the file",
    { smtp: { relay: { ...RELAY, username: "pve", password: "correct horse" } } },
    { code: "secrets/plain-value", at: "smtp.relay.password", fix: "{ssm: /path}" },
  ),
  wrong(
    "a token of Gotify in the file",
    { gotify: { phone: { server: "https://gotify.home.example", token: "AbCdEf" } } },
    { code: "secrets/plain-value", at: "gotify.phone.token", fix: "{ssm: /path}" },
  ),
  wrong(
    "a secret of a webhook in the file",
    { webhook: { chat: { url: "https://chat.home.example/x", secrets: { token: "AbCdEf" } } } },
    { code: "secrets/plain-value", at: "webhook.chat.secrets.token", fix: "{ssm: /path}" },
  ),
  wrong(
    "a Gotify server without TLS",
    { gotify: { phone: { server: "http://10.203.3.98:8080", token: SECRET } } },
    {
      code: "notifications/plain-http",
      at: "gotify.phone.server",
      line: "http://",
      fix: "acknowledged: [notifications/plain-http]",
      way: { acknowledged: ["notifications/plain-http"] },
    },
  ),
  wrong(
    "a webhook without TLS",
    { webhook: { chat: { url: "http://chat.home.example/x" } } },
    {
      code: "notifications/plain-http",
      at: "webhook.chat.url",
      line: "http://",
      fix: "https://",
      way: { "datacenter/notifications/webhook/chat/url": "https://chat.home.example/x" },
    },
  ),
  wrong(
    "a header called `secure`, which Pulumi would decrypt",
    { webhook: { chat: { url: "https://chat.home.example/x", headers: { secure: "yes" } } } },
    {
      code: "stack/ciphertext",
      at: "webhook.chat.headers.secure",
      fix: "another name than `secure`",
      way: {
        "datacenter/notifications/webhook/chat/headers": { "x-secure": "yes" },
      },
    },
  ),
  wrong(
    "a credential in a header",
    {
      webhook: {
        chat: { url: "https://chat.home.example/x", headers: { Authorization: "Bearer AbCdEf" } },
      },
    },
    {
      code: "notifications/plain-credential",
      at: "webhook.chat.headers.Authorization",
      line: "Bearer",
      fix: "secrets: {token: {ssm: /path}}",
    },
  ),
  wrong(
    "a text that uses a secret which is not there",
    {
      webhook: {
        chat: {
          url: "https://chat.home.example/x?key={{ secrets.kee }}",
          secrets: { key: SECRET },
        },
      },
    },
    {
      code: "notifications/unknown-secret",
      at: "webhook.chat.url",
      line: "kee",
      fix: "use the name of one that it has",
    },
  ),
  wrong(
    "an address without a protocol",
    { gotify: { phone: { server: "gotify.home.example", token: SECRET } } },
    { code: "schema/value", at: "gotify.phone.server", fix: "https://" },
  ),
  wrong(
    "a mail target without anybody who gets the mail",
    { smtp: { relay: { ...RELAY, to: [] } } },
    { code: "notifications/no-recipient", at: "smtp.relay", line: "relay", fix: "toUsers" },
  ),
  wrong(
    "an account without a password",
    { smtp: { relay: { ...RELAY, username: "pve" } } },
    {
      code: "notifications/half-a-login",
      at: "smtp.relay.username",
      line: "username",
      fix: "password: {ssm: /path}",
    },
  ),
  wrong(
    "a password without an account",
    { smtp: { relay: { ...RELAY, password: SECRET } } },
    {
      code: "notifications/half-a-login",
      at: "smtp.relay.password",
      line: "password",
      fix: "Write `username` too",
    },
  ),
  wrong(
    "a password that crosses the network in clear",
    { smtp: { relay: { ...RELAY, username: "pve", password: SECRET, mode: "insecure" } } },
    {
      code: "notifications/password-in-clear",
      at: "smtp.relay.mode",
      line: "insecure",
      fix: "starttls",
    },
  ),
  wrong(
    "a target and a matcher of one name",
    {
      mail: { ops: { to: ["ops@home.example"] } },
      gotify: { ops: { server: "https://gotify.home.example", token: SECRET } },
    },
    { code: "notifications/one-name-twice", at: "gotify.ops", line: "ops", fix: "ops-gotify" },
  ),
  {
    ...wrong(
      "a webhook on Proxmox VE 8",
      { webhook: { chat: { url: "https://chat.home.example/x" } } },
      { code: "notifications/webhook-needs-8-3", at: "webhook.chat", fix: "gotify" },
    ),
    also: ["versions/end-of-life"],
    patch: {
      "proxmox/major": 8,
      "datacenter/notifications": { webhook: { chat: { url: "https://chat.home.example/x" } } },
    },
  },
];
