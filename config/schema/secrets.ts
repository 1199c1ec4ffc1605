import { z } from "zod";
import { field } from "./field.js";
import { ssmPath } from "./primitives.js";

const ssm = z.strictObject({
  region: field(
    z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "write an AWS region: us-west-2"),
    "AWS region of the parameters.",
    "us-west-2",
  ),
  prefix: field(ssmPath, "Path under which all parameters of this cluster lie.", "/pve1"),
  profile: field(z.string().min(1).optional(), "Profile of the AWS configuration files.", "ops"),
  role: field(
    z.string().startsWith("arn:").optional(),
    "Role to assume before reading.",
    "arn:aws:iam::111122223333:role/pve1-deploy",
  ),
  endpoint: field(
    z.url().optional(),
    "Other endpoint than AWS, for private links. The twin sets its own through the environment.",
    "https://ssm.example.internal",
  ),
  publish: field(
    z.boolean().default(false),
    "Write what the cluster publishes (name, addresses, fingerprints, ring map) below the prefix.",
    true,
  ),
});

export const secrets = z.strictObject({
  ssm: field(ssm.optional(), "AWS Systems Manager Parameter Store as the source of secrets."),
});
