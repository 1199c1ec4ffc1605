import { z } from "zod";
import { field } from "./field.js";
import { domainName, hostOrIp, httpsUrl, secretRef } from "./primitives.js";
import { oneLine, someLine } from "./text.js";

const activeDirectory = z.strictObject({
  domain: field(domainName, "AD domain.", "corp.example"),
  servers: field(z.array(hostOrIp).min(1).max(2), "Domain controllers.", ["dc1.corp.example"]),
  bindUser: field(
    someLine,
    "Account that reads the directory.",
    "CN=pve,OU=svc,DC=corp,DC=example",
  ),
  bindPassword: field(secretRef, "Its password.", { ssm: "/pve1/authentication/ad/bind_password" }),
  mode: field(z.enum(["ldaps", "ldap+starttls"]).default("ldaps"), "Encryption.", "ldaps"),
});

const duo = z.union([
  z.strictObject({
    oidc: field(
      z.strictObject({
        issuer: field(
          httpsUrl,
          "Issuer of Duo single sign-on.",
          "https://sso-abc.sso.duosecurity.com/oidc/DIXXX",
        ),
        clientId: field(someLine, "Client id.", "DIXXX"),
        clientSecret: field(secretRef, "Client secret.", {
          ssm: "/pve1/authentication/duo/client_secret",
        }),
      }),
      "Single sign-on through OpenID Connect.",
    ),
  }),
  z.strictObject({
    pam: field(
      z.strictObject({
        apiHost: field(
          oneLine.regex(/^api-[a-z0-9]+\.duosecurity\.com$/),
          "Duo API host.",
          "api-1a2b3c4d.duosecurity.com",
        ),
        integrationKey: field(
          oneLine.regex(/^DI[A-Z0-9]{18}$/),
          "Integration key.",
          "DIABCDEFGHIJKLMNOPQR",
        ),
        secretKey: field(secretRef, "Secret key.", { ssm: "/pve1/authentication/duo/secret_key" }),
      }),
      "Push through Duo's PAM module.",
    ),
  }),
]);

export const identity = z.strictObject({
  activeDirectory: field(activeDirectory.optional(), "Realm of an Active Directory."),
  duo: field(
    duo.optional(),
    "Second factor by Duo: OpenID Connect (recommended) or PAM, not both.",
  ),
});
