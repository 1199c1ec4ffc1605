import { z } from "zod";
import { field } from "./field.js";
import { httpsUrl, ssmPath } from "./primitives.js";
import { oneLine, someLine } from "./text.js";

const ssm = z.strictObject({
  region: field(
    oneLine.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "write an AWS region: us-west-2"),
    "AWS region of the parameters.",
    "us-west-2",
  ),
  prefix: field(ssmPath, "Path under which all parameters of this cluster lie.", "/pve1"),
  profile: field(someLine.optional(), "Profile of the AWS configuration files.", "ops"),
  role: field(
    oneLine
      .regex(
        /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
        "write the ARN of a role: arn:aws:iam::111122223333:role/pve1-deploy",
      )
      .optional(),
    "Role to assume before reading.",
    "arn:aws:iam::111122223333:role/pve1-deploy",
  ),
  endpoint: field(
    httpsUrl.optional(),
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
