import path from "node:path";
import { OwnStack } from "../../../twin/testing/index.js";

/** The committed stack file of frege in a folder of its own. */
export const ownFrege = (): OwnStack =>
  new OwnStack(path.resolve(__dirname, "..", "..", "..", "Pulumi.frege.yaml"));
