import { z } from "zod";
import { guestInputs, NOT_KEPT } from "../schema.js";

export const containerInputs = guestInputs.extend({ kind: z.literal("container") });
export const containerState = containerInputs.omit(NOT_KEPT);
