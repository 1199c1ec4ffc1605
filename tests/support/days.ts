/** A last day for a consent of a test that lets the clock run: soon, because a consent holds for weeks and not for ever. */
export const SOON = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
